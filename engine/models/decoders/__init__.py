"""Decoders: from feature maps of the encoder to class logits."""
