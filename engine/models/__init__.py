"""Networks: encoders, decoders, adapters and their weights."""
