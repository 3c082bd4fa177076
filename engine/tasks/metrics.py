"""Segmentation metrics from confusion matrices, per sample and over a whole set.

NumPy only. A class that is neither predicted nor labelled has no score (NaN) and
is left out of the means; it does not count as 0.
"""

from __future__ import annotations

from dataclasses import dataclass
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
            If the shapes differ.
        """
        if predicted.shape != labelled.shape:
            raise ShapeError(f"prediction {predicted.shape} and label {labelled.shape} differ")
        valid = labelled != IGNORE
        pairs = labelled[valid].astype(np.int64) * self.n_classes + predicted[valid]
        flat = np.bincount(pairs.ravel(), minlength=self.n_classes**2)
        self.counts += flat.reshape(self.counts.shape)

    def __add__(self, other: ConfusionMatrix) -> ConfusionMatrix:
        """Give the matrix of both sets together."""
        total = ConfusionMatrix(self.n_classes)
        total.counts = self.counts + other.counts
        return total

    def class_iou(self) -> NDArray[np.float64]:
        """Compute intersection over union of each class.

        Returns
        -------
        ndarray of float64, shape (K,)
            From 0 to 1; NaN for a class neither predicted nor labelled.
        """
        hits = np.diag(self.counts)
        union = self.counts.sum(axis=0) + self.counts.sum(axis=1) - hits
        return _ratio(hits, union)

    def class_recall(self) -> NDArray[np.float64]:
        """Compute the share of each class's labelled pixels that was found.

        Returns
        -------
        ndarray of float64, shape (K,)
            From 0 to 1; NaN for a class that is not labelled.
        """
        return _ratio(np.diag(self.counts), self.counts.sum(axis=1))

    def mean_iou(self) -> float:
        """Compute mIoU, the mean over the classes that occur; NaN if none does."""
        return _mean(self.class_iou())

    def mean_accuracy(self) -> float:
        """Compute mPA, the mean recall of the labelled classes; NaN if there is none."""
        return _mean(self.class_recall())


@dataclass(frozen=True, slots=True)
class Scores:
    """Metrics of one set, computed one of the two ways.

    Parameters
    ----------
    mean_iou, mean_accuracy : float
        mIoU and mPA.
    class_iou : tuple of float
        IoU of each class; NaN where the class occurs nowhere.
    n_samples : int
        Samples that went into the means.
    """

    mean_iou: float
    mean_accuracy: float
    class_iou: tuple[float, ...]
    n_samples: int

    def to_json(self) -> dict[str, Any]:
        """Give plain values; a score that does not exist becomes None."""
        return {
            "mean_iou": _plain(self.mean_iou),
            "mean_accuracy": _plain(self.mean_accuracy),
            "class_iou": [_plain(value) for value in self.class_iou],
            "n_samples": self.n_samples,
        }


class SegmentationMetrics:
    """Collects the confusion matrix of each sample and scores them both ways.

    Parameters
    ----------
    n_classes : int
        Number of classes K.
    """

    def __init__(self, n_classes: int) -> None:
        self._total = ConfusionMatrix(n_classes)
        self._samples: list[tuple[float, float, NDArray[np.float64]]] = []

    @property
    def confusion(self) -> ConfusionMatrix:
        """One matrix over all samples."""
        return self._total

    def add(self, predicted: NDArray[Any], labelled: NDArray[Any]) -> float:
        """Score one sample.

        Parameters
        ----------
        predicted, labelled : ndarray of integers, shape (rows, cols)
            Class ids; the label may also hold 255.

        Returns
        -------
        float
            Its mIoU; NaN if nothing in it is labelled, and then the sample
            counts nowhere.

        Raises
        ------
        ShapeError
            If the shapes differ.
        """
        matrix = ConfusionMatrix(self._total.n_classes)
        matrix.add(predicted, labelled)
        mean_iou = matrix.mean_iou()
        if not np.isnan(mean_iou):
            self._samples.append((mean_iou, matrix.mean_accuracy(), matrix.class_iou()))
            self._total = self._total + matrix
        return mean_iou

    def per_sample(self) -> Scores:
        """Score each sample by itself and average over the samples.

        Returns
        -------
        Scores
            IoU of a class is averaged over the samples in which it occurs.
        """
        if not self._samples:
            nothing = (float("nan"),) * self._total.n_classes
            return Scores(float("nan"), float("nan"), nothing, 0)
        ious, accuracies, class_ious = zip(*self._samples, strict=True)
        return Scores(
            mean_iou=float(np.mean(ious)),
            mean_accuracy=_mean(np.asarray(accuracies)),
            class_iou=tuple(_mean(column) for column in np.stack(class_ious).T),
            n_samples=len(ious),
        )

    def overall(self) -> Scores:
        """Score the one confusion matrix of all samples together."""
        return Scores(
            mean_iou=self._total.mean_iou(),
            mean_accuracy=self._total.mean_accuracy(),
            class_iou=tuple(float(value) for value in self._total.class_iou()),
            n_samples=len(self._samples),
        )


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Divide, with NaN where there is nothing to divide by."""
    out = np.full(part.shape, np.nan)
    np.divide(part, whole, out=out, where=whole > 0)
    return out


def _mean(values: NDArray[np.float64]) -> float:
    """Mean of the values that exist; NaN if none does."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
