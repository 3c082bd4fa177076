"""Which samples of a section a brush, a line or an outline covers.

Places are given as (column, row) on the grid of the section: whole numbers are the
middles of samples. What covers the middle of a sample covers the sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import UNLABELLED

Place = tuple[float, float]
"""Column and row."""
LEAST_RADIUS = 0.5
"""Samples; what is thinner would miss samples between its ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    """Samples of a section, inside a rectangle that is as small as they allow.

    Parameters
    ----------
    row, col : int
        The upper left sample of the rectangle.
    inside : ndarray of bool, shape (n_rows, n_cols)
        Which samples are meant.
    """

    row: int
    col: int
    inside: NDArray[np.bool_]

    @property
    def rows(self) -> slice:
        """The rows of the rectangle."""
        return slice(self.row, self.row + self.inside.shape[0])

    @property
    def cols(self) -> slice:
        """The columns of the rectangle."""
        return slice(self.col, self.col + self.inside.shape[1])

    @property
    def n_samples(self) -> int:
        """How many samples are meant."""
        return int(np.count_nonzero(self.inside))

    @classmethod
    def trimmed(cls, row: int, col: int, inside: NDArray[np.bool_]) -> Stamp | None:
        """Cut a rectangle to the samples that are meant; None if there are none."""
        rows, cols = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
        if not rows.size:
            return None
        part = inside[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
        return cls(row + int(rows[0]), col + int(cols[0]), part)


def brush_radii(diameter: float, px_per_col: float, px_per_row: float) -> tuple[float, float]:
    """Return the radii of a brush that is round on the screen.

    Parameters
    ----------
    diameter : float
        In samples: the brush covers as many as a circle of that diameter on a
        section with square samples.
    px_per_col, px_per_row : float
        Pixels of the screen from one sample to the next, above zero.

    Returns
    -------
    tuple of float
        Radius along columns and along rows, in samples, not below `LEAST_RADIUS`.
    """
    stretch = math.sqrt(px_per_row / px_per_col)
    across, down = diameter / 2 * stretch, diameter / 2 / stretch
    return max(across, LEAST_RADIUS), max(down, LEAST_RADIUS)


def capsule(
    start: Place, end: Place, radii: tuple[float, float], shape: tuple[int, int]
) -> Stamp | None:
    """Cover what a brush passes over on its way from one place to another.

    Parameters
    ----------
    start, end : tuple of float
        Column and row.
    radii : tuple of float
        Radius of the brush along columns and along rows, in samples, above zero.
    shape : tuple of int
        Rows and columns of the section.

    Returns
    -------
    Stamp or None
        None if all lies outside the section.
    """
    window = _window([start, end], radii, shape)
    if window is None:
        return None
    rows, cols = window
    # In units of the radii the brush is a circle of radius one.
    across = (np.arange(cols.start, cols.stop) - start[0]) / radii[0]
    down = ((np.arange(rows.start, rows.stop) - start[1]) / radii[1])[:, np.newaxis]
    along = ((end[0] - start[0]) / radii[0], (end[1] - start[1]) / radii[1])
    length = along[0] ** 2 + along[1] ** 2
    if length > 0:
        part = np.clip((across * along[0] + down * along[1]) / length, 0.0, 1.0)
        away = (across - part * along[0]) ** 2 + (down - part * along[1]) ** 2
    else:
        away = across**2 + down**2
    return Stamp.trimmed(rows.start, cols.start, away <= 1.0 + 1e-9)


def polyline(
    nodes: Sequence[Place], radii: tuple[float, float], shape: tuple[int, int]
) -> Stamp | None:
    """Cover a line through nodes, such as a fault stick, with a width.

    Parameters
    ----------
    nodes : sequence of (float, float)
        Column and row of each, one at least.
    radii : tuple of float
        Half the width along columns and along rows, in samples.
    shape : tuple of int
        Rows and columns of the section.

    Returns
    -------
    Stamp or None
        None if all lies outside the section, or there are no nodes.
    """
    window = _window(nodes, radii, shape) if nodes else None
    if window is None:
        return None
    rows, cols = window
    inside = np.zeros((rows.stop - rows.start, cols.stop - cols.start), dtype=np.bool_)
    for start, end in pairwise(nodes) if len(nodes) > 1 else [(nodes[0], nodes[0])]:
        part = capsule(start, end, radii, shape)
        if part is not None:
            here = (
                slice(part.row - rows.start, part.rows.stop - rows.start),
                slice(part.col - cols.start, part.cols.stop - cols.start),
            )
            inside[here] |= part.inside
    return Stamp.trimmed(rows.start, cols.start, inside)


def polygon(nodes: Sequence[Place], shape: tuple[int, int]) -> Stamp | None:
    """Cover what an outline encloses; where it crosses itself by the even-odd rule.

    Parameters
    ----------
    nodes : sequence of (float, float)
        Column and row of each corner; the last is joined to the first.
    shape : tuple of int
        Rows and columns of the section.

    Returns
    -------
    Stamp or None
        None if no sample lies inside. Of two outlines that share an edge, each
        sample on it belongs to one.
    """
    window = _window(nodes, (0.0, 0.0), shape) if len(nodes) > 2 else None
    if window is None:
        return None
    rows, cols = window
    n_cols = cols.stop - cols.start
    # Each edge changes inside to outside for all samples to its right.
    changes = np.zeros((rows.stop - rows.start, n_cols + 1), dtype=np.bool_)
    for (x0, y0), (x1, y1) in pairwise([*nodes, nodes[0]]):
        low, high = sorted((y0, y1))
        first, stop = max(math.ceil(low), rows.start), min(math.ceil(high), rows.stop)
        if first < stop:
            at = np.arange(first, stop)
            crossing = np.ceil(x0 + (at - y0) * ((x1 - x0) / (y1 - y0))) - cols.start
            col = np.clip(crossing, 0, n_cols).astype(np.intp)
            changes[at - rows.start, col] ^= True
    inside = np.logical_xor.accumulate(changes[:, :-1], axis=1)
    return Stamp.trimmed(rows.start, cols.start, inside)


def painted(
    before: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    inside: NDArray[np.bool_],
    labels: NDArray[np.uint8] | int,
    certainty: int,
    *,
    locked: frozenset[int] = frozenset(),
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return labels of a rectangle after painting, with locked classes left alone.

    Parameters
    ----------
    before : tuple of two ndarray of uint8, shape (n_rows, n_cols)
        Classes and certainties; stay as they are.
    inside : ndarray of bool, shape (n_rows, n_cols)
        Which samples are painted.
    labels : int or ndarray of uint8, shape (n_rows, n_cols)
        Class id, `LEFT_OUT` or `UNLABELLED`, for all or for each.
    certainty : int
        Of what is labelled.
    locked : frozenset of int, default empty
        Classes that are neither painted nor painted over.

    Returns
    -------
    classes, certainty : ndarray of uint8, shape (n_rows, n_cols)
        New arrays.
    """
    classes, sure = before
    new = np.asarray(labels, dtype=np.uint8)
    if locked:
        fixed = np.zeros(256, dtype=np.bool_)
        fixed[list(locked)] = True
        inside = inside & ~fixed[classes] & ~fixed[new]
    now_sure = np.where(new == UNLABELLED, np.uint8(0), np.uint8(certainty))
    return np.where(inside, new, classes), np.where(inside, now_sure, sure)


def _window(
    places: Sequence[Place], radii: tuple[float, float], shape: tuple[int, int]
) -> tuple[slice, slice] | None:
    """Return rows and columns round places that lie inside a section, if any do."""
    xs, ys = zip(*places, strict=True)
    parts = []
    for values, radius, size in ((ys, radii[1], shape[0]), (xs, radii[0], shape[1])):
        first = max(math.ceil(min(values) - radius - 1e-6), 0)
        stop = min(math.floor(max(values) + radius + 1e-6) + 1, size)
        if first >= stop:
            return None
        parts.append(slice(first, stop))
    return parts[0], parts[1]
