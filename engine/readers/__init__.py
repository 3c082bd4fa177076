"""File formats in; one module or folder each."""
