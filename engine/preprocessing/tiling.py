"""How a plane of any size is cut into tiles a network takes, and put together again."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import SettingsError, ShapeError

PATCH = 14
"""Tile sizes are multiples of this, the patch of the DINOv2 family."""


@dataclass(frozen=True, slots=True)
class Window:
    """Where one tile lies in the padded plane.

    Parameters
    ----------
    row, col : int
        Position in the grid of tiles, from 0.
    top, left : int
        First row and column of samples.
    height, width : int
        Size in samples.
    """

    row: int
    col: int
    top: int
    left: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, for indexing a padded plane."""
        return (
            slice(self.top, self.top + self.height),
            slice(self.left, self.left + self.width),
        )


@dataclass(frozen=True, slots=True)
class TileGrid:
    """Tiles of one size that cover a plane, made by `TileGrid.cover`.

    Parameters
    ----------
    rows, cols : int
        Size of the plane.
    height, width : int
        Size of every tile; multiples of the patch.
    tops, lefts : tuple of int
        First rows and first columns of the tiles, ascending.
    """

    rows: int
    cols: int
    height: int
    width: int
    tops: tuple[int, ...]
    lefts: tuple[int, ...]

    @classmethod
    def cover(
        cls, rows: int, cols: int, *, tile: int, overlap: int, patch: int = PATCH
    ) -> TileGrid:
        """Lay tiles over a plane.

        A side of at most `tile` samples is taken whole, padded to the patch. A
        longer side gets as few tiles as can be, evenly spread, and as short as
        the overlap allows: the layout depends on the size alone, and no tile
        does work that its neighbour does already.

        Parameters
        ----------
        rows, cols : int
            Size of the plane.
        tile : int
            Longest side of a tile; rounded down to the patch.
        overlap : int
            Samples that neighbours share at least.
        patch : int, default 14
            Tile sides are multiples of this.

        Returns
        -------
        TileGrid
            The tiles.

        Raises
        ------
        ShapeError
            If the plane is empty.
        SettingsError
            If the tile is shorter than a patch or not longer than the overlap.
        """
        if rows < 1 or cols < 1:
            raise ShapeError(f"a plane of {rows} x {cols} samples cannot be tiled")
        longest = tile - tile % patch
        if longest < patch or not 0 <= overlap < longest:
            raise SettingsError(
                f"tiles of {tile} samples cannot overlap by {overlap} with a patch of {patch}",
                hint="Choose a tile of one patch or more, and a smaller overlap.",
            )
        height, tops = _spread(rows, longest, overlap, patch)
        width, lefts = _spread(cols, longest, overlap, patch)
        return cls(rows, cols, height, width, tops, lefts)

    @property
    def padded(self) -> tuple[int, int]:
        """Size of the plane after `pad`."""
        return self.tops[-1] + self.height, self.lefts[-1] + self.width

    def __len__(self) -> int:
        return len(self.tops) * len(self.lefts)

    def __iter__(self) -> Iterator[Window]:
        for row, top in enumerate(self.tops):
            for col, left in enumerate(self.lefts):
                yield Window(row, col, top, left, self.height, self.width)

    def pad(self, data: NDArray[Any]) -> NDArray[Any]:
        """Mirror a plane over its last row and column, up to the tiles' ends.

        Parameters
        ----------
        data : ndarray, shape (rows, cols)
            The plane.

        Returns
        -------
        ndarray, shape `padded`
            `data` itself where nothing is missing.

        Raises
        ------
        ShapeError
            If `data` has another shape.
        """
        if data.shape != (self.rows, self.cols):
            raise ShapeError(
                f"a plane of shape {data.shape}, tiles for {(self.rows, self.cols)} samples"
            )
        below, right = (p - n for p, n in zip(self.padded, data.shape, strict=True))
        if not below and not right:
            return data
        return np.pad(data, ((0, below), (0, right)), mode="reflect")

    def weights(self, window: Window) -> NDArray[np.float32]:
        """Return how much a tile counts at each of its samples.

        Cosine ramps where tiles overlap; over all tiles the weights sum to one
        at every sample of the padded plane.

        Parameters
        ----------
        window : Window
            One of this grid's.

        Returns
        -------
        ndarray of float32, shape (height, width)
            Above zero everywhere.
        """
        down = _ramps(self.tops, self.height)[window.row]
        across = _ramps(self.lefts, self.width)[window.col]
        weights: NDArray[np.float32] = np.outer(down, across).astype(np.float32)
        return weights


def _spread(n: int, longest: int, overlap: int, patch: int) -> tuple[int, tuple[int, ...]]:
    """Return the length of the tiles along one side and where they start."""
    if n <= longest:
        return math.ceil(n / patch) * patch, (0,)
    count = math.ceil((n - overlap) / (longest - overlap))
    length = math.ceil((n + (count - 1) * overlap) / count / patch) * patch
    return length, tuple(round(i * (n - length) / (count - 1)) for i in range(count))


@lru_cache(maxsize=16)
def _ramps(starts: tuple[int, ...], length: int) -> NDArray[np.float64]:
    """Return the weights along one side, one row for each tile."""
    ramps = np.ones((len(starts), length))
    for i, (before, after) in enumerate(itertools.pairwise(starts)):
        shared = before + length - after
        rise = np.sin(np.pi / 2 * (np.arange(shared) + 0.5) / max(shared, 1)) ** 2
        ramps[i + 1, :shared] *= rise
        ramps[i, length - shared :] *= rise[::-1]
    total = np.zeros(starts[-1] + length)
    for start, ramp in zip(starts, ramps, strict=True):
        total[start : start + length] += ramp
    for i, start in enumerate(starts):
        ramps[i] /= total[start : start + length]
    ramps.setflags(write=False)
    return ramps
