"""What happens between two steps of a run besides training: news, previews, pauses."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from engine.jobs.context import JobContext
from engine.training.control import RunControl
from engine.training.records import EpochRecord, Progress, StepRecord

_INTERVAL_S = 0.1
_LONGEST_S = 20.0
_LEAST_PREVIEWS = 5
_MOST_STEPS = 1000
"""Steps of before that are told; more than that no curve on a screen shows."""


class LiveRun:
    """Tells of steps, asks for previews, and waits while the run is paused.

    Parameters
    ----------
    control : RunControl, optional
        What the user wants.
    on_step : callable, optional
        Told of steps, ten times a second at most, and of the last one.
    preview : callable, optional
        Called every `preview_every` steps with their number, and after 20 seconds
        without it, with the network in evaluation mode and the weights that
        validation would see.
    preview_every : int, default 0
        Fewer in a run so short that it would have less than five; 0 for never.
    on_recall : callable, optional
        Told what a run did before it was broken off, and all that it did at its end.
    """

    def __init__(
        self,
        control: RunControl | None = None,
        on_step: Callable[[StepRecord], None] = lambda _record: None,
        preview: Callable[[int], None] = lambda _step: None,
        preview_every: int = 0,
        on_recall: Callable[
            [tuple[StepRecord, ...], tuple[EpochRecord, ...]], None
        ] = lambda _steps, _epochs: None,
    ) -> None:
        self.control = control or RunControl()
        self._on_step = on_step
        self._on_recall = on_recall
        self.preview = preview
        self._every = preview_every
        self._told_s = 0.0
        self._previewed_s = time.monotonic()

    def recall(self, progress: Progress, record: Callable[[int], StepRecord]) -> None:
        """Tell what was done so far; have the first step from here previewed.

        Parameters
        ----------
        progress : Progress
            How far the run has come.
        record : callable
            Gives the record of a step, by its number from 1.
        """
        n_steps = len(progress.losses)
        apart = math.ceil(n_steps / _MOST_STEPS) or 1
        # Counted from the last one, so that the curve goes on without a gap.
        steps = range(n_steps, 0, -apart)[::-1]
        self._on_recall(tuple(record(step) for step in steps), tuple(progress.history))
        self._previewed_s = -math.inf

    def tell(self, record: StepRecord) -> None:
        """Tell of a step, unless another was told of a moment ago."""
        now_s = time.monotonic()
        if record.step == record.n_steps or now_s - self._told_s >= _INTERVAL_S:
            self._told_s = now_s
            self._on_step(record)

    def preview_due(self, record: StepRecord) -> bool:
        """Tell whether pinned sections are to be predicted after a step."""
        if not self._every:
            return False
        now_s, step = time.monotonic(), record.step
        every = min(self._every, math.ceil(record.n_steps / _LEAST_PREVIEWS))
        due = step in {1, record.n_steps} or step % every == 0
        # Where steps are slow, so many of them would be a long time to see nothing new.
        if due or now_s - self._previewed_s > _LONGEST_S:
            self._previewed_s = now_s
            return True
        return False

    def pause(self, save: Callable[[], None], job: JobContext) -> float:
        """Write a checkpoint and wait, if that is wanted; return the seconds waited."""
        if not self.control.paused:
            return 0.0
        save()
        return self.control.wait(job)
