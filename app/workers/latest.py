"""Requests of which only the newest counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.workers.job_bridge import JobBridge
from engine.jobs.context import JobContext
from engine.jobs.runner import JobEvent, JobState


class Latest(QObject):
    """One view's requests to a lane: a newer one cancels the older.

    Parameters
    ----------
    jobs : JobBridge
        The lane.
    parent : QObject or None
        The usual Qt owner.
    """

    arrived = Signal(object)
    """The result of the newest request."""
    failed = Signal(object)
    """The error of the newest request."""
    cancelled = Signal()
    """Somebody else cancelled the newest request."""
    progressed = Signal(object)
    """Each further `JobEvent` of the newest request, before its end."""
    busy_changed = Signal(bool)
    """Whether an answer is awaited."""

    def __init__(self, jobs: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job_id: int | None = None
        jobs.job_changed.connect(self._on_job_changed)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._job_id is not None

    def request(self, work: Callable[[JobContext], Any], *, title: str = "") -> None:
        """Ask for something; whatever was asked before does not count any more.

        While the window closes nothing is asked: the lane takes no more work.
        """
        if self._jobs.closed:
            return
        was_busy = self.busy
        if self._job_id is not None:
            self._jobs.cancel(self._job_id)
        self._job_id = self._jobs.submit(work, title=title)
        if not was_busy:
            self.busy_changed.emit(self.busy)

    def cancel(self) -> None:
        """Give up the newest request."""
        if self._job_id is not None:
            self._jobs.cancel(self._job_id)
            self._settle()

    @Slot(object)
    def _on_job_changed(self, event: JobEvent) -> None:
        if event.job_id != self._job_id:
            return  # another view's job, or one that a newer request has replaced
        if not event.state.final:
            self.progressed.emit(event)
            return
        self._settle()
        if event.state is JobState.SUCCEEDED:
            self.arrived.emit(event.result)
        elif event.state is JobState.FAILED:
            self.failed.emit(event.error)
        else:
            self.cancelled.emit()

    def _settle(self) -> None:
        self._job_id = None
        self.busy_changed.emit(self.busy)
