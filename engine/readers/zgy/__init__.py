"""ZGY volumes, where the package pyzgy is installed."""
