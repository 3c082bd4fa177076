"""The lanes of the window."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.workers.job_bridge import JobBridge


@dataclass(frozen=True, slots=True)
class Lanes:
    """Threads, so that nothing waits for what is slower: scrolling least of all.

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
    journal : JobBridge
        Steps of the project, which are on disk at once.
    save : JobBridge
        Saving the project.
    label : JobBridge
        Labels of whole slices and volumes, which are worked out meanwhile.
    """

    read: JobBridge
    compute: JobBridge
    copy: JobBridge
    train: JobBridge
    journal: JobBridge
    save: JobBridge
    label: JobBridge

    @property
    def every(self) -> tuple[JobBridge, ...]:
        """All lanes."""
        return *self.working, self.journal, self.save

    @property
    def working(self) -> tuple[JobBridge, ...]:
        """All lanes but those that keep labels."""
        return self.read, self.compute, self.copy, self.train, self.label

    @classmethod
    def start(cls, parent: QObject | None = None) -> Lanes:
        """Start the threads."""
        names = ("read", "compute", "copy", "train", "journal", "save", "label")
        return cls(*(JobBridge(f"outcrop-{name}", parent) for name in names))

    def stop_working(self) -> None:
        """Cancel everything but what keeps labels, without waiting."""
        for lane in self.working:
            lane.shutdown(0)

    def shutdown(self, timeout_s: float = 1.0) -> bool:
        """Cancel everything and wait a while for all; returns whether all threads have ended."""
        for lane in self.every:
            lane.shutdown(0)
        end_s = time.monotonic() + timeout_s
        ended = [lane.shutdown(max(0, end_s - time.monotonic())) for lane in reversed(self.every)]
        return all(ended)
