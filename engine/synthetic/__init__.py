"""Seeded generators of data with labels."""
