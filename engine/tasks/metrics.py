"""Scores of a segmentation, per sample and over a whole set.

Only counts are kept of each sample, no pixels: the memory does not grow with
the size of the images.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.tasks.bootstrap import bootstrap_interval
from engine.tasks.boundaries import boundary_counts, boundary_f1, check_tolerance
from engine.tasks.calibration import N_BINS, calibration_counts, calibration_error
from engine.tasks.confusion import (
    ConfusionMatrix,
    class_f1,
    class_iou,
    class_precision,
    class_recall,
    mean_of_known,
)

_NAN = float("nan")
_UNKNOWN = (_NAN, _NAN)


@dataclass(frozen=True, slots=True)
class Scores:
    """Metrics of one sample or of a set, computed one of the two ways.

    Parameters
    ----------
    n_samples : int
        Samples that went into the scores: those with a labelled pixel.
    mean_iou, mean_accuracy, mean_precision, mean_f1, mean_boundary_f1 : float
        Means over the classes for which they exist; the mean accuracy (mPA) is
        the mean recall. NaN where there is none or it was not asked for.
    calibration_error : float
        Expected calibration error.
    class_iou, class_recall, class_precision, class_f1, class_boundary_f1 : tuple of float
        Of each class; NaN where it does not exist.
    mean_iou_interval, mean_accuracy_interval : tuple of float
        95 % confidence intervals by bootstrap over the samples.
    """

    n_samples: int
    mean_iou: float
    mean_accuracy: float
    mean_precision: float
    mean_f1: float
    mean_boundary_f1: float
    calibration_error: float
    class_iou: tuple[float, ...]
    class_recall: tuple[float, ...]
    class_precision: tuple[float, ...]
    class_f1: tuple[float, ...]
    class_boundary_f1: tuple[float, ...]
    mean_iou_interval: tuple[float, float] = _UNKNOWN
    mean_accuracy_interval: tuple[float, float] = _UNKNOWN

    def to_json(self) -> dict[str, Any]:
        """Give plain values; a score that does not exist becomes None."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}


