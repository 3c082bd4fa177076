"""Agreement of class boundaries within a tolerance."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE
from engine.errors import SettingsError
from engine.tasks.confusion import ratio

TOLERANCE_PX = 3.0
"""Distance within which a boundary counts as found, in pixels of the label."""

_LARGEST_PX = 256.0


def boundary_counts(
    predicted: NDArray[Any], labelled: NDArray[Any], n_classes: int, *, tolerance_px: float
) -> NDArray[np.int64]:
    """Count boundary pixels of each class, and those that the other mask has nearby.

    Parameters
    ----------
    predicted, labelled : ndarray of integers, shape (rows, cols)
        Class ids; the label may also hold 255, and what lies there is left out
        of both masks.
    n_classes : int
        Number of classes K.
    tolerance_px : float
        Largest Euclidean distance between the centres of two boundary pixels
        that count as one boundary, in pixels.

    Returns
    -------
    ndarray of int64, shape (4, K)
        Predicted boundary pixels, those of them near a labelled one, labelled
        boundary pixels, those of them near a predicted one.

    Raises
    ------
    SettingsError
        If the tolerance is not from 0 to 256 pixels.

    Notes
    -----
    The boundary of a class is its pixels that have one of another class above,
    below, left or right. Neither the edge of the image nor that of what is not
    labelled is a boundary.
    """
    check_tolerance(tolerance_px)
    ignored = labelled == IGNORE
    masks = [np.where(ignored, IGNORE, mask) for mask in (predicted, labelled)]
    edges = [_edges(mask) for mask in masks]
    out = np.zeros((4, n_classes), dtype=np.int64)
    for k in range(n_classes):
        ours, theirs = (edge & (mask == k) for edge, mask in zip(edges, masks, strict=True))
        near_ours, near_theirs = within(ours, tolerance_px), within(theirs, tolerance_px)
        sets = (ours, ours & near_theirs, theirs, theirs & near_ours)
        out[:, k] = [pixels.sum() for pixels in sets]
    return out


def boundary_f1(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Compute the boundary F1 of each class.

    Parameters
    ----------
    counts : ndarray, shape (..., 4, K)
        From `boundary_counts`; those of several masks add up.

    Returns
    -------
    ndarray of float64, shape (..., K)
        Harmonic mean of the share of predicted boundary that is near a labelled
        one and the share of labelled boundary that is near a predicted one. 0 if
        only one of the masks has a boundary, NaN if neither has.

    References
    ----------
    .. [1] Csurka, Larlus, Perronnin, "What is a good evaluation measure for
       semantic segmentation?", BMVC 2013, section 3.
    """
    ours, ours_found, theirs, theirs_found = np.moveaxis(counts, -2, 0)
    precision = np.nan_to_num(ratio(ours_found, ours))
    recall = np.nan_to_num(ratio(theirs_found, theirs))
    f1 = np.nan_to_num(ratio(2 * precision * recall, precision + recall))
    return np.where((ours > 0) | (theirs > 0), f1, np.nan)


def within(points: NDArray[np.bool_], distance_px: float) -> NDArray[np.bool_]:
    """Mark what lies within a Euclidean distance of any marked pixel.

    Parameters
    ----------
    points : ndarray of bool, shape (rows, cols)
        The marked pixels.
    distance_px : float
        Between centres, in pixels; the distance itself belongs to it.

    Returns
    -------
    ndarray of bool, shape (rows, cols)
        A disc round every mark. Each row of the disc is one running sum, so that
        the cost grows with the distance and not with its square.
    """
    out = np.zeros_like(points)
    if not points.any():
        return out
    rows, cols = points.shape
    sums = np.zeros((rows, cols + 1), dtype=np.int32)
    np.cumsum(points, axis=1, out=sums[:, 1:])
    places = np.arange(cols)
    for shift in range(min(math.floor(distance_px), rows - 1) + 1):
        # The small term keeps whole distances whole under the root.
        width = math.floor(math.sqrt(max(0.0, distance_px**2 - shift**2)) + 1e-9)
        right, left = np.minimum(places + width + 1, cols), np.maximum(places - width, 0)
        reached = sums[:, right] > sums[:, left]
        out[shift:] |= reached[: rows - shift]
        out[: rows - shift] |= reached[shift:]
    return out


def check_tolerance(tolerance_px: float) -> None:
    """Refuse a tolerance that no boundary score can have.

    Parameters
    ----------
    tolerance_px : float
        In pixels.

    Raises
    ------
    SettingsError
        If it is not from 0 to 256.
    """
    if not 0 <= tolerance_px <= _LARGEST_PX:
        raise SettingsError(
            f"a boundary tolerance of {tolerance_px:g} pixels is not possible",
            hint=f"Choose one from 0 to {_LARGEST_PX:g}, such as {TOLERANCE_PX:g}.",
        )


def _edges(mask: NDArray[Any]) -> NDArray[np.bool_]:
    """Mark pixels beside one of another class; 255 is beside nothing."""
    out = np.zeros(mask.shape, dtype=bool)
    live = mask != IGNORE
    for one, two in (
        (np.s_[1:, :], np.s_[:-1, :]),
        (np.s_[:, 1:], np.s_[:, :-1]),
    ):
        differs = (mask[one] != mask[two]) & live[one] & live[two]
        out[one] |= differs
        out[two] |= differs
    return out
