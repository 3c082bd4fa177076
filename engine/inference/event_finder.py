"""Connected areas of a mask that comes stripe by stripe."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from engine.core.events import DetectedEvent
from engine.errors import ShapeError

_NEIGHBOURS = np.ones((3, 3), dtype=bool)
_NONE = -1


@dataclass(slots=True)
class _Area:
    """What is known of an area so far."""

    class_id: int
    rows: tuple[int, int]
    cols: tuple[int, int]
    peak: tuple[float, int, int, float]  # magnitude, row, column, amplitude
    confidence_sum: float
    confidence_max: float
    n_samples: int

    def add(self, other: _Area) -> None:
        self.rows = (min(self.rows[0], other.rows[0]), max(self.rows[1], other.rows[1]))
        self.cols = (min(self.cols[0], other.cols[0]), max(self.cols[1], other.cols[1]))
        self.peak = max(self.peak, other.peak, key=lambda peak: peak[0])
        self.confidence_sum += other.confidence_sum
        self.confidence_max = max(self.confidence_max, other.confidence_max)
        self.n_samples += other.n_samples

    def event(self) -> DetectedEvent:
        _, peak_row, peak_col, amplitude = self.peak
        mean = self.confidence_sum / self.n_samples
        return DetectedEvent(
            self.class_id,
            *self.rows,
            *self.cols,
            peak_row,
            peak_col,
            amplitude,
            mean,
            self.confidence_max,
            self.n_samples,
        )


@dataclass(slots=True)
class EventFinder:
    """Joins areas across stripes, so that memory does not grow with the record.

    Parameters
    ----------
    ignored : frozenset of int
        Class ids that are no events: background, and 255 for no data.
    """

    ignored: frozenset[int]
    _areas: dict[int, _Area] = field(default_factory=dict, init=False)
    _merged: dict[int, int] = field(default_factory=dict, init=False)
    _last_ids: NDArray[np.int64] | None = field(default=None, init=False)
    _next_row: int = field(default=0, init=False)
    _next_id: int = field(default=0, init=False)

    def add(
        self,
        mask: NDArray[np.uint8],
        confidence: NDArray[np.float32],
        data: NDArray[np.float32],
    ) -> None:
        """Take the next rows.

        Parameters
        ----------
        mask : ndarray of uint8, shape (n_rows, n_cols)
            Class ids.
        confidence : ndarray of float32, same shape
            Probability of that class.
        data : ndarray of float32, same shape
            Amplitudes; NaN where there is no data.

        Raises
        ------
        ShapeError
            If the shapes differ, or the columns from those before.
        """
        n_cols = mask.shape[1] if self._last_ids is None else self._last_ids.size
        if not mask.shape == confidence.shape == data.shape or mask.shape[1] != n_cols:
            raise ShapeError(f"stripes of shape {mask.shape}, {confidence.shape}, {data.shape}")
        ids = np.full(mask.shape, _NONE, dtype=np.int64)
        for class_id in np.unique(mask):
            if int(class_id) not in self.ignored:
                self._add_class(int(class_id), mask == class_id, confidence, data, ids)
        if self._last_ids is not None:
            self._join(self._last_ids, ids[0])
        self._last_ids = ids[-1].copy()
        self._next_row += len(mask)

    def events(self, least_samples: int = 1) -> tuple[DetectedEvent, ...]:
        """Return what was found.

        Parameters
        ----------
        least_samples : int, default 1
            Smaller areas are left out.

        Returns
        -------
        tuple of DetectedEvent
            By first row, then first column.
        """
        found = [a.event() for a in self._areas.values() if a.n_samples >= least_samples]
        return tuple(sorted(found, key=lambda e: (e.first_row, e.first_col, e.class_id)))

    @property
    def n_areas(self) -> int:
        """How many areas there are, of any size."""
        return len(self._areas)

    def _add_class(
        self,
        class_id: int,
        inside: NDArray[np.bool_],
        confidence: NDArray[np.float32],
        data: NDArray[np.float32],
        ids: NDArray[np.int64],
    ) -> None:
        labels, count = ndimage.label(inside, _NEIGHBOURS)
        ids[inside] = labels[inside] + (self._next_id - 1)
        for number, (rows, cols) in enumerate(ndimage.find_objects(labels), start=1):
            own = labels[rows, cols] == number
            sure = confidence[rows, cols][own]
            amplitude = np.where(own, np.nan_to_num(data[rows, cols]), 0.0)
            row, col = np.unravel_index(int(np.abs(amplitude).argmax()), own.shape)
            value = float(amplitude[row, col])
            top, left = self._next_row + rows.start, cols.start
            self._areas[self._next_id + number - 1] = _Area(
                class_id,
                (top, self._next_row + rows.stop - 1),
                (left, cols.stop - 1),
                (abs(value), top + int(row), left + int(col), value),
                float(sure.sum(dtype=np.float64)),
                float(sure.max()),
                int(sure.size),
            )
        self._next_id += int(count)

    def _join(self, above: NDArray[np.int64], below: NDArray[np.int64]) -> None:
        """Join areas of one class that touch across the border, also at corners."""
        for shift in (-1, 0, 1):
            upper = above[max(0, shift) : above.size + min(0, shift)]
            lower = below[max(0, -shift) : below.size + min(0, -shift)]
            touching = (upper != _NONE) & (lower != _NONE)
            for pair in np.unique(np.stack([upper[touching], lower[touching]]), axis=1).T:
                first, second = (self._root(int(number)) for number in pair)
                one, other = self._areas[first], self._areas[second]
                if first != second and one.class_id == other.class_id:
                    one.add(self._areas.pop(second))
                    self._merged[second] = first

    def _root(self, number: int) -> int:
        while number in self._merged:
            number = self._merged[number]
        return number
