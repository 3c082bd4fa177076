"""Copies of volumes in 8 bits, one flat file per direction, to look at and for nothing else."""
