"""The lanes of the window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.workers.job_bridge import JobBridge


@dataclass(frozen=True, slots=True)
class Lanes:
    """A thread for reading, one for computing and one for copying: scrolling never waits.

    Parameters
    ----------
    read : JobBridge
        Files: slices, opening, listing.
    compute : JobBridge
        Models: segmenting, exporting.
    copy : JobBridge
        Display copies, which take minutes.
    """

    read: JobBridge
    compute: JobBridge
    copy: JobBridge

    @property
    def every(self) -> tuple[JobBridge, ...]:
        """All lanes."""
        return self.read, self.compute, self.copy

    @classmethod
    def start(cls, parent: QObject | None = None) -> Lanes:
        """Start the threads."""
        names = ("outcrop-read", "outcrop-compute", "outcrop-copy")
        return cls(*(JobBridge(name, parent) for name in names))

    def shutdown(self, timeout_s: float = 1.0) -> bool:
        """Cancel everything and wait a while; returns whether all threads have ended."""
        ended = [lane.shutdown(timeout_s) for lane in (self.copy, self.compute, self.read)]
        return all(ended)
