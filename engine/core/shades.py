"""Colours over a section that are no classes: shares from 0 to 1, or features."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Shades:
    """What is drawn over a section, and what it means.

    Parameters
    ----------
    title : str
        Such as ``Probability of fault``.
    colors : ndarray of uint8, shape (n_rows, n_cols, 4)
        Red, green, blue and alpha.
    scale : ndarray of uint8, shape (n_levels, 4), optional
        Colours from 0 to 1; left out where colours are no numbers.
    opacity : float, default 0.6
        From 0 to 1.
    """

    title: str
    colors: NDArray[np.uint8]
    scale: NDArray[np.uint8] | None = None
    opacity: float = 0.6

    def part(self, rows: slice, cols: slice) -> Shades:
        """Return those over some rows and columns."""
        return replace(self, colors=self.colors[rows, cols])
