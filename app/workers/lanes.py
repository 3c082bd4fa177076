"""The lanes of the window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.workers.job_bridge import JobBridge


@dataclass(frozen=True, slots=True)
class Lanes:
    """Threads for reading, computing, copying and training: scrolling never waits.

    Parameters
    ----------
    read : JobBridge
        Files: slices, opening, listing.
    compute : JobBridge
        Models: segmenting, exporting.
    copy : JobBridge
        Display copies, which take minutes.
    train : JobBridge
        Training, which takes longer: sections are segmented meanwhile.
    """

    read: JobBridge
    compute: JobBridge
    copy: JobBridge
    train: JobBridge

    @property
    def every(self) -> tuple[JobBridge, ...]:
        """All lanes."""
        return self.read, self.compute, self.copy, self.train

    @classmethod
    def start(cls, parent: QObject | None = None) -> Lanes:
        """Start the threads."""
        names = ("outcrop-read", "outcrop-compute", "outcrop-copy", "outcrop-train")
        return cls(*(JobBridge(name, parent) for name in names))

    def shutdown(self, timeout_s: float = 1.0) -> bool:
        """Cancel everything and wait a while; returns whether all threads have ended."""
        lanes = (self.copy, self.compute, self.read, self.train)
        for lane in lanes:
            lane.shutdown(0)
        ended = [lane.shutdown(timeout_s) for lane in lanes]
        return all(ended)
