"""Places traces on a regular grid of line numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis

_CELLS_PER_TRACE = 20
_TRACES_PER_LINE = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class TraceGrid:
    """Which trace lies where.

    Parameters
    ----------
    axes : tuple of Axis
        Inline and crossline axes; one axis for a 2-D line.
    traces : ndarray of int64
        Trace numbers from 0, shaped like the axes; -1 where the file has none.
    cells : ndarray of int64, shape (n_traces,)
        Flat index into `traces` of each trace of the file.
    sorting : str
        ``inline`` or ``crossline``, the axis that changes slowest; ``none`` for neither.
    """

    axes: tuple[Axis, ...]
    traces: NDArray[np.int64]
    cells: NDArray[np.int64]
    sorting: str

    @property
    def fill(self) -> float:
        """Share of the grid that has traces."""
        return self.cells.size / self.traces.size


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Regular positions that hold all numbers of a column.

    Parameters
    ----------
    first, step, size : int
        Smallest number, greatest common divisor of the differences, positions.
    n_distinct : int
        Positions that occur.
    """

    first: int
    step: int
    size: int
    n_distinct: int

    @classmethod
    def of(cls, numbers: NDArray[np.int32]) -> NumberRange:
        """Find the coarsest regular range.

        Parameters
        ----------
        numbers : ndarray of int32
            Line numbers in any order, with repeats.

        Returns
        -------
        NumberRange
            Ascending.
        """
        unique = np.unique(numbers).astype(np.int64)
        step = int(np.gcd.reduce(np.diff(unique))) if unique.size > 1 else 1
        return cls(int(unique[0]), step, int(unique[-1] - unique[0]) // step + 1, int(unique.size))

    @property
    def last(self) -> int:
        """Largest number."""
        return self.first + (self.size - 1) * self.step

    @property
    def text(self) -> str:
        """First, last and step for people, such as ``1100-1398, step 2``."""
        step = f", step {self.step}" if self.step != 1 else ""
        return f"{self.first}-{self.last}{step}" if self.size > 1 else str(self.first)

    def indices(self, numbers: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return positions from 0 of numbers within the range."""
        return (numbers.astype(np.int64) - self.first) // self.step

    def axis(self, name: str) -> Axis:
        """Return the range as an axis of plain numbers."""
        return Axis(name, "1", float(self.first), float(self.step), self.size)


@dataclass(frozen=True, slots=True)
class Regularity:
    """How regular a grid two columns of line numbers make.

    Parameters
    ----------
    ranges : tuple of NumberRange
        Of the inline and the crossline numbers.
    n_traces : int
        Traces of the file.
    n_duplicates : int
        Traces at a place that an earlier trace has taken.
    """

    ranges: tuple[NumberRange, NumberRange]
    n_traces: int
    n_duplicates: int

    @property
    def fill(self) -> float:
        """Share of the grid that has traces."""
        cells = self.ranges[0].size * self.ranges[1].size
        return (self.n_traces - self.n_duplicates) / cells

    @property
    def is_dense(self) -> bool:
        """Whether the grid is not mostly empty."""
        return self.fill * _CELLS_PER_TRACE >= 1

    @property
    def is_areal(self) -> bool:
        """Whether lines cross, several traces on each, in a dense grid."""
        n_places = self.n_traces - self.n_duplicates
        crossing = n_places >= _TRACES_PER_LINE * max(r.n_distinct for r in self.ranges)
        varying = min(r.size for r in self.ranges) > 1
        return varying and crossing and self.is_dense


def measure(
    inlines: NDArray[np.int32],
    crosslines: NDArray[np.int32],
    ranges: tuple[NumberRange, NumberRange] | None = None,
) -> Regularity:
    """Measure how regular a grid two columns make, in memory bound by the traces.

    Parameters
    ----------
    inlines, crosslines : ndarray of int32, shape (n_traces,)
        Line numbers.
    ranges : tuple of NumberRange, optional
        Of both columns, if they are known.

    Returns
    -------
    Regularity
        Of the coarsest grid that holds them.
    """
    ranges = ranges or (NumberRange.of(inlines), NumberRange.of(crosslines))
    cells = ranges[0].indices(inlines) * ranges[1].size + ranges[1].indices(crosslines)
    cells.sort()
    n_duplicates = int(np.count_nonzero(cells[1:] == cells[:-1]))
    return Regularity(ranges, inlines.size, n_duplicates)


def build_grid(
    ranges: tuple[NumberRange, ...], columns: tuple[NDArray[np.int32], ...]
) -> TraceGrid:
    """Place the traces of two columns (or of one) without duplicates.

    Parameters
    ----------
    ranges : tuple of NumberRange
        One for each column.
    columns : tuple of ndarray of int32, shape (n_traces,)
        Line numbers: inline and crossline, or those of a 2-D line.

    Returns
    -------
    TraceGrid
        Named ``inline`` and ``crossline``, or ``trace``.
    """
    shape = tuple(r.size for r in ranges)
    indices = tuple(r.indices(c) for r, c in zip(ranges, columns, strict=True))
    cells = np.ravel_multi_index(indices, shape).astype(np.int64)
    traces = np.full(shape, -1, dtype=np.int64)
    traces.ravel()[cells] = np.arange(cells.size)
    names = ("inline", "crossline") if len(ranges) == 2 else ("trace",)
    axes = tuple(r.axis(name) for r, name in zip(ranges, names, strict=True))
    return TraceGrid(axes, traces, cells, _sorting(cells, shape))


def _sorting(cells: NDArray[np.int64], shape: tuple[int, ...]) -> str:
    if np.all(np.diff(cells) > 0):
        return "inline"
    if len(shape) > 1:
        rows, cols = np.divmod(cells, shape[1])
        if np.all(np.diff(cols * shape[0] + rows) > 0):
            return "crossline"
    return "none"
