"""Fine-tuning of an encoder and a decoder on labelled images."""
