"""Scores of the starters on images with labels."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.tasks.baseline import single_class_baseline
from engine.tasks.metrics import SegmentationMetrics
from engine.training.starter.fault_scores import fault_scores
from engine.training.starter.kinds import Kind


def sample_scores(
    kind: Kind, pairs: Iterable[tuple[NDArray[np.float32], NDArray[np.uint8]]]
) -> dict[str, float]:
    """Score images of one kind.

    Parameters
    ----------
    kind : Kind
        What they show.
    pairs : iterable of (ndarray of float32, ndarray of uint8)
        Probabilities ``(K, rows, cols)`` and class ids ``(rows, cols)`` of each
        image.

    Returns
    -------
    dict of str to float
        Those of `fault_scores` for faults, thin lines that hardly overlap; else
        ``mean_iou`` per sample, ``overall_mean_iou`` and ``overall_mean_accuracy``
        from one confusion matrix, and under ``..._of_one_class`` both mIoU of the
        best single class everywhere.
    """
    if kind.task == "fault":
        return fault_scores((probabilities[1], label) for probabilities, label in pairs)
    metrics = SegmentationMetrics(kind.n_classes)
    for probabilities, label in pairs:
        metrics.add(probabilities.argmax(axis=0).astype(np.uint8), label)
    baseline = single_class_baseline(metrics.label_counts)
    return {
        "mean_iou": metrics.per_sample().mean_iou,
        "mean_iou_of_one_class": baseline.per_sample.mean_iou,
        "overall_mean_iou": metrics.overall().mean_iou,
        "overall_mean_iou_of_one_class": baseline.overall.mean_iou,
        "overall_mean_accuracy": metrics.overall().mean_accuracy,
    }
