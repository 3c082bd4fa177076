"""Masks and probabilities as GeoTIFF on the grid of the image."""
