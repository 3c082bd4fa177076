"""Finds the connected regions of a mask that comes row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

_AT_ONCE = 1 << 24
"""Pixels that are looked through together."""

_MOST = 1 << 27
"""Pixels kept for regions that have not ended; beyond, these are cut."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Pixels of a class that touch each other along their sides.

    Parameters
    ----------
    top, left : int
        Where the patch lies in the image, from 0.
    member : ndarray of bool, shape (n_rows, n_cols)
        The pixels of the region in its bounding rectangle.
    probability : ndarray of float32, shape (n_rows, n_cols)
        Of the class.
    is_cut : bool
        Whether the region reaches the edge of the image or of its data.
    """

    top: int
    left: int
    member: NDArray[np.bool_]
    probability: NDArray[np.float32]
    is_cut: bool


class RegionStream:
    """Takes rows and gives back the regions that have ended.

    Parameters
    ----------
    n_rows, n_cols : int
        Size of the image.
    """

    def __init__(self, n_rows: int, n_cols: int) -> None:
        self._n_rows = n_rows
        self._top = 0
        self._waiting = 0
        self._is_after_cut = False
        self._member: NDArray[np.bool_] = np.zeros((0, n_cols), dtype=np.bool_)
        self._valid: NDArray[np.bool_] = np.zeros((0, n_cols), dtype=np.bool_)
        self._probability: NDArray[np.float16] = np.zeros((0, n_cols), dtype=np.float16)
        self._parts: list[tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float16]]] = []

    def add(
        self,
        member: NDArray[np.bool_],
        probability: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> Iterator[Region]:
        """Take the next rows.

        Parameters
        ----------
        member : ndarray of bool, shape (n, n_cols)
            Pixels of the class.
        probability : ndarray of float32, shape (n, n_cols)
            Of the class.
        valid : ndarray of bool, shape (n, n_cols)
            Where there are data.

        Yields
        ------
        Region
            Every region once, after its last row.
        """
        self._parts.append((member, valid, probability.astype(np.float16)))
        self._waiting += len(member)
        last = self._top + len(self._member) + self._waiting >= self._n_rows
        if last or self._waiting * member.shape[1] >= _AT_ONCE:
            yield from self._look(is_last=last)

    def _look(self, *, is_last: bool) -> Iterator[Region]:
        members, valids, probabilities = zip(*self._parts, strict=True)
        self._parts, self._waiting = [], 0
        self._member = np.concatenate([self._member, *members])
        self._valid = np.concatenate([self._valid, *valids])
        self._probability = np.concatenate([self._probability, *probabilities])
        labels, _ = ndimage.label(self._member)
        count = len(self._member)
        is_full = self._member.size > _MOST
        # One row more, which tells whether what begins below it is cut.
        keep = count - 1
        for number, (rows, cols) in enumerate(ndimage.find_objects(labels), start=1):
            if rows.stop == count and not is_last and not is_full:
                keep = min(keep, max(rows.start - 1, 0))
                continue
            yield self._region(labels[rows, cols] == number, rows, cols, is_cut=is_full)
            self._member[rows, cols] &= labels[rows, cols] != number
        self._top += keep
        self._is_after_cut = is_full
        self._member = self._member[keep:].copy()
        self._valid = self._valid[keep:].copy()
        self._probability = self._probability[keep:].copy()

    def _region(
        self, member: NDArray[np.bool_], rows: slice, cols: slice, *, is_cut: bool
    ) -> Region:
        height, width = self._member.shape
        # The patch with a pixel around it, but for the edges of what is there.
        around = (
            slice(max(rows.start - 1, 0), min(rows.stop + 1, height)),
            slice(max(cols.start - 1, 0), min(cols.stop + 1, width)),
        )
        grown = np.zeros((rows.stop - rows.start + 2, cols.stop - cols.start + 2), dtype=np.bool_)
        grown[1:-1, 1:-1] = member
        grown = ndimage.binary_dilation(grown)
        top, left = rows.start - 1, cols.start - 1
        inside = grown[
            around[0].start - top : around[0].stop - top,
            around[1].start - left : around[1].stop - left,
        ]
        at_edge = (
            self._top + rows.start == 0
            or self._top + rows.stop == self._n_rows
            or cols.start == 0
            or cols.stop == width
        )
        # What follows on a region that was cut; the row before it has been kept.
        is_rest = self._is_after_cut and rows.start <= 1
        return Region(
            self._top + rows.start,
            cols.start,
            member,
            self._probability[rows, cols].astype(np.float32),
            is_cut or at_edge or is_rest or bool((inside & ~self._valid[around]).any()),
        )
