"""From amplitudes to what a model sees, and how a plane is cut into tiles."""
