"""Looking at several slices in one job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

from app.workers.feature_requests import SliceRequest
from engine.jobs.context import JobContext

if TYPE_CHECKING:
    from engine.inference.suggestion import SliceFacts


def look_at_slices(
    look: Callable[[SliceRequest, JobContext], SliceFacts],
    requests: Sequence[SliceRequest],
    make_room: Event,
    job: JobContext,
) -> dict[int, SliceFacts]:
    """Find out what is to be known of slices before one of them is suggested.

    Parameters
    ----------
    look : callable
        ``look(request, job)`` measures one slice.
    requests : sequence of SliceRequest
        The slices, all of one direction.
    make_room : threading.Event
        Set when another job waits: then the slices that are left are not looked at.
    job : JobContext
        Checked and told before each slice.

    Returns
    -------
    dict of int to SliceFacts
        By the indices of the slices; of one at least.
    """
    facts: dict[int, SliceFacts] = {}
    for number, request in enumerate(requests):
        if facts and make_room.is_set():
            break
        job.check()
        job.report(number, len(requests))
        facts[request.index] = look(request, _Step(job, number, len(requests)))
    return facts


@dataclass(frozen=True, slots=True)
class _Step:
    """The context of one of the slices: how far it is itself does not count.

    Parameters
    ----------
    job : JobContext
        The whole job.
    number, total : int
        How many slices are done, of how many.
    """

    job: JobContext
    number: int
    total: int

    def check(self) -> None:
        """Raise `JobCancelledError` if the whole job was asked to stop."""
        self.job.check()

    def report(self, done: int, total: int, message: str = "") -> None:
        """Pass on what is waited for, such as the loading of a model."""
        if message:
            self.job.report(self.number, self.total, message)
