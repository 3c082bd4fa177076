"""Long work on plain threads: progress, cancellation, lanes."""
