"""The starter model: what it is, how it is trained on synthetic sections, and how it ships."""
