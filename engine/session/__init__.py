"""The document of the window, without Qt."""
