"""Views of a section: image, axes, overlay, navigation."""
