"""The area of a body that the data of an image cover."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.georeference import Georeference

_CELL = 256
"""Columns whose pixels are taken to be of one size."""

_EDGE_POINTS = 32
_HALF = 0.5


class CountedArea:
    """Adds up the areas of pixels with data, row by row.

    Parameters
    ----------
    georeference : Georeference
        Of the image.
    """

    def __init__(self, georeference: Georeference) -> None:
        self._georeference = georeference
        self.total_m2 = 0.0

    def add(self, first_row: int, valid: NDArray[np.bool_]) -> None:
        """Take rows.

        Parameters
        ----------
        first_row : int
            The first one, from 0.
        valid : ndarray of bool, shape (n_rows, n_cols)
            Where there are data.
        """
        n_cols = valid.shape[1]
        for row in range(0, len(valid), _CELL):
            block = valid[row : row + _CELL]
            counts = np.add.reduceat(block.sum(axis=0), np.arange(0, n_cols, _CELL))
            top = first_row + row - _HALF
            bottom = top + len(block)
            for number, count in enumerate(counts):
                if count:
                    left = number * _CELL - _HALF
                    right = min(left + _CELL, n_cols - _HALF)
                    area = self._georeference.area_m2(
                        [top, top, bottom, bottom], [left, right, right, left]
                    )
                    self.total_m2 += np.nan_to_num(area * count / (len(block) * (right - left)))


def boundary(
    georeference: Georeference, shape: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the outer edge of an image on the body.

    Parameters
    ----------
    georeference : Georeference
        Of the image.
    shape : tuple of int
        Its rows and columns.

    Returns
    -------
    longitude, latitude : ndarray of float64
        A closed ring, degrees, -180 to 180, planetocentric; NaN off the body.
    """
    rows, cols = (n - _HALF for n in shape)
    way = np.linspace(0, 1, _EDGE_POINTS, endpoint=False)
    low, high = np.zeros_like(way), np.ones_like(way)
    down = np.concatenate([low, way, high, 1 - way, [0]]) * (rows + _HALF) - _HALF
    across = np.concatenate([way, high, 1 - way, low, [0]]) * (cols + _HALF) - _HALF
    return georeference.geographic(down, across)
