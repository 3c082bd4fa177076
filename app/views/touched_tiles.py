"""Where a stroke has been."""

from __future__ import annotations

from collections import defaultdict

_TILE = 64


class TouchedTiles:
    """Gathers rectangles and gives them back as few that cover them closely.

    A stroke across a whole section lies in a rectangle that holds the section; what
    it has changed lies in tiles of 64 x 64 samples along its way.
    """

    def __init__(self) -> None:
        self._rows: dict[int, set[int]] = defaultdict(set)
        self._hull: tuple[int, int, int, int] | None = None

    def add(self, rows: slice, cols: slice) -> None:
        """Touch a rectangle that is not empty."""
        hull = self._hull or (rows.start, rows.stop, cols.start, cols.stop)
        self._hull = (
            min(hull[0], rows.start),
            max(hull[1], rows.stop),
            min(hull[2], cols.start),
            max(hull[3], cols.stop),
        )
        tiles = range(cols.start // _TILE, (cols.stop - 1) // _TILE + 1)
        for row in range(rows.start // _TILE, (rows.stop - 1) // _TILE + 1):
            self._rows[row].update(tiles)

    def take(self) -> list[tuple[slice, slice]]:
        """Return rows and columns of rectangles that cover all, and begin anew.

        They do not overlap, and do not reach beyond what was touched.
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
