"""Parts a region where craters touch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

_NECK = 0.75
"""Craters are two where the way between their centres narrows to this part of the smaller
one's radius. Within a single ellipse it does not narrow at all."""

_SMALLEST_RADIUS = 3.0
"""Pixels; inner radii below are the raggedness of an outline."""

_MOST_PARTS = 200

_SMALL_HOLE = 0.1
"""Part of a region's area up to which holes are filled: a central peak or a shadow that the
model left out."""

_ROUND = 0.8
"""Part of the parts round a hole that lies in their circles from which on they are craters
themselves and the hole the plain between them; pieces of one crater's ring have less."""


def split_region(region: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Part a region into craters.

    The largest inscribed circles, by the Euclidean distance transform, are the
    craters' hearts; every pixel goes to the circle of the least power
    ``d^2 - r^2``. The border between two circles that overlap is then the chord
    through the points where they cross. Holes are filled before, so that a crater that
    is drawn as a ring is parted like one that is drawn whole; the plain that a ring of
    craters encloses stays out.

    Parameters
    ----------
    region : ndarray of bool, shape (n_rows, n_cols)
        One connected region.

    Returns
    -------
    list of ndarray of bool, shape (n_rows, n_cols)
        Its parts, holes filled, largest first; one where nothing is to be parted.
    """
    filled = _fill_holes(region)
    nearest, _ = _nearest(filled)
    parts = [nearest == number for number in range(nearest.max() + 1)]
    return [part for part in parts if part.any()]


def _nearest(region: NDArray[np.bool_]) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """Return the number of the circle that each pixel goes to, -1 outside, and whether it is in."""
    # A frame of one pixel: beyond the patch lies another region, or none.
    inner = ndimage.distance_transform_edt(np.pad(region, 1))[1:-1, 1:-1]
    hearts = _hearts(inner)
    nearest = np.where(region, np.int16(0), np.int16(-1))
    in_circle = np.zeros_like(region)
    if not len(hearts):
        return nearest, in_circle
    places = np.argwhere(region)
    powers = np.stack(
        [((places - heart) ** 2).sum(axis=1) - inner[tuple(heart)] ** 2 for heart in hearts]
    )
    nearest[region] = powers.argmin(axis=0)
    in_circle[region] = powers.min(axis=0) <= 0
    return nearest, in_circle


def _fill_holes(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Fill what a crater encloses, but not the plain that a ring of craters does."""
    filled: NDArray[np.bool_] = ndimage.binary_fill_holes(region)
    holes, count = ndimage.label(filled & ~region)
    sizes = np.bincount(holes.ravel())
    large = [k for k in range(1, count + 1) if sizes[k] > _SMALL_HOLE * np.count_nonzero(region)]
    if not large:
        return filled
    nearest, in_circle = _nearest(region)
    for hole in large:
        beside = ndimage.binary_dilation(holes == hole) & region
        around = np.isin(nearest, np.unique(nearest[beside]))
        if in_circle[around].mean() >= _ROUND:
            filled &= holes != hole
    return filled


def _hearts(inner: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the centres of the circles, largest first, shape (n, 2)."""
    peaks = np.argwhere(
        (inner == ndimage.maximum_filter(inner, size=5)) & (inner >= _SMALLEST_RADIUS)
    )
    order = np.argsort(-inner[tuple(peaks.T)], kind="stable")
    hearts: list[NDArray[np.int64]] = []
    for peak in peaks[order]:
        if len(hearts) == _MOST_PARTS:
            break
        if all(_neck(inner, peak, heart) < _NECK * inner[tuple(peak)] for heart in hearts):
            hearts.append(peak)
    return np.array(hearts, dtype=np.int64).reshape(-1, 2)


def _neck(inner: NDArray[np.float64], one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Return the least distance from the outline on the way between two places."""
    count = int(np.abs(one - other).max()) + 1
    way = np.rint(np.linspace(one, other, count)).astype(np.int64)
    return float(inner[tuple(way.T)].min())
