"""Data that ships with Outcrop: starter models, presets, icons; no code."""
