"""When the next checkpoint is due."""

from __future__ import annotations

import time

from engine.training.settings import CheckpointSettings


class CheckpointClock:
    """Counts steps and minutes since the last checkpoint.

    Parameters
    ----------
    every : CheckpointSettings
        How many of them.
    """

    def __init__(self, every: CheckpointSettings) -> None:
        self._every = every
        self.reset()

    def reset(self) -> None:
        """Start anew, after a checkpoint."""
        self._steps = 0
        self._since_s = time.monotonic()

    def due(self) -> bool:
        """Count a step, and tell whether a checkpoint is due after it."""
        self._steps += 1
        if self._every.steps and self._steps >= self._every.steps:
            return True
        return time.monotonic() - self._since_s >= 60 * self._every.minutes
