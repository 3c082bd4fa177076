"""Blends the tiles' probabilities into those of the whole plane."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.preprocessing.tiling import TileGrid, Window


class Stitcher:
    """A plane of class probabilities that tiles are added to.

    Parameters
    ----------
    grid : TileGrid
        The tiles.
    device : torch.device
        Where the probabilities are.
    """

    def __init__(self, grid: TileGrid, device: torch.device) -> None:
        self._grid = grid
        self._device = device
        self._plane: Tensor | None = None

    def add(self, window: Window, probabilities: Tensor) -> None:
        """Add one tile.

        Parameters
        ----------
        window : Window
            Where it lies.
        probabilities : Tensor, shape (K, height, width)
            Float32; sums to one over the classes.
        """
        if len(self._grid) == 1:
            self._plane = probabilities
            return
        if self._plane is None:
            shape = (probabilities.shape[0], *self._grid.padded)
            self._plane = torch.zeros(shape, dtype=torch.float32, device=self._device)
        weights = torch.from_numpy(self._grid.weights(window)).to(self._device)
        self._plane[(slice(None), *window.slices)].addcmul_(probabilities, weights)

    def result(self) -> Tensor | None:
        """Return the plane without its padding.

        Returns
        -------
        Tensor or None
            Shape ``(K, rows, cols)``, zero where no tile was added; None if
            none was added at all.
        """
        if self._plane is None:
            return None
        return self._plane[:, : self._grid.rows, : self._grid.cols]
