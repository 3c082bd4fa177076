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

_LARGEST_HOLE = 0.1
"""Part of a region's area up to which holes are filled: a central peak or a shadow that the
model left out, but not the plain that a ring of craters encloses."""


def split_region(region: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Part a region into craters.

    The largest inscribed circles, by the Euclidean distance transform, are the
    craters' hearts; every pixel goes to the circle of the least power
    ``d^2 - r^2``. The border between two circles that overlap is then the chord
    through the points where they cross.

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
    # A frame of one pixel: beyond the patch lies another region, or none.
    inner = ndimage.distance_transform_edt(np.pad(filled, 1))[1:-1, 1:-1]
    hearts = _hearts(inner)
    if len(hearts) < 2:
        return [filled]
    places = np.argwhere(filled)
    powers = np.stack(
        [((places - heart) ** 2).sum(axis=1) - inner[tuple(heart)] ** 2 for heart in hearts]
    )
    nearest = powers.argmin(axis=0)
    parts = []
    for number in range(len(hearts)):
        part = np.zeros_like(filled)
        part[tuple(places[nearest == number].T)] = True
        if part.any():
            parts.append(part)
    return parts


def _fill_holes(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    holes = ndimage.binary_fill_holes(region) & ~region
    labels, count = ndimage.label(holes)
    if not count:
        return region
    sizes = np.bincount(labels.ravel())
    small = sizes <= _LARGEST_HOLE * np.count_nonzero(region)
    small[0] = False
    filled: NDArray[np.bool_] = region | small[labels]
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
