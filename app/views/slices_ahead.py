"""Slices that are read before one comes to them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from app.views.navigator import PAGE
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.slices import SliceImage, SliceReading, SliceRequest

_STEPS = frozenset({1, PAGE})
"""What keys move by; where a dragged slider goes next cannot be told."""
_MOST = 2
_MOST_BYTES = 96 << 20
_SAMPLE_BYTES = 5
"""An amplitude and its level."""


class SlicesAhead(QObject):
    """Reads on in the direction one scrolls, one slice at a time.

    At most two slices and 96 MiB are kept; those one has passed or turned away
    from are given up at once. What comes bit by bit is not read ahead.

    Parameters
    ----------
    jobs : JobBridge
        The read lane.
    parent : QObject or None
        The usual Qt owner.
    """

    def __init__(self, jobs: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._readings: tuple[SliceReading, ...] = ()
        self._running: SliceReading | None = None
        self._latest = Latest(jobs, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.failed.connect(self.forget)

    def reading(self, request: SliceRequest) -> SliceReading:
        """Return the reading of a slice, done or begun where it was foreseen.

        Where it was not, what was foreseen is given up.
        """
        for reading in self._readings:
            if reading.request == request:
                return reading
        self.forget()
        return SliceReading(request)

    def forget(self) -> None:
        """Give up what was read ahead."""
        self._latest.cancel()
        self._readings, self._running = (), None

    def follow(self, before: SliceImage | None, shown: SliceImage) -> None:
        """Read on from the slice on the screen.

        Parameters
        ----------
        before : SliceImage or None
            What was on the screen until now.
        shown : SliceImage
            What is there now.
        """
        wanted = () if before is None else _next(before.request, shown.request)
        known = {reading.request: reading for reading in self._readings}
        self._readings = tuple(known.get(each) or SliceReading(each) for each in wanted)
        if self._running not in self._readings:
            self._latest.cancel()
            self._running = None
        self._read_on()

    def _read_on(self) -> None:
        missing = [reading for reading in self._readings if reading.image is None]
        if missing and self._running is None:
            self._running = missing[0]
            self._latest.request(missing[0].read_ahead)

    def _on_arrived(self, image: SliceImage | None) -> None:
        self._running = None
        if image is None:
            self._readings = ()
        self._read_on()


def _next(before: SliceRequest, shown: SliceRequest) -> tuple[SliceRequest, ...]:
    """Return what one comes to by the same step again; nothing where that is uncertain."""
    step = shown.index - before.index
    same = before.volume is shown.volume and before.direction == shown.direction
    if not same or abs(step) not in _STEPS:
        return ()
    volume, direction = shown.volume, shown.direction
    places = range(volume.axis_along(direction).size)
    found: list[SliceRequest] = []
    n_bytes = 0
    for index in (shown.index + step * (ahead + 1) for ahead in range(_MOST)):
        if index not in places:
            break
        rows, cols = volume.section_shape(direction, index)
        n_bytes += rows * cols * _SAMPLE_BYTES
        if n_bytes > _MOST_BYTES:
            break
        found.append(replace(shown, index=index, section=None, unfinished=None))
    return tuple(found)
