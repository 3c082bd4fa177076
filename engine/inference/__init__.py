"""From amplitudes to classes: one section or a whole volume."""
