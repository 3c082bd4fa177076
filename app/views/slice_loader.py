"""Reads the present slice of one direction, the newest request first, and the next ones ahead."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.session_model import SessionModel
from app.views.slices_ahead import SlicesAhead
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.slices import SliceImage, SliceRequest, read_slice

_PATIENCE_S = 0.25
"""A key held down moves on before a slice is read: those that come soon are shown all the same."""


class SliceLoader(QObject):
    """Brings the session's present slice of a direction.

    One that is asked for while another of its direction is on its way waits for that one,
    which is shown too, unless it takes long.

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
        self._ahead = SlicesAhead(jobs, self)
        self._latest = Latest(jobs, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.failed.connect(self._on_failed)
        self._latest.busy_changed.connect(self.busy_changed)
        self._direction = ""
        self._coming: SliceRequest | None = None
        self._asked_s = 0.0
        self._waiting = False

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
        self._ahead.forget()
        self._newest = self._coming = None
        self._waiting = False
        self._direction = ""

    def request(self, direction: str) -> None:
        """Ask for the present slice of a direction, unless it is there as it is to be drawn."""
        self._direction = direction
        session = self._model.session
        opened = session.opened
        if opened is None:
            return
        levels = session.display.levels(opened.shown_statistics)
        volume, index = opened.shown_volume, opened.indices[direction]
        request = SliceRequest(opened.number, volume, direction, index, levels)
        before = self._newest_of(request)
        if before is None:
            self._read(request)
            return
        self._coming, self._waiting = None, False
        if before.unfinished is not None:
            self._latest.request(
                partial(read_slice, replace(request, unfinished=before.unfinished))
            )
        elif before.request.levels != levels or self._latest.busy:
            # Else the colour map or the polarity changed, not the levels.
            self._latest.request(partial(read_slice, replace(request, section=before.section)))

    def _read(self, request: SliceRequest) -> None:
        """Ask for a slice, or show it at once if it was read ahead."""
        if self._latest.busy and request == self._coming:
            self._waiting = False
            return
        self._waiting = self._soon_there(request)
        if self._waiting:
            return
        reading = self._ahead.reading(request)
        if reading.image is None:
            self._coming, self._asked_s = request, time.monotonic()
            self._latest.request(reading.read)
        else:
            self._latest.cancel()
            self._on_arrived(reading.image)

    def _soon_there(self, request: SliceRequest) -> bool:
        """Tell whether another slice of the direction is on its way, and not for long."""
        coming = self._coming
        return (
            self._latest.busy
            and coming is not None
            and coming.index != request.index
            and (coming.volume, coming.direction) == (request.volume, request.direction)
            and time.monotonic() - self._asked_s < _PATIENCE_S
        )

    @property
    def refining(self) -> bool:
        """Whether a part of the present slice is there, and the rest is being read."""
        opened, newest = self._model.session.opened, self._newest
        if opened is None or newest is None or newest.unfinished is None:
            return False
        request = newest.request
        here = (opened.number, self._direction, opened.indices.get(self._direction))
        return (request.volume_number, request.direction, request.index) == here

    def _newest_of(self, request: SliceRequest) -> SliceImage | None:
        """Return what is there of the slice that is asked for."""
        newest = self._newest
        if newest is None:
            return None
        place = (request.volume_number, request.direction, request.index)
        old = newest.request
        same = (old.volume_number, old.direction, old.index) == place
        return newest if same and old.volume is request.volume else None

    def _on_arrived(self, image: SliceImage) -> None:
        before, self._newest = self._newest, image
        waiting, self._waiting, self._coming = self._waiting, False, None
        if not waiting:
            self._ahead.follow(before, image)
        self.arrived.emit(image)
        if waiting or (self.refining and not self._latest.busy):
            self.request(self._direction)

    def _on_failed(self, error: BaseException) -> None:
        waiting, self._waiting, self._coming = self._waiting, False, None
        if waiting:
            self.request(self._direction)
        else:
            self.failed.emit(error)
