"""Ctrl+C as a polite request to a job."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from engine.jobs.context import ThrottledContext


@contextmanager
def cancel_on_interrupt(job: ThrottledContext) -> Iterator[None]:
    """Let the first Ctrl+C cancel the job; a second one ends the program as usual.

    Parameters
    ----------
    job : ThrottledContext
        The job; what it has done so far is kept as it sees fit.

    Yields
    ------
    None
        For the main thread only, as signals are.
    """

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if job.cancelled:
            signal.default_int_handler(number, frame)
        job.cancel()

    previous = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
