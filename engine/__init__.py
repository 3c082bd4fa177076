"""The engine of Outcrop: readers, models, training, inference and export, without Qt."""
