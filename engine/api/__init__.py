"""What authors of plugins import, one module per kind."""
