"""Labels of a section that cost only what is labelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import UNLABELLED

BLOCK: Final = 256
"""Side of a block, in samples."""

Samples = NDArray[np.uint8]


class SparsePlane:
    """Classes and certainties on the grid of a section, in blocks of 256 x 256.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the section.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape
        self._blocks: dict[tuple[int, int], Samples] = {}
        self._shared: set[tuple[int, int]] = set()

    def copy(self) -> SparsePlane:
        """Return a plane that is changed on its own; blocks are copied when it changes them.

        The plane itself must not be written to any more: others may read its blocks.
        """
        other = SparsePlane(self.shape)
        other._blocks = dict(self._blocks)
        other._shared = set(self._blocks)
        return other

    @property
    def blocks(self) -> Mapping[tuple[int, int], Samples]:
        """Blocks that hold labels, by block row and block column.

        Each is of shape ``(2, 256, 256)``: classes, then certainties. Those at the
        lower and right edge reach beyond the section, where nothing is labelled.
        """
        return self._blocks

    @property
    def blank(self) -> bool:
        """Whether nothing is labelled."""
        return not self._blocks

    def read(self, rows: slice, cols: slice) -> tuple[Samples, Samples]:
        """Copy a window.

        Parameters
        ----------
        rows, cols : slice
            Samples from 0; cut to the section.

        Returns
        -------
        classes, certainty : ndarray of uint8, shape (n_rows, n_cols)
            `UNLABELLED` and 0 where nobody said anything.
        """
        top, bottom, _ = rows.indices(self.shape[0])
        left, right, _ = cols.indices(self.shape[1])
        size = (max(bottom - top, 0), max(right - left, 0))
        classes = np.full(size, UNLABELLED, dtype=np.uint8)
        certainty = np.zeros(size, dtype=np.uint8)
        for at, inside, outside in _parts(top, left, *size):
            block = self._blocks.get(at)
            if block is not None:
                classes[outside] = block[0][inside]
                certainty[outside] = block[1][inside]
        return classes, certainty

    def write(self, row: int, col: int, classes: Samples, certainty: Samples) -> None:
        """Replace a rectangle, which must lie inside the section.

        Parameters
        ----------
        row, col : int
            Its upper left sample.
        classes, certainty : ndarray of uint8, shape (n_rows, n_cols)
            The new values.
        """
        for at, inside, outside in _parts(row, col, *classes.shape):
            new = classes[outside]
            block = self._blocks.get(at)
            if block is None:
                if (new == UNLABELLED).all():
                    continue
                block = self._blocks[at] = _blank_block()
            elif at in self._shared:
                block = self._blocks[at] = block.copy()
            self._shared.discard(at)
            block[0][inside] = new
            block[1][inside] = certainty[outside]
            if (block[0] == UNLABELLED).all():
                del self._blocks[at]

    def put_block(self, at: tuple[int, int], block: Samples | None) -> None:
        """Use a block as it was read from `blocks`; it is never changed in place.

        Parameters
        ----------
        at : tuple of int
            Block row and block column.
        block : ndarray of uint8, shape (2, 256, 256), or None
            Classes and certainties; nothing may be labelled outside the section. None
            if nothing is labelled at all.
        """
        if block is None:
            self._blocks.pop(at, None)
            self._shared.discard(at)
        else:
            self._blocks[at] = block
            self._shared.add(at)

    def share_block(self, at: tuple[int, int]) -> Samples | None:
        """Return a block that will never be changed in place; None if nothing is labelled."""
        block = self._blocks.get(at)
        if block is not None:
            self._shared.add(at)
        return block

    def used(self) -> set[int]:
        """Return the class ids that occur, `UNLABELLED` left out."""
        found: set[int] = set()
        for block in self._blocks.values():
            found |= set(np.flatnonzero(np.bincount(block[0].ravel(), minlength=256)).tolist())
        return found - {UNLABELLED}


def _blank_block() -> Samples:
    block = np.zeros((2, BLOCK, BLOCK), dtype=np.uint8)
    block[0] = UNLABELLED
    return block


_Slices = tuple[slice, slice]


def _parts(
    row: int, col: int, n_rows: int, n_cols: int
) -> Iterator[tuple[tuple[int, int], _Slices, _Slices]]:
    """Yield each block that a rectangle meets, the part in the block, and in the rectangle."""
    if n_rows < 1 or n_cols < 1:
        return
    for block_row in range(row // BLOCK, (row + n_rows - 1) // BLOCK + 1):
        top, bottom = max(row, block_row * BLOCK), min(row + n_rows, (block_row + 1) * BLOCK)
        for block_col in range(col // BLOCK, (col + n_cols - 1) // BLOCK + 1):
            left = max(col, block_col * BLOCK)
            right = min(col + n_cols, (block_col + 1) * BLOCK)
            inside = (
                slice(top - block_row * BLOCK, bottom - block_row * BLOCK),
                slice(left - block_col * BLOCK, right - block_col * BLOCK),
            )
            outside = (slice(top - row, bottom - row), slice(left - col, right - col))
            yield (block_row, block_col), inside, outside
