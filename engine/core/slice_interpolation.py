"""Labels of slices between two that are labelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # loads scipy.ndimage at its first use, not when the window starts
from numpy.typing import NDArray

from engine.core.labels import PROBABLE, UNLABELLED
from engine.errors import ShapeError

Samples = NDArray[np.uint8]
Labelled = tuple[Samples, Samples]
"""Class ids and certainties of one slice, both of shape (n_rows, n_cols)."""
_LARGEST_SPECK = 2
_BY_EDGES_AND_CORNERS = np.ones((3, 3), dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class InterpolatedSlice:
    """Labels of one slice between two others.

    Parameters
    ----------
    position : float
        From 0 at the first labelled slice to 1 at the second.
    row, col : int
        The upper left sample of the rectangle.
    classes : ndarray of uint8, shape (n_rows, n_cols)
        Class ids of the rectangle; nothing is labelled outside.
    certainty : ndarray of uint8, shape (n_rows, n_cols)
        The lower certainty of the two slices for that class, `PROBABLE` at most; 0
        where nothing is labelled.
    """

    position: float
    row: int
    col: int
    classes: Samples
    certainty: Samples


def interpolate(
    first: Labelled, second: Labelled, positions: Sequence[float]
) -> Iterator[InterpolatedSlice]:
    """Change the labels of one slice gradually into those of another.

    The signed distance to the border of each class is interpolated between the two
    slices, and each sample gets the class that it lies deepest in: shape-based
    interpolation [1]_, class by class. What is not labelled is treated as one more
    class, so that partial labels stay partial. A class that only one slice has
    shrinks and ends halfway. Where borders cross, one or two samples of a class may be
    left alone that neither slice has there; they take the class around them.

    A sample is as certain as the nearest one of its class in that slice where this is
    less certain, and `PROBABLE` at most.

    Parameters
    ----------
    first, second : tuple of ndarray of uint8, shape (n_rows, n_cols)
        Class ids, `LEFT_OUT` or `UNLABELLED`, and their certainties.
    positions : sequence of float
        Where the wanted slices lie, from 0 at the first to 1 at the second.

    Yields
    ------
    InterpolatedSlice
        One for each position, in order; none if nothing is labelled.

    Raises
    ------
    ShapeError
        If the slices are of different shapes.

    References
    ----------
    .. [1] Raya and Udupa, "Shape-based interpolation of multidimensional objects",
       IEEE Transactions on Medical Imaging 9 (1), 1990.
    """
    shapes = {plane.shape for plane in (*first, *second)}
    if len(shapes) > 1:
        shape, other = sorted(shapes)[:2]
        raise ShapeError(f"slices of shape {shape} and {other} do not match")
    window = _labelled_window((first[0] != UNLABELLED) | (second[0] != UNLABELLED))
    if window is None:
        return
    rows, cols = window
    ends, sure = ([item[k][window] for item in (first, second)] for k in (0, 1))
    ids = np.unique(np.concatenate([item.ravel() for item in ends]))
    distances = [_pair(ends[0] == number, ends[1] == number) for number in ids]
    certainties = {int(number): _lower_certainty(ends, sure, int(number)) for number in ids}
    for position in positions:
        best = np.full(ends[0].shape, np.inf, dtype=np.float32)
        classes = np.full(ends[0].shape, UNLABELLED, dtype=np.uint8)
        for number, (here, there) in zip(ids, distances, strict=True):
            distance = here + np.float32(position) * (there - here)
            deeper = distance < best
            best[deeper] = distance[deeper]
            classes[deeper] = number
        classes = _without_specks(classes, (ends[0] == classes) | (ends[1] == classes))
        certainty = np.zeros(classes.shape, dtype=np.uint8)
        for number, known in certainties.items():
            np.copyto(certainty, known, where=classes == number)
        yield InterpolatedSlice(position, rows.start, cols.start, classes, certainty)


def signed_distance(inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the distance to the border of a region, in samples, negative inside.

    Parameters
    ----------
    inside : ndarray of bool, shape (n_rows, n_cols)
        The region; neither empty nor everything.

    Returns
    -------
    ndarray of float32, shape (n_rows, n_cols)
        The border lies halfway between neighbours inside and outside.
    """
    outer = scipy.ndimage.distance_transform_edt(~inside)
    inner = scipy.ndimage.distance_transform_edt(inside)
    distance: NDArray[np.float32] = np.where(inside, 0.5 - inner, outer - 0.5).astype(np.float32)
    return distance


def _pair(
    first: NDArray[np.bool_], second: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the distances in both slices; a region that is missing in one ends halfway.

    What is missing in one slice, or fills it, has no border there. It gets the
    distance that makes the mean zero where the other is deepest.
    """
    both = [
        signed_distance(region) if region.any() and not region.all() else None
        for region in (first, second)
    ]
    known = [item for item in both if item is not None]
    inside = max((-float(item.min()) for item in known), default=1.0)
    outside = max((float(item.max()) for item in known), default=1.0)
    here, there = (
        np.full(first.shape, -outside if region.all() else inside, dtype=np.float32)
        if item is None
        else item
        for item, region in zip(both, (first, second), strict=True)
    )
    return here, there


def _lower_certainty(
    ends: Sequence[Samples], certainties: Sequence[Samples], class_id: int
) -> Samples | np.uint8:
    """Return how certain a class is between two slices, for every sample or for each.

    Of each slice the nearest sample of the class counts; a slice without the class
    says nothing.
    """
    if class_id == UNLABELLED:
        return np.uint8(0)
    lowest: Samples | np.uint8 = np.uint8(PROBABLE)
    for classes, sure in zip(ends, certainties, strict=True):
        inside = classes == class_id
        if not inside.any() or sure[inside].min() >= PROBABLE:
            continue
        nearest = scipy.ndimage.distance_transform_edt(
            ~inside, return_distances=False, return_indices=True
        )
        lowest = np.minimum(lowest, sure[tuple(nearest)])
    return lowest


def _without_specks(classes: Samples, kept: NDArray[np.bool_]) -> Samples:
    """Give the class around them to samples that hang together by no more than two.

    Those of which one is to be kept stay, and so do lines, which hang together by
    their corners too.

    Parameters
    ----------
    classes : ndarray of uint8, shape (n_rows, n_cols)
        Class ids, `LEFT_OUT` or `UNLABELLED`.
    kept : ndarray of bool, shape (n_rows, n_cols)
        What no speck has: one of the two slices has the same class there.
    """
    specks = np.zeros(classes.shape, dtype=bool)
    for number in np.unique(classes[~kept]):
        regions, n_regions = scipy.ndimage.label(classes == number, _BY_EDGES_AND_CORNERS)
        sizes = np.bincount(regions.ravel(), minlength=n_regions + 1)
        small = sizes <= _LARGEST_SPECK
        small[0] = False
        small[regions[kept]] = False
        specks |= small[regions]
    if not specks.any() or specks.all():
        return classes
    nearest = scipy.ndimage.distance_transform_edt(
        specks, return_distances=False, return_indices=True
    )
    cleaned: Samples = classes[tuple(nearest)]
    return cleaned


def _labelled_window(labelled: NDArray[np.bool_]) -> tuple[slice, slice] | None:
    """Return rows and columns of what is labelled, and one further sample all round.

    Beyond, nothing is labelled; one sample of that is enough for the distances.
    """
    rows, cols = (np.flatnonzero(labelled.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    return (
        slice(max(int(rows[0]) - 1, 0), int(rows[-1]) + 2),
        slice(max(int(cols[0]) - 1, 0), int(cols[-1]) + 2),
    )
