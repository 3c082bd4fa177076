"""NumPy files of classes and probabilities."""
