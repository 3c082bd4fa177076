"""What a running job sees: a way to report progress and a request to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from engine.errors import JobCancelledError

_MIN_INTERVAL_S = 0.05


class JobContext(Protocol):
    """Progress and cancellation of one job."""

    def check(self) -> None:
        """Raise `JobCancelledError` if the job was asked to stop."""

    def report(self, done: int, total: int, message: str = "") -> None:
        """Tell the listener how far the work is; throttled to 20 a second.

        Parameters
        ----------
        done, total : int
            Units of work; the last report (``done == total``) is never dropped.
        message : str, default ""
            One line for the user.
        """


class _NullContext:
    """A context for calls outside any job: never cancelled, reports nothing."""

    def check(self) -> None:
        """Do nothing."""

    def report(self, done: int, total: int, message: str = "") -> None:
        """Do nothing."""


NULL_JOB: JobContext = _NullContext()


class PartOfJob:
    """A job as seen by a part of its work, whose progress is told otherwise or not at all.

    Parameters
    ----------
    job : JobContext
        The whole job; it is checked as ever.
    report : callable, optional
        Called as ``report(done, total, message)`` with the progress of the part;
        left out, nobody is told.
    """

    def __init__(
        self, job: JobContext, report: Callable[[int, int, str], None] | None = None
    ) -> None:
        self._job = job
        self._report = report

    def check(self) -> None:
        """Raise `JobCancelledError` if the job was asked to stop."""
        self._job.check()

    def report(self, done: int, total: int, message: str = "") -> None:
        """Have the progress of the part told."""
        if self._report is not None:
            self._report(done, total, message)


class ThrottledContext:
    """Passes reports on at 20 a second at most, and carries the wish to stop.

    Parameters
    ----------
    listener : callable
        Called as ``listener(done, total, message)`` on the reporting thread.
    """

    def __init__(self, listener: Callable[[int, int, str], None]) -> None:
        self._listener = listener
        self._cancelled = threading.Event()
        self._last_s = -_MIN_INTERVAL_S

    @property
    def cancelled(self) -> bool:
        """Whether the job was asked to stop."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the job to stop; may be called from any thread."""
        self._cancelled.set()

    def check(self) -> None:
        """Raise `JobCancelledError` if the job was asked to stop."""
        if self._cancelled.is_set():
            raise JobCancelledError

    def report(self, done: int, total: int, message: str = "") -> None:
        """Pass progress on, unless the last report was less than 50 ms ago."""
        now_s = time.monotonic()
        if done < total and now_s - self._last_s < _MIN_INTERVAL_S:
            return
        self._last_s = now_s
        self._listener(done, total, message)
