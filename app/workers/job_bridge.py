"""Carries job events from engine threads to the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from engine.jobs.context import JobContext
from engine.jobs.runner import JobEvent, JobRunner


class JobBridge(QObject):
    """A job runner whose events are Qt signals.

    It is made once, on the GUI thread, and outlives every job, so that no
    worker thread ever owns or destroys a QObject.

    Parameters
    ----------
    name : str
        Name of the worker thread.
    parent : QObject or None
        The usual Qt owner.
    """

    job_changed = Signal(object)
    """Emitted on the GUI thread with each `JobEvent`."""

    _relay = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._runner = JobRunner(name, self._pass_on)
        self._relay.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(self, work: Callable[[JobContext], Any], *, title: str = "") -> int:
        """Queue `work`; see `JobRunner.submit`. Jobs without title are not listed."""
        return self._runner.submit(work, title=title)

    @property
    def closed(self) -> bool:
        """Whether the lane was shut down and takes no more work."""
        return self._closed

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop."""
        self._runner.cancel(job_id)

    def shutdown(self, timeout_s: float = 2.0) -> bool:
        """Cancel all jobs and wait a while; returns whether the thread has ended."""
        self._closed = True
        return self._runner.shutdown(timeout_s)

    def _pass_on(self, event: JobEvent) -> None:
        # A job that cannot be interrupted may outlive the window, and its signals.
        if not self._closed:
            self._relay.emit(event)

    @Slot(object)
    def _deliver(self, event: JobEvent) -> None:
        if not self._closed:
            self.job_changed.emit(event)
