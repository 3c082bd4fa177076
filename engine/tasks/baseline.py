"""What a segmentation gets for nothing: one class predicted everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.tasks.confusion import class_iou, mean_of_known


@dataclass(frozen=True, slots=True)
class OneClass:
    """The single class that scores best where it is predicted everywhere.

    Parameters
    ----------
    class_id : int
        The class; the first of equals.
    mean_iou : float
        Its mIoU; NaN where nothing is labelled.
    """

    class_id: int
    mean_iou: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """Scores of the best single class, both ways; the class may differ.

    Parameters
    ----------
    per_sample : OneClass
        By the mean of the samples' mIoU.
    overall : OneClass
        By the mIoU of all samples together.
    """

    per_sample: OneClass
    overall: OneClass

    def to_json(self, names: Sequence[str]) -> dict[str, Any]:
        """Return both ways with the names of the classes; a score that does not exist is None."""
        return {
            way: {
                "class": names[one.class_id],
                "mean_iou": None if np.isnan(one.mean_iou) else one.mean_iou,
            }
            for way, one in (("per_sample", self.per_sample), ("global", self.overall))
        }


def single_class_baseline(label_counts: NDArray[Any]) -> Baseline:
    """Score the prediction of each class everywhere, and take the best.

    Parameters
    ----------
    label_counts : ndarray of integers, shape (n_samples, K)
        Labelled pixels of each class in each sample.

    Returns
    -------
    Baseline
        As `engine.tasks.metrics` scores a model: a class neither predicted nor
        labelled is left out of a mean, and a sample without labels counts nowhere.
    """
    counts = np.asarray(label_counts, dtype=np.int64)
    by_sample = [mean_of_known(_mean_iou(counts, k)) for k in range(counts.shape[1])]
    overall = [_mean_iou(counts.sum(axis=0), k) for k in range(counts.shape[1])]
    return Baseline(_best(by_sample), _best(overall))


def _mean_iou(counts: NDArray[np.int64], class_id: int) -> NDArray[np.float64]:
    """Score label counts ``(..., K)`` where all pixels were given one class."""
    confusion = np.zeros((*counts.shape, counts.shape[-1]), dtype=np.int64)
    confusion[..., class_id] = counts
    return mean_of_known(class_iou(confusion))


def _best(scores: Sequence[NDArray[np.float64]]) -> OneClass:
    values = np.asarray(scores)
    best = int(np.argmax(np.nan_to_num(values, nan=-1.0)))
    return OneClass(best, float(values[best]))
