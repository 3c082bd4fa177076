"""What is learned: tasks with their classes and presets, losses and metrics."""
