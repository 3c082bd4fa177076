"""Scattered sections of large files, coarse first and then as the disk delivers.

On a cold disk each trace of a time slice, or of a line across the order of the file, is
a read of its own. Some hundred evenly spread ones give a picture within a tenth of a
second; then all of them are read in the order of the file. Where the first ones show
that the file is in memory, nothing coarse is needed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.section import Section

FIRST_PICKS = 256
"""Traces of the coarsest picture, at most."""

_WARM_S = 2e-5
"""Of one trace: some microseconds from memory, a tenth of a millisecond from a disk."""


@dataclass(frozen=True, slots=True)
class ScatteredTraces:
    """What a section is put together from.

    Parameters
    ----------
    places : ndarray of int64, shape (n_rows, n_cols)
        Trace of each place of a slice; one row for a line. -1 for none.
    n_values : int
        Values of each trace: 1 for a slice, all its samples for a line.
    n_blocks : int
        Pieces in which all traces are read.
    pick : callable
        Reads the values of some traces, -1 for none: shape (n_values, n_traces) of
        float32, NaN for no data.
    block : callable
        Reads a piece, by its number: flat indices into `places`, their values as for
        `pick`, and how many of them are bad.
    finish : callable
        Makes the section of all values, shape (n_values, n_rows * n_cols), of the bad
        ones, and of whether they are all read.
    """

    places: NDArray[np.int64]
    n_values: int
    n_blocks: int
    pick: Callable[[NDArray[np.int64]], NDArray[np.float32]]
    block: Callable[[int], tuple[NDArray[np.int64], NDArray[np.float32], int]]
    finish: Callable[[NDArray[np.float32], int, bool], Section]


class GradualSegySection:
    """One section; see `engine.core.gradual.GradualSection`.

    Parameters
    ----------
    traces : ScatteredTraces
        What it is put together from.
    """

    def __init__(self, traces: ScatteredTraces) -> None:
        self._traces = traces
        self._values: NDArray[np.float32] | None = None
        self._n_read = 0
        self._n_bad = 0

    @property
    def done(self) -> bool:
        """Whether all of it was read."""
        return self._n_read == self._traces.n_blocks

    def advance(self, seconds: float) -> Section:
        """Read on for a while; see `GradualSection.advance`."""
        until_s = time.perf_counter() + seconds
        if self._values is None:
            self._values, warm = self._coarse(until_s)
            if not warm:
                return self._section()
        while not self.done:
            cells, values, n_bad = self._traces.block(self._n_read)
            self._values[:, cells] = values
            self._n_bad += n_bad
            self._n_read += 1
            if time.perf_counter() >= until_s:
                break
        return self._section()

    def _coarse(self, until_s: float) -> tuple[NDArray[np.float32], bool]:
        """Read every so many-th trace, as fine as time allows; tell whether it was in memory."""
        places = self._traces.places
        n_rows, n_cols = places.shape
        growth = 2 if n_rows == 1 else 4
        step = _coarsest_step(places.shape)
        while True:
            began_s = time.perf_counter()
            rows, cols = _picks(n_rows, step), _picks(n_cols, step)
            values = self._traces.pick(places[np.ix_(rows, cols)].ravel())
            spent_s = time.perf_counter() - began_s
            warm = spent_s < values.shape[1] * _WARM_S
            if warm or step <= 2 or began_s + (1 + growth) * spent_s > until_s:
                break
            step //= 2
        every_row = np.minimum(np.arange(n_rows) // step, rows.size - 1)
        every_col = np.minimum(np.arange(n_cols) // step, cols.size - 1)
        spread = values.reshape(-1, rows.size, cols.size)[:, every_row][:, :, every_col]
        spread = spread.reshape(self._traces.n_values, places.size)
        spread[:, places.ravel() < 0] = np.nan
        return spread, warm

    def _section(self) -> Section:
        values = self._values
        if values is None:
            raise ValueError("nothing was read")
        # Whoever draws it does so while the next traces are filled in.
        return self._traces.finish(
            values if self.done else values.copy(), self._n_bad, not self.done
        )


def _coarsest_step(shape: tuple[int, ...]) -> int:
    step = 1
    while math.prod(-(-size // step) for size in shape) > FIRST_PICKS:
        step *= 2
    return step


def _picks(size: int, step: int) -> NDArray[np.int64]:
    """Return the middle of each block of so many places, and one at least."""
    return np.arange(min(step // 2, (size - 1) // 2), size, step)
