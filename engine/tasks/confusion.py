"""Confusion matrices, and the scores that follow from them.

NumPy only. A class that is neither predicted nor labelled has no score (NaN) and
is left out of the means; it does not count as 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE
from engine.errors import ShapeError


class ConfusionMatrix:
    """Counts of pixels by label (rows) and prediction (columns).

    Parameters
    ----------
    n_classes : int
        Number of classes K.
    """

    def __init__(self, n_classes: int) -> None:
        self.counts: NDArray[np.int64] = np.zeros((n_classes, n_classes), dtype=np.int64)

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.counts)

    def add(self, predicted: NDArray[Any], labelled: NDArray[Any]) -> None:
        """Count the pixels of one mask; pixels labelled 255 are left out.

        Parameters
        ----------
        predicted, labelled : ndarray of integers, same shape
            Class ids from 0 to K - 1; the label may also hold 255.

        Raises
        ------
        ShapeError
            If the shapes differ, or an id is none of the classes.
        """
        if predicted.shape != labelled.shape:
            raise ShapeError(f"prediction {predicted.shape} and label {labelled.shape} differ")
        valid = labelled != IGNORE
        labels, guesses = labelled[valid].astype(np.int64), predicted[valid].astype(np.int64)
        self._check("prediction", guesses)
        self._check("label", labels)
        flat = np.bincount(labels * self.n_classes + guesses, minlength=self.n_classes**2)
        self.counts += flat.reshape(self.counts.shape)

    def class_iou(self) -> NDArray[np.float64]:
        """Compute intersection over union of each class.

        Returns
        -------
        ndarray of float64, shape (K,)
            From 0 to 1; NaN for a class neither predicted nor labelled.
        """
        return class_iou(self.counts)

    def class_recall(self) -> NDArray[np.float64]:
        """Compute the share of each class's labelled pixels that was found.

        Returns
        -------
        ndarray of float64, shape (K,)
            From 0 to 1; NaN for a class that is not labelled.
        """
        return class_recall(self.counts)

    def mean_iou(self) -> float:
        """Compute mIoU, the mean over the classes that occur; NaN if none does."""
        return float(mean_of_known(self.class_iou()))

    def mean_accuracy(self) -> float:
        """Compute mPA, the mean recall of the labelled classes; NaN if there is none."""
        return float(mean_of_known(self.class_recall()))

    def _check(self, what: str, ids: NDArray[np.int64]) -> None:
        wrong = ids[(ids < 0) | (ids >= self.n_classes)]
        if wrong.size:
            raise ShapeError(f"{what} holds class {wrong[0]}; there are {self.n_classes} classes")


def class_iou(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Compute intersection over union, TP / (TP + FP + FN).

    Parameters
    ----------
    counts : ndarray, shape (..., K, K)
        Confusion matrices, labels by rows.

    Returns
    -------
    ndarray of float64, shape (..., K)
        NaN for a class neither predicted nor labelled.
    """
    hits, labelled, predicted = _sums(counts)
    return ratio(hits, labelled + predicted - hits)


def class_recall(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Compute recall, TP / (TP + FN): the accuracy within a class.

    Parameters
    ----------
    counts : ndarray, shape (..., K, K)
        Confusion matrices, labels by rows.

    Returns
    -------
    ndarray of float64, shape (..., K)
        NaN for a class that is not labelled.
    """
    hits, labelled, _ = _sums(counts)
    return ratio(hits, labelled)


def class_precision(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Compute precision, TP / (TP + FP).

    Parameters
    ----------
    counts : ndarray, shape (..., K, K)
        Confusion matrices, labels by rows.

    Returns
    -------
    ndarray of float64, shape (..., K)
        NaN for a class that is not predicted.
    """
    hits, _, predicted = _sums(counts)
    return ratio(hits, predicted)


def class_f1(counts: NDArray[Any]) -> NDArray[np.float64]:
    """Compute F1, 2 TP / (2 TP + FP + FN).

    Parameters
    ----------
    counts : ndarray, shape (..., K, K)
        Confusion matrices, labels by rows.

    Returns
    -------
    ndarray of float64, shape (..., K)
        NaN for a class neither predicted nor labelled.
    """
    hits, labelled, predicted = _sums(counts)
    return ratio(2 * hits, labelled + predicted)


def ratio(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """Divide, with NaN where there is nothing to divide by.

    Parameters
    ----------
    part, whole : ndarray, same shape
        Not negative.

    Returns
    -------
    ndarray of float64, same shape
        ``part / whole``.
    """
    out = np.full(np.shape(part), np.nan)
    np.divide(part, whole, out=out, where=np.asarray(whole) > 0)
    return out


def mean_of_known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average the values that exist along the last axis.

    Parameters
    ----------
    values : ndarray of float64, shape (..., N)
        NaN where there is no value.

    Returns
    -------
    ndarray of float64, shape (...)
        NaN where no value exists.
    """
    known = ~np.isnan(values)
    return ratio(np.where(known, values, 0.0).sum(axis=-1), known.sum(axis=-1))


def _sums(counts: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return hits, labelled and predicted pixels of each class."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    return hits, counts.sum(axis=-1), counts.sum(axis=-2)
