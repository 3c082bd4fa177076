"""How large the tiles are that a device has memory for."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Iterator, Sequence
from typing import TypeVar

import torch

from engine.errors import EngineError
from engine.preprocessing.tiling import PATCH, TileGrid

T = TypeVar("T")

_log = logging.getLogger(__name__)

_SMALLEST_TILE = 4 * PATCH
# Batches pay for small tiles on a CPU (1.3x at 224 samples, nothing at 518) and
# for all sizes on a GPU.
_BATCH_SAMPLES = {"cpu": 4 * 224**2, "cuda": 16 * 518**2, "mps": 4 * 518**2}


class TileSize:
    """The largest tile and batch; they shrink for good when memory runs out.

    Parameters
    ----------
    device : torch.device
        Where tiles are evaluated.
    tile : int
        Longest side evaluated at once, in samples.
    overlap : int
        Samples that neighbouring tiles share at least.

    Raises
    ------
    SettingsError
        If such tiles cannot overlap so much.

    Notes
    -----
    Any thread may call it.
    """

    def __init__(self, device: torch.device, tile: int, overlap: int) -> None:
        TileGrid.cover(1, 1, tile=tile, overlap=overlap)
        self._device = device
        self._overlap = overlap
        self._lock = threading.Lock()
        self._tile = tile
        self._batch_samples = _BATCH_SAMPLES[device.type]

    @property
    def tile(self) -> int:
        """Longest side evaluated at once now, in samples."""
        return self._tile

    def grid(self, rows: int, cols: int) -> TileGrid:
        """Return the tiles for a plane of that size, with the tile and overlap of now."""
        tile = self._tile
        return TileGrid.cover(rows, cols, tile=tile, overlap=min(self._overlap, tile // 4))

    def batches(self, grid: TileGrid, tiles: Sequence[T]) -> Iterator[tuple[T, ...]]:
        """Yield as many tiles of a grid together as are evaluated at once."""
        size = max(1, self._batch_samples // (grid.height * grid.width))
        remaining = iter(tiles)
        while batch := tuple(itertools.islice(remaining, size)):
            yield batch

    def halve(self, grid: TileGrid, error: BaseException) -> None:
        """Take half the tile from now on, after a grid found no memory.

        Parameters
        ----------
        grid : TileGrid
            What was tried.
        error : BaseException
            Why it failed.

        Raises
        ------
        EngineError
            If the tiles are the smallest already.
        """
        used = max(grid.height, grid.width)
        smaller = max(used // 2 - used // 2 % PATCH, _SMALLEST_TILE)
        if used <= _SMALLEST_TILE:
            raise EngineError(
                f"not enough memory on {self._device} for a tile of {used} x {used} samples",
                hint="Close other programs, or choose another device or a smaller model.",
            ) from error
        with self._lock:
            if smaller < self._tile:
                self._tile = smaller
                self._batch_samples = min(self._batch_samples, smaller**2)
        _log.warning("out of memory on %s: tiles of %d samples from now on", self._device, smaller)
