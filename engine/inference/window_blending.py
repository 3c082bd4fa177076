"""Probabilities of overlapping windows, blended into those of the whole record."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class WindowBlender:
    """Holds the rows that later windows may still change.

    Where windows overlap, each counts less towards its ends, so that no seam is
    left.

    Parameters
    ----------
    overlap : int
        Rows that neighbouring windows usually share.
    """

    def __init__(self, overlap: int) -> None:
        self._ramp = overlap + 1
        self._first = 0
        self._sum: NDArray[np.float32] | None = None
        self._weight = np.empty(0, dtype=np.float32)

    def add(self, start: int, probabilities: NDArray[np.float32]) -> None:
        """Take a window.

        Parameters
        ----------
        start : int
            Its first row, at or after that of the window before.
        probabilities : ndarray of float32, shape (n_classes, n_rows, n_cols)
            NaN where there is no data.
        """
        n_classes, n_rows, n_cols = probabilities.shape
        if self._sum is None:
            self._sum = np.zeros((n_classes, 0, n_cols), dtype=np.float32)
        grow = start + n_rows - self._first - self._sum.shape[1]
        if grow > 0:
            self._sum = np.pad(self._sum, ((0, 0), (0, grow), (0, 0)))
            self._weight = np.pad(self._weight, (0, grow))
        inside = slice(start - self._first, start - self._first + n_rows)
        rank = np.arange(1, n_rows + 1, dtype=np.float32)
        weight = np.minimum(1, np.minimum(rank, rank[::-1]) / self._ramp)
        self._sum[:, inside] += weight[:, None] * probabilities
        self._weight[inside] += weight

    def take(self, stop: int) -> NDArray[np.float32]:
        """Return the rows up to `stop` that were not taken yet.

        Parameters
        ----------
        stop : int
            Row of the record; no later window begins before it.

        Returns
        -------
        ndarray of float32, shape (n_classes, n_rows, n_cols)
            Sums to one over the classes; NaN where there is no data.
        """
        if self._sum is None:
            return np.empty((0, 0, 0), dtype=np.float32)
        count = stop - self._first
        done: NDArray[np.float32] = self._sum[:, :count] / self._weight[:count, None]
        self._sum = self._sum[:, count:]
        self._weight = self._weight[count:]
        self._first = stop
        return done
