"""Sections of an array, on the axes that its file tells or the user named."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Plane, Section
from engine.core.survey import Survey
from engine.core.volume import plane_shape
from engine.readers.arrays.about import ArrayAbout
from engine.readers.arrays.stored_array import StoredArray

_SAMPLED_PLANES = 8
_SAMPLED = 200_000
_CLIPS = (95.0, 99.0, 99.9)
_VOLUME = ("inline", "crossline")


class ArrayVolume:
    """An array whose sections are read on demand.

    Parameters
    ----------
    path : pathlib.Path
        The file or folder.
    stored : StoredArray
        The samples.
    axes : tuple of Axis
        In the order of the array.
    named : bool
        Whether the user or the file named the axes.
    about : ArrayAbout, optional
        What the file tells besides; NaN is no data there, and no bad sample.
    """

    def __init__(
        self,
        path: Path,
        stored: StoredArray,
        axes: tuple[Axis, ...],
        *,
        named: bool,
        about: ArrayAbout | None = None,
    ) -> None:
        self._path = path
        self._stored = stored
        self._named = named
        self._about = about
        # Seismic sections have samples downwards and lines in their usual order.
        order = (
            sorted(range(len(axes)), key=lambda i: _rank(axes[i])) if named else range(len(axes))
        )
        self._order = tuple(order)
        self._axes = tuple(axes[i] for i in self._order)
        self._single = Axis("section", "1", 1.0, 1.0, 1)
        self._statistics: AmplitudeStatistics | None = None
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        """The file or folder."""
        return self._path

    @property
    def kind(self) -> str:
        """``volume`` or ``line`` where the axes are those of one, else ``array``."""
        names = tuple(axis.name for axis in self._axes)
        if self._axes[-1].is_samples:
            if names[:-1] == _VOLUME:
                return "volume"
            if len(names) == 2:
                return "line"
        return "array"

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Inline, crossline and samples of a volume; as stored for other arrays."""
        return self._axes

    @property
    def directions(self) -> tuple[str, ...]:
        """Names of the axes; ``line`` or ``section`` where there are only two."""
        if len(self._axes) > 2:
            return tuple(axis.name for axis in self._axes)
        return ("line",) if self.kind == "line" else ("section",)

    @property
    def survey(self) -> Survey | None:
        """Map from line numbers to CDP coordinates, where the file tells it."""
        return None if self._about is None else self._about.survey

    def axis_along(self, direction: str) -> Axis:
        """Return the axis of that name; one of a single position where there are two axes.

        Raises
        ------
        ValueError
            If there is no such direction.
        """
        if direction not in self.directions:
            raise ValueError(f"no direction {direction!r} among {', '.join(self.directions)}")
        if len(self.directions) == 1:
            return self._single
        return self._axes[self.directions.index(direction)]

    def section(self, direction: str, index: int) -> Section:
        """Read one plane.

        Parameters
        ----------
        direction : str
            One of `directions`.
        index : int
            Position along that axis, from 0.

        Returns
        -------
        Section
            Samples downwards where one of its axes is of time or depth, else the
            axes in their order; NaN where a sample is not finite.

        Raises
        ------
        ValueError
            If there is no such direction or the array is closed.
        IndexError
            If `index` is outside the axis.
        ReadError
            If the samples cannot be read.
        """
        axis = self.axis_along(direction)
        if not 0 <= index < axis.size:
            raise IndexError(f"{direction} index {index} is outside 0 to {axis.size - 1}")
        plane = Plane(direction, index, axis.value(index))
        if len(self.directions) > 1:
            fixed = self.directions.index(direction)
            raw = self._stored.read((slice(None),) * self._order[fixed] + (index,))
            kept = [i for i in range(len(self._axes)) if i != fixed]
        else:
            raw = self._stored.read((slice(None), slice(None)))
            kept = [0, 1]
        # The plane has its axes as stored; turn them to the order of `axes`, samples down.
        if self._order[kept[0]] > self._order[kept[1]]:
            raw = raw.T
        rows, cols = (self._axes[i] for i in kept)
        if cols.points_down and not rows.points_down:
            raw, rows, cols = raw.T, cols, rows
        data, n_bad = _amplitudes(raw, nan_is_bad=self._about is None)
        return Section(data, rows, cols, plane, n_bad)

    def section_shape(self, direction: str, index: int) -> tuple[int, int]:
        """Return rows and columns of a section; see `Volume.section_shape`."""
        return plane_shape(self._axes, direction)

    def statistics(self) -> AmplitudeStatistics:
        """Measure samples of eight evenly spread sections; kept after the first call."""
        with self._lock:
            if self._statistics is None:
                self._statistics = self._measure()
            return self._statistics

    def describe(self) -> dict[str, Any]:
        """Return what the file says about itself, ready for JSON."""
        stored, statistics = self._stored, self.statistics()
        little = stored.dtype.byteorder == "<" or (
            stored.dtype.byteorder == "=" and sys.byteorder == "little"
        )
        about = self._about or ArrayAbout(f"{stored.format.upper()} array")
        notes = [] if self._named else ["The file does not tell its axes: they are counted from 0."]
        return {
            "format": stored.format,
            "title": about.title,
            "size_bytes": _size(self._path),
            "samples": {
                "name": str(stored.dtype.newbyteorder("=")),
                "bytes": stored.dtype.itemsize,
                "byte_order": "little" if little or stored.dtype.itemsize == 1 else "big",
                "quantity": about.quantity,
                "unit": about.unit,
            },
            "geometry": None,
            "array": {
                "name": stored.name,
                "shape": list(stored.shape),
                "chunks": None if stored.chunks is None else list(stored.chunks),
                "axes_named": self._named,
            },
            "amplitudes": {
                "n": statistics.n,
                "n_bad": statistics.n_bad,
                "minimum": statistics.minimum,
                "maximum": statistics.maximum,
                "mean": statistics.mean,
                "std": statistics.std,
                "clip": {f"{level:g}": statistics.clip(level) for level in _CLIPS},
            },
            "survey": None if about.survey is None else about.survey.to_json(),
            "attributes": dict(about.attributes),
            "notes": [*notes, *about.notes],
            "text": list(about.text),
        }

    def close(self) -> None:
        """Give up the file; sections cannot be read any more."""
        self._stored.close()

    def _measure(self) -> AmplitudeStatistics:
        direction = self.directions[0]
        size = self.axis_along(direction).size
        picks = np.unique(np.linspace(0, size - 1, min(size, _SAMPLED_PLANES)).astype(int))
        every, n_bad = [], 0
        for index in picks.tolist():
            section = self.section(direction, index)
            step = max(section.data.size * picks.size // _SAMPLED, 1)
            every.append(section.data.ravel()[::step])
            n_bad += section.bad_samples
        return AmplitudeStatistics.from_samples(np.concatenate(every))


def _rank(axis: Axis) -> int:
    """Order of the axes of a volume: inline, crossline, others, samples."""
    if axis.is_samples:
        return 3
    return _VOLUME.index(axis.name) if axis.name in _VOLUME else 2


def _amplitudes(raw: NDArray[Any], *, nan_is_bad: bool) -> tuple[NDArray[np.float32], int]:
    with np.errstate(over="ignore", invalid="ignore"):
        data = np.ascontiguousarray(raw, dtype=np.float32)
    bad = ~np.isfinite(data) if nan_is_bad else np.isinf(data)
    n_bad = int(np.count_nonzero(bad))
    if n_bad:
        data = np.where(bad, np.float32(np.nan), data)
    return data, n_bad


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