class SegmentationMetrics:
    """Collects the counts of each sample and scores them both ways.

    Parameters
    ----------
    n_classes : int
        Number of classes K.
    tolerance_px : float, optional
        Tolerance of the boundary F1, in pixels of the label; it is not computed
        when left out.

    Raises
    ------
    SettingsError
        If the tolerance is not possible.
    """

    def __init__(self, n_classes: int, *, tolerance_px: float | None = None) -> None:
        if tolerance_px is not None:
            check_tolerance(tolerance_px)
        self.n_classes = n_classes
        self.tolerance_px = tolerance_px
        self._confusion: list[NDArray[np.int64]] = []
        self._boundary: list[NDArray[np.int64]] = []
        self._calibration: list[NDArray[np.float64]] = []

    @property
    def calibration(self) -> NDArray[np.float64]:
        """Counts of all samples for `engine.tasks.calibration`, shape (3, 15)."""
        return sum(self._calibration, start=np.zeros((3, N_BINS)))

    @property
    def confusion(self) -> NDArray[np.int64]:
        """One matrix over all samples, labels by rows, shape (K, K)."""
        nothing = np.zeros((self.n_classes, self.n_classes), dtype=np.int64)
        return sum(self._confusion, start=nothing)

    @property
    def label_counts(self) -> NDArray[np.int64]:
        """Labelled pixels of each class in each sample, shape (n_samples, K)."""
        nothing = np.zeros((0, self.n_classes), dtype=np.int64)
        return np.vstack([nothing, *(matrix.sum(axis=1) for matrix in self._confusion)])

    def add(
        self,
        predicted: NDArray[Any],
        labelled: NDArray[Any],
        confidence: NDArray[np.float32] | None = None,
    ) -> float:
        """Score one sample.

        Parameters
        ----------
        predicted, labelled : ndarray of integers, shape (rows, cols)
            Class ids; the label may also hold 255.
        confidence : ndarray of float32, shape (rows, cols), optional
            Probability of the predicted class; without it there is no
            calibration error.

        Returns
        -------
        float
            Its mIoU; NaN if nothing in it is labelled, and then the sample
            counts nowhere.

        Raises
        ------
        ShapeError
            If the shapes differ or an id is none of the classes.
        """
        matrix = ConfusionMatrix(self.n_classes)
        matrix.add(predicted, labelled)
        boundary = np.zeros((4, self.n_classes), dtype=np.int64)
        if self.tolerance_px is not None:
            boundary = boundary_counts(
                predicted, labelled, self.n_classes, tolerance_px=self.tolerance_px
            )
        calibration = np.zeros((3, N_BINS))
        if confidence is not None:
            calibration = calibration_counts(confidence, predicted, labelled)
        self._confusion.append(matrix.counts)
        self._boundary.append(boundary)
        self._calibration.append(calibration)
        return matrix.mean_iou()

    def each(self) -> tuple[Scores, ...]:
        """Score each sample by itself.

        Returns
        -------
        tuple of Scores
            In the order in which they were added; all NaN and of 0 samples where
            nothing is labelled.
        """
        table = self._by_sample()
        labelled = ~np.isnan(table["mean_iou"])
        return tuple(
            _scores({name: column[i] for name, column in table.items()}, int(labelled[i]))
            for i in range(len(self._confusion))
        )

    def per_sample(self, *, intervals: bool = False) -> Scores:
        """Score each sample by itself and average over the samples.

        Parameters
        ----------
        intervals : bool, default False
            Whether to compute the confidence intervals.

        Returns
        -------
        Scores
            A score is averaged over the samples for which it exists; that of a
            class, over those in which the class occurs.
        """
        table = self._by_sample()
        labelled = ~np.isnan(table["mean_iou"])
        means = {name: mean_of_known(column.T) for name, column in table.items()}
        scores = _scores(means, int(labelled.sum()))
        if not intervals:
            return scores
        ious, accuracies = (table[name][labelled] for name in ("mean_iou", "mean_accuracy"))
        return replace(
            scores,
            mean_iou_interval=bootstrap_interval(len(ious), lambda w: w @ ious / w.sum(axis=1)),
            mean_accuracy_interval=bootstrap_interval(
                len(accuracies), lambda w: w @ accuracies / w.sum(axis=1)
            ),
        )

    def overall(self, *, intervals: bool = False) -> Scores:
        """Score the counts of all samples together, as of one large image.

        Parameters
        ----------
        intervals : bool, default False
            Whether to compute the confidence intervals; samples are drawn, not
            pixels.

        Returns
        -------
        Scores
            From one confusion matrix.
        """
        boundary = np.sum([np.zeros((4, self.n_classes)), *self._boundary], axis=0)
        table = _table(self.confusion, boundary, self.calibration)
        matrices = np.asarray([matrix for matrix in self._confusion if matrix.any()])
        scores = _scores(table, len(matrices))
        if not intervals or not len(matrices):
            return scores

        def resampled(weights: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.tensordot(weights, matrices, axes=1)

        n = len(matrices)
        return replace(
            scores,
            mean_iou_interval=bootstrap_interval(
                n, lambda w: mean_of_known(class_iou(resampled(w)))
            ),
            mean_accuracy_interval=bootstrap_interval(
                n, lambda w: mean_of_known(class_recall(resampled(w)))
            ),
        )

    def _by_sample(self) -> dict[str, NDArray[np.float64]]:
        """Return all scores of all samples, samples along the first axis."""
        n, k = len(self._confusion), self.n_classes
        return _table(
            np.asarray(self._confusion).reshape(n, k, k),
            np.asarray(self._boundary).reshape(n, 4, k),
            np.asarray(self._calibration).reshape(n, 3, N_BINS),
        )


def _table(
    confusion: NDArray[Any], boundary: NDArray[Any], calibration: NDArray[Any]
) -> dict[str, NDArray[np.float64]]:
    """Compute every score from counts ``(..., K, K)``, ``(..., 4, K)`` and ``(..., 3, n_bins)``."""
    by_class = {
        "class_iou": class_iou(confusion),
        "class_recall": class_recall(confusion),
        "class_precision": class_precision(confusion),
        "class_f1": class_f1(confusion),
        "class_boundary_f1": boundary_f1(boundary),
    }
    return {
        **by_class,
        "mean_iou": mean_of_known(by_class["class_iou"]),
        "mean_accuracy": mean_of_known(by_class["class_recall"]),
        "mean_precision": mean_of_known(by_class["class_precision"]),
        "mean_f1": mean_of_known(by_class["class_f1"]),
        "mean_boundary_f1": mean_of_known(by_class["class_boundary_f1"]),
        "calibration_error": calibration_error(calibration),
    }


def _scores(values: dict[str, NDArray[np.float64]], n_samples: int) -> Scores:
    plain: dict[str, Any] = {
        name: tuple(float(v) for v in value) if np.ndim(value) else float(value)
        for name, value in values.items()
    }
    return Scores(n_samples=n_samples, **plain)


def _plain(value: Any) -> Any:
    """Replace NaN by None, also inside tuples."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and np.isnan(value) else value
