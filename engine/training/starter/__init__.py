"""The starter models: what they are, how synthetic images train them, and how they ship."""
