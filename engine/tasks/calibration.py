"""Whether probabilities mean what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE
from engine.errors import ShapeError
from engine.tasks.confusion import ratio

N_BINS = 15
"""Bins of equal width between 0 and 1, as in Guo et al. 2017."""


def calibration_counts(
    confidence: NDArray[np.float32], predicted: NDArray[Any], labelled: NDArray[Any]
) -> NDArray[np.float64]:
    """Sort labelled pixels into bins of confidence.

    Parameters
    ----------
    confidence : ndarray of float32, shape (rows, cols)
        Probability of the predicted class, from 0 to 1.
    predicted, labelled : ndarray of integers, shape (rows, cols)
        Class ids; pixels labelled 255 are left out.

    Returns
    -------
    ndarray of float64, shape (3, 15)
        Pixels, sum of their confidence, and how many are right, by bin; a bin
        holds its upper edge. Counts of several masks add up.

    Raises
    ------
    ShapeError
        If the shapes differ.
    """
    if not confidence.shape == predicted.shape == labelled.shape:
        raise ShapeError(
            f"confidence {confidence.shape}, prediction {predicted.shape} and label "
            f"{labelled.shape} differ"
        )
    valid = labelled != IGNORE
    values = confidence[valid].astype(np.float64)
    right = (predicted[valid] == labelled[valid]).astype(np.float64)
    bins = np.clip(np.ceil(values * N_BINS).astype(np.int64) - 1, 0, N_BINS - 1)
    weights = (np.ones_like(values), values, right)
    return np.stack([np.bincount(bins, weights=w, minlength=N_BINS) for w in weights])


def calibration_error(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the expected calibration error.

    Parameters
    ----------
    counts : ndarray of float64, shape (..., 3, n_bins)
        From `calibration_counts`.

    Returns
    -------
    ndarray of float64, shape (...)
        Mean over the pixels of |accuracy - confidence| of their bin; NaN
        without any pixel.

    References
    ----------
    .. [1] Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural
       Networks", ICML 2017, eq. 3.
    """
    n_pixels, confidence, right = np.moveaxis(counts, -2, 0)
    return ratio(np.abs(right - confidence).sum(axis=-1), n_pixels.sum(axis=-1))


def reliability(counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean confidence and the accuracy of each bin.

    Parameters
    ----------
    counts : ndarray of float64, shape (3, n_bins)
        From `calibration_counts`.

    Returns
    -------
    confidence, accuracy : ndarray of float64, shape (n_bins,)
        NaN for a bin without pixels.
    """
    return ratio(counts[1], counts[0]), ratio(counts[2], counts[0])
