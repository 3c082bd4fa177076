"""The two lanes of the window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.workers.job_bridge import JobBridge


@dataclass(frozen=True, slots=True)
class Lanes:
    """One thread for reading and one for computing, so that scrolling never waits.

    Parameters
    ----------
    read : JobBridge
        Files: slices, opening, listing.
    compute : JobBridge
        Models: segmenting, exporting.
    """

    read: JobBridge
    compute: JobBridge

    @classmethod
    def start(cls, parent: QObject | None = None) -> Lanes:
        """Start both threads."""
        return cls(JobBridge("outcrop-read", parent), JobBridge("outcrop-compute", parent))

    def shutdown(self, timeout_s: float = 1.0) -> bool:
        """Cancel everything and wait a while; returns whether both threads have ended."""
        compute = self.compute.shutdown(timeout_s)
        return self.read.shutdown(timeout_s) and compute
