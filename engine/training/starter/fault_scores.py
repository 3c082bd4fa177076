"""Scores of fault probabilities against interpreted traces."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 3
"""Pixels within which a trace counts as found."""

_BINS = 2048


def fault_scores(
    pairs: Iterable[tuple[NDArray[np.float32], NDArray[np.uint8]]],
) -> dict[str, float]:
    """Score sections together, pixel by pixel.

    Parameters
    ----------
    pairs : iterable of (ndarray of float32, ndarray of uint8)
        Fault probability and label (1 on faults) of each section, same shape.

    Returns
    -------
    dict of str to float
        ``iou``, ``precision``, ``recall`` and ``f1`` at probability 0.5;
        ``f1_3px``, which takes a pixel as right where the other side has a
        fault within `TOLERANCE` pixels; ``average_precision``, and the
        ``fault_share`` of all pixels, which is the average precision of a model
        that knows nothing. 0 where a score has nothing to count.
    """
    counts = np.zeros(5)
    positive, negative = np.zeros(_BINS), np.zeros(_BINS)
    for probability, label in pairs:
        truth, found = label == 1, probability > 0.5
        near_truth, near_found = _widened(truth), _widened(found)
        counts += (
            (truth & found).sum(),
            truth.sum(),
            found.sum(),
            (found & near_truth).sum(),
            (truth & near_found).sum(),
        )
        bins = np.minimum((probability * _BINS).astype(np.int64), _BINS - 1)
        positive += np.bincount(bins[truth], minlength=_BINS)
        negative += np.bincount(bins[~truth], minlength=_BINS)
    hits, n_true, n_found, close_found, close_true = counts[:5]
    precision, recall = _ratio(close_found, n_found), _ratio(close_true, n_true)
    return {
        "iou": _ratio(hits, n_true + n_found - hits),
        "precision": _ratio(hits, n_found),
        "recall": _ratio(hits, n_true),
        "f1": _ratio(2 * hits, n_true + n_found),
        "f1_3px": _ratio(2 * precision * recall, precision + recall),
        "average_precision": _average_precision(positive, negative),
        "fault_share": _ratio(n_true, positive.sum() + negative.sum()),
    }


def _widened(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where a pixel of the mask lies within the tolerance, a disc."""
    wide = np.zeros_like(mask)
    rows, cols = mask.shape
    for down in range(-TOLERANCE, TOLERANCE + 1):
        for right in range(-TOLERANCE, TOLERANCE + 1):
            if down**2 + right**2 <= TOLERANCE**2:
                wide[max(down, 0) : rows + min(down, 0), max(right, 0) : cols + min(right, 0)] |= (
                    mask[max(-down, 0) : rows - max(down, 0), max(-right, 0) : cols - max(right, 0)]
                )
    return wide


def _average_precision(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Return the mean precision over recall, from histograms of probability."""
    hits = positive[::-1].cumsum()
    found = hits + negative[::-1].cumsum()
    precision = hits / np.maximum(found, 1)
    return _ratio((precision * positive[::-1]).sum(), positive.sum())


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else 0.0
