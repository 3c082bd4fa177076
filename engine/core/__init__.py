"""Values that every part of the engine shares; NumPy only."""
