"""Where a stroke has been."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from engine.core.painting import Stamp

_TILE = 64


class TouchedTiles:
    """Gathers samples and gives back few rectangles that cover them closely.

    A stroke across a whole section lies in a rectangle that holds the section; what
    it has changed lies in tiles of 64 x 64 samples along its way.
    """

    def __init__(self) -> None:
        self._rows: dict[int, set[int]] = defaultdict(set)
        self._hull: tuple[int, int, int, int] | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was touched since the last `take`."""
        return self._hull is None

    def add(self, stamp: Stamp) -> None:
        """Touch samples."""
        rows, cols = stamp.rows, stamp.cols
        hull = self._hull or (rows.start, rows.stop, cols.start, cols.stop)
        self._hull = (
            min(hull[0], rows.start),
            max(hull[1], rows.stop),
            min(hull[2], cols.start),
            max(hull[3], cols.stop),
        )
        first_row, first_col = rows.start // _TILE, cols.start // _TILE
        n_rows, n_cols = (
            (part.stop - 1) // _TILE + 1 - first
            for part, first in ((rows, first_row), (cols, first_col))
        )
        whole = np.zeros((n_rows * _TILE, n_cols * _TILE), dtype=np.bool_)
        top, left = rows.start - first_row * _TILE, cols.start - first_col * _TILE
        whole[top : top + stamp.inside.shape[0], left : left + stamp.inside.shape[1]] = stamp.inside
        touched = whole.reshape(n_rows, _TILE, n_cols, _TILE).any(axis=(1, 3))
        for row, col in np.argwhere(touched).tolist():
            self._rows[first_row + row].add(first_col + col)

    def take(self) -> list[tuple[slice, slice]]:
        """Return rows and columns of rectangles that cover all, and begin anew.

        They do not overlap, and do not reach beyond the rectangle round all.
        """
        tile_rows, hull = self._rows, self._hull
        self._rows, self._hull = defaultdict(set), None
        if hull is None:
            return []
        return [
            (
                slice(max(row * _TILE, hull[0]), min((row + 1) * _TILE, hull[1])),
                slice(max(first * _TILE, hull[2]), min(stop * _TILE, hull[3])),
            )
            for row in sorted(tile_rows)
            for first, stop in _runs(tile_rows[row])
        ]


def _runs(numbers: set[int]) -> list[tuple[int, int]]:
    """Return first and last plus one of each run of neighbours."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number:
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs
