"""File formats out; one module or folder each."""
