"""A DAS record as a volume of windows in time."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Plane, Section
from engine.readers.das.description import describe_record
from engine.readers.das.source import RecordSource
from engine.readers.das.windows import Windows

DIRECTION = "window"
_SAMPLED = 200_000
_SLABS = 16


class DasRecord:
    """A record whose windows are read on demand.

    Parameters
    ----------
    source : RecordSource
        Where the samples are.
    windows : Windows
        How it is cut.

    Notes
    -----
    HDF5 allows one thread at a time, and so does this class. Memory grows with
    the window, not with the record.
    """

    def __init__(self, source: RecordSource, windows: Windows) -> None:
        self.windows = windows
        self._path = source.path
        self.facts = source.facts
        self._time = self.facts.time_axis
        self._source: RecordSource | None = source
        self._lock = threading.Lock()
        self._statistics: AmplitudeStatistics | None = None

    @property
    def path(self) -> Path:
        """The file or folder."""
        return self._path

    @property
    def kind(self) -> str:
        """``record``."""
        return "record"

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Distance or channel, then time."""
        return (self.facts.channels, self._time)

    @property
    def directions(self) -> tuple[str, ...]:
        """``window`` alone."""
        return (DIRECTION,)

    @property
    def survey(self) -> None:
        """Records do not tell where the fibre lies."""
        return

    def axis_along(self, direction: str) -> Axis:
        """Return the axis that numbers the windows from 1.

        Raises
        ------
        ValueError
            If there is no such direction.
        """
        if direction != DIRECTION:
            raise ValueError(f"no direction {direction!r} among {DIRECTION}")
        return self.windows.axis

    def section(self, direction: str, index: int) -> Section:
        """Read one window.

        Parameters
        ----------
        direction : {"window"}
            The only one.
        index : int
            Window, from 0.

        Returns
        -------
        Section
            Shape ``(n_samples, n_channels)``, time downwards; NaN where there is
            no data.

        Raises
        ------
        ValueError
            If there is no such direction or the record is closed.
        IndexError
            If `index` is outside the axis.
        ReadError
            If the file cannot be read any more.
        """
        axis = self.axis_along(direction)
        if not 0 <= index < axis.size:
            raise IndexError(f"{direction} index {index} is outside 0 to {axis.size - 1}")
        plane = Plane(DIRECTION, index, axis.value(index))
        return self._rows(*self.windows.bounds(index), plane)

    def section_shape(self, direction: str, index: int) -> tuple[int, int]:
        """Return samples and channels of a window; see `Volume.section_shape`."""
        return self.windows.length, self.facts.channels.size

    def statistics(self) -> AmplitudeStatistics:
        """Measure about 200 000 samples in up to 16 evenly spread slabs of rows; kept."""
        if self._statistics is None:
            total = self.facts.n_samples
            wanted = max(1, _SAMPLED // self.facts.channels.size)
            height = min(total, max(1, wanted // _SLABS))
            count = min(_SLABS, total // height)
            starts = np.linspace(0, total - height, count).astype(int)
            slabs = [self._rows(int(start), int(start) + height) for start in starts]
            self._statistics = AmplitudeStatistics.from_samples(
                np.concatenate([slab.data.ravel() for slab in slabs]),
                n_bad=sum(slab.bad_samples for slab in slabs),
            )
        return self._statistics

    def describe(self) -> dict[str, Any]:
        """Return what the file says; reads a sample of the amplitudes."""
        return describe_record(self.path, self.facts, self.windows, self.statistics())

    def overlapping(self, share: float) -> DasRecord:
        """Return the record cut anew, into windows that overlap; both read the same files.

        Parameters
        ----------
        share : float
            Part of a window that neighbours have in common, 0 to below 1.
        """
        step = max(1, round(self.windows.length * (1 - share)))
        source = self._source
        if source is None:
            raise ValueError("the record is closed")
        return DasRecord(source, replace(self.windows, step=step))

    def close(self) -> None:
        """Give up the file."""
        self._source = None

    def _rows(self, start: int, stop: int, plane: Plane | None = None) -> Section:
        source = self._source
        if source is None:
            raise ValueError("the record is closed")
        with self._lock:
            data = source.read(start, stop)
        infinite = np.isinf(data)
        n_bad = int(np.count_nonzero(infinite))
        if n_bad:
            data[infinite] = np.nan
        time = self._time
        rows = Axis(time.name, time.unit, time.value(start), time.step, stop - start)
        return Section(data, rows, self.facts.channels, plane, n_bad)
