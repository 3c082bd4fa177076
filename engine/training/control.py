"""Pausing and ending a run from another thread."""

from __future__ import annotations

import threading
import time

from engine.errors import JobCancelledError
from engine.jobs.context import JobContext

_POLL_S = 0.2


class RunControl:
    """What the user wants of a run under way; any thread may call it.

    A run looks at it between two steps.
    """

    def __init__(self) -> None:
        self._go = threading.Event()
        self._go.set()
        self._stop = threading.Event()

    @property
    def paused(self) -> bool:
        """Whether the run is to wait."""
        return not self._go.is_set()

    @property
    def stopped(self) -> bool:
        """Whether the run is to end and to keep what it has."""
        return self._stop.is_set()

    def pause(self) -> None:
        """Have the run write a checkpoint and wait."""
        if not self.stopped:
            self._go.clear()

    def resume(self) -> None:
        """Have the run go on."""
        self._go.set()

    def stop(self) -> None:
        """Have the run end with its best weights so far, paused or not."""
        self._stop.set()
        self._go.set()

    def wait(self, job: JobContext) -> float:
        """Wait for as long as the run is paused, without computing.

        Parameters
        ----------
        job : JobContext
            Checked a few times a second.

        Returns
        -------
        float
            Seconds waited.

        Raises
        ------
        JobCancelledError
            If the job is cancelled meanwhile.
        """
        started_s = time.monotonic()
        while not self._go.wait(_POLL_S):
            job.check()
        return time.monotonic() - started_s

    def watched(self, job: JobContext) -> JobContext:
        """Give a job that is also cancelled when the run is to stop."""
        return _WatchedJob(self, job)


class _WatchedJob:
    """A job that checks a control too."""

    def __init__(self, control: RunControl, job: JobContext) -> None:
        self._control = control
        self._job = job

    def check(self) -> None:
        """Raise `JobCancelledError` if either asks to stop."""
        if self._control.stopped:
            raise JobCancelledError
        self._job.check()

    def report(self, done: int, total: int, message: str = "") -> None:
        """Pass progress on."""
        self._job.report(done, total, message)
