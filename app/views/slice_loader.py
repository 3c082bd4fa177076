"""Reads the present slice of one direction, the newest request first."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.session_model import SessionModel
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.slices import SliceImage, SliceRequest, read_slice
from engine.core.arbitrary_line import ARBITRARY
from engine.core.section import Section
from engine.session.session import OpenVolume


class SliceLoader(QObject):
    """Brings the session's present slice of a direction.

    Parameters
    ----------
    model : SessionModel
        Says which slice of each direction is present.
    jobs : JobBridge
        The read lane.
    parent : QObject or None
        The usual Qt owner.
    """

    arrived = Signal(object)
    """A `SliceImage`."""
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, model: SessionModel, jobs: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._newest: SliceImage | None = None
        self._latest = Latest(jobs, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.failed.connect(self.failed)
        self._latest.busy_changed.connect(self.busy_changed)
        self._direction = ""

    @property
    def direction(self) -> str:
        """What was asked for last; empty before."""
        return self._direction

    @property
    def busy(self) -> bool:
        """Whether a slice is awaited."""
        return self._latest.busy

    def forget(self) -> None:
        """Await nothing, and read anew what is asked for next."""
        self._latest.cancel()
        self._newest = None
        self._direction = ""

    def request(self, direction: str) -> None:
        """Ask for the present slice of a direction, unless it is there as it is to be drawn."""
        self._direction = direction
        session = self._model.session
        opened = session.opened
        if opened is None:
            return
        levels = session.display.levels(opened.statistics)
        index = opened.indices[direction]
        read = self._read_before(opened, direction)
        if (
            read is not None
            and self._newest is not None
            and self._newest.request.levels == levels
            and not self._latest.busy
        ):
            return  # the colour map or the polarity changed, not the levels
        request = SliceRequest(opened.number, opened.volume, direction, index, levels, read)
        self._latest.request(partial(read_slice, request))

    def _read_before(self, opened: OpenVolume, direction: str) -> Section | None:
        if self._newest is None:
            return None
        request = self._newest.request
        before = (request.volume_number, request.direction, request.index)
        same = before == (opened.number, direction, opened.indices[direction])
        # Of arbitrary lines the number stays when a node moves.
        if not same or (direction == ARBITRARY and request.volume is not opened.volume):
            return None
        return self._newest.section

    def _on_arrived(self, image: SliceImage) -> None:
        self._newest = image
        self.arrived.emit(image)
