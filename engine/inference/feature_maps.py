"""Patch features of a section, kept tile by tile as the model sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.core.axes import Axis
from engine.core.probabilities import ClassProbabilities
from engine.core.section import Section
from engine.inference.device import autocast
from engine.inference.resampling import resample_back
from engine.inference.stitching import Stitcher
from engine.preprocessing.tiling import TileGrid, Window


class Samples(NamedTuple):
    """Features at single samples of a section.

    Parameters
    ----------
    features : Tensor, shape (n, C)
        Float32, between the patches' centres interpolated bilinearly.
    shares : Tensor, shape (n,)
        What the tile that each row comes from counts at its sample; where tiles
        overlap a sample has several rows, whose shares sum to one.
    places : ndarray of int64, shape (n,)
        Which of the samples asked for each row belongs to.
    """

    features: Tensor
    shares: Tensor
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class FeatureMaps:
    """The deepest features of every tile of a section.

    Tiles stay apart, because what is computed from them has to be what a model
    predicts: it turns each tile into probabilities and blends those.

    Parameters
    ----------
    grid : TileGrid
        The tiles, in samples as the model sees them.
    windows : tuple of Window
        Those of them that hold data.
    maps : Tensor, shape (n_windows, C, h, w)
        In the type that the encoder gives, on its device.
    rows, cols : Axis
        Of the section.
    no_data : ndarray of bool, shape (n_rows, n_cols)
        Where the section has no data.
    place : Tensor, shape (C, h, w), optional
        What every tile loses before its features are looked at; see `without_place`.
    """

    grid: TileGrid
    windows: tuple[Window, ...]
    maps: Tensor
    rows: Axis
    cols: Axis
    no_data: NDArray[np.bool_]
    place: Tensor | None = None

    @classmethod
    def of(
        cls, section: Section, grid: TileGrid, windows: tuple[Window, ...], maps: Tensor
    ) -> FeatureMaps:
        """Bind tiles to the section they come from."""
        return cls(grid, windows, maps, section.rows, section.cols, section.no_data)

    def without_place(self, place: Tensor) -> FeatureMaps:
        """Look at the features without the part that tells the place in a tile.

        Not for decoders and heads: they were trained on features as they are.

        Parameters
        ----------
        place : Tensor, shape (C, h, w)
            That part, from `engine.inference.place_features.place_features`.

        Returns
        -------
        FeatureMaps
            On the same memory.
        """
        return replace(self, place=place)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the section."""
        return self.rows.size, self.cols.size

    @property
    def n_channels(self) -> int:
        """Channels of the features."""
        return int(self.maps.shape[1])

    @property
    def n_bytes(self) -> int:
        """Memory of the features and of the mask."""
        return self.maps.numel() * self.maps.element_size() + self.no_data.nbytes

    @property
    def patches(self) -> Tensor:
        """Features of all patches, shape ``(n_patches, C)``, float32; shared ones repeat."""
        maps = self.maps.float() if self.place is None else self.maps.float() - self.place
        return maps.permute(0, 2, 3, 1).reshape(-1, self.n_channels)

    def _tiles(self) -> Iterator[tuple[Window, Tensor]]:
        """Give the features of each tile ``(1, C, h, w)``."""
        for window, tile in zip(self.windows, self.maps, strict=True):
            yield window, tile[None] if self.place is None else tile[None].float() - self.place

    def blend(self, evaluate: Callable[[Tensor, tuple[int, int]], Tensor]) -> Tensor | None:
        """Compute something from the features of each tile and blend it.

        Parameters
        ----------
        evaluate : callable
            Takes features ``(1, C, h, w)`` and the size of the tile, gives
            ``(1, K, height, width)``.

        Returns
        -------
        Tensor or None
            Shape ``(K, n_rows, n_cols)``, float32; None if the section has no data.
        """
        device = self.maps.device
        stitcher = Stitcher(self.grid, device)
        size = (self.grid.height, self.grid.width)
        with torch.inference_mode(), autocast(device):
            for window, tile in self._tiles():
                stitcher.add(window, evaluate(tile, size)[0].float())
            plane = stitcher.result()
            return None if plane is None else resample_back(plane, self.shape)

    def classify(
        self, decode: Callable[[Tensor, tuple[int, int]], Tensor], n_classes: int
    ) -> ClassProbabilities:
        """Compute class probabilities as `engine.inference.predictor.Predictor` does.

        Parameters
        ----------
        decode : callable
            Takes features ``(1, C, h, w)`` and the size of the tile, gives logits.
        n_classes : int
            How many there are.

        Returns
        -------
        ClassProbabilities
            NaN where the section has no data.
        """
        plane = self.blend(lambda x, size: decode(x, size).float().softmax(dim=1))
        if plane is None:
            data = np.full((n_classes, *self.shape), np.nan, dtype=np.float32)
        else:
            data = np.ascontiguousarray(plane.cpu().numpy())
            data[:, self.no_data] = np.nan
        return ClassProbabilities(data, self.rows, self.cols)

    def at(self, rows: NDArray[np.int64], cols: NDArray[np.int64]) -> Samples:
        """Interpolate the features at samples of the section.

        A linear function of the result is what upsampling the function's values
        at the patches gives, to the size of the tile and from there to the section.

        Parameters
        ----------
        rows, cols : ndarray of int64, shape (n,)
            Positions, from 0.

        Returns
        -------
        Samples
            Rows of the tiles one after the other; samples outside of all tiles,
            which have no data, are left out.
        """
        grid, device = self.grid, self.maps.device
        # Centres of the samples, in samples as the model sees them.
        y = (rows + 0.5) * (grid.rows / self.rows.size)
        x = (cols + 0.5) * (grid.cols / self.cols.size)
        features, shares, places = [], [], []
        for window, tile in self._tiles():
            down, across = y - window.top, x - window.left
            inside = np.flatnonzero(
                (down >= 0) & (down < window.height) & (across >= 0) & (across < window.width)
            )
            if not len(inside):
                continue
            down, across = down[inside], across[inside]
            found = np.stack([across / window.width, down / window.height], axis=-1) * 2 - 1
            points = torch.from_numpy(found.astype(np.float32)).to(device)
            values = F.grid_sample(
                tile.float(), points[None, None], padding_mode="border", align_corners=False
            )
            features.append(values[0, :, 0].T)
            weights = grid.weights(window)[down.astype(np.int64), across.astype(np.int64)]
            shares.append(torch.from_numpy(weights).to(device))
            places.append(inside)
        if not features:
            none = torch.zeros(0, self.n_channels, device=device)
            return Samples(none, none.new_zeros(0), np.zeros(0, dtype=np.int64))
        return Samples(torch.cat(features), torch.cat(shares), np.concatenate(places))
