"""Looking at several slices in one job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event
from typing import TYPE_CHECKING

from app.workers.feature_requests import SliceRequest
from engine.jobs.context import JobContext, PartOfJob

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

    def tell(_done: int, _total: int, message: str) -> None:
        """Pass on what is waited for, such as the loading of a model."""
        if message:
            job.report(len(facts), len(requests), message)

    for request in requests:
        if facts and make_room.is_set():
            break
        job.check()
        job.report(len(facts), len(requests))
        facts[request.index] = look(request, PartOfJob(job, tell))
    return facts
