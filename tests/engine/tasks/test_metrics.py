"""Metrics against a hand-worked example and against set arithmetic."""

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.tasks.metrics import ConfusionMatrix, SegmentationMetrics

_LABEL = np.array([[0, 0, 1, 1], [0, 0, 1, 2]], dtype=np.uint8)
_PREDICTED = np.array([[0, 1, 1, 1], [0, 0, 2, 2]], dtype=np.uint8)


def test_a_hand_worked_matrix():
    matrix = ConfusionMatrix(3)
    matrix.add(_PREDICTED, _LABEL)
    assert matrix.counts.tolist() == [[3, 1, 0], [0, 2, 1], [0, 0, 1]]
    assert matrix.class_iou().tolist() == pytest.approx([3 / 4, 2 / 4, 1 / 2])
    assert matrix.class_recall().tolist() == pytest.approx([3 / 4, 2 / 3, 1.0])
    assert matrix.mean_iou() == pytest.approx((0.75 + 0.5 + 0.5) / 3)
    assert matrix.mean_accuracy() == pytest.approx((0.75 + 2 / 3 + 1) / 3)


def test_a_class_that_occurs_nowhere_is_left_out():
    matrix = ConfusionMatrix(4)
    matrix.add(_PREDICTED, _LABEL)
    assert np.isnan(matrix.class_iou()[3])
    assert matrix.mean_iou() == pytest.approx((0.75 + 0.5 + 0.5) / 3)


def test_a_predicted_but_unlabelled_class_counts_against_the_iou_only():
    matrix = ConfusionMatrix(2)
    matrix.add(np.array([0, 0, 0, 1]), np.zeros(4, dtype=int))
    assert matrix.class_iou().tolist() == pytest.approx([0.75, 0.0])
    assert matrix.mean_accuracy() == pytest.approx(0.75)


def test_ignored_pixels_do_not_count():
    label = _LABEL.copy()
    label[0, 1] = label[1, 2] = 255  # the two mistakes
    matrix = ConfusionMatrix(3)
    matrix.add(_PREDICTED, label)
    assert matrix.mean_iou() == 1.0
    assert matrix.counts.sum() == 6


def test_random_masks_agree_with_set_arithmetic():
    rng = np.random.default_rng(0)
    predicted, label = rng.integers(0, 5, (2, 40, 30))
    matrix = ConfusionMatrix(5)
    matrix.add(predicted, label)
    for k in range(5):
        a, b = predicted == k, label == k
        assert matrix.class_iou()[k] == pytest.approx((a & b).sum() / (a | b).sum())
        assert matrix.class_recall()[k] == pytest.approx((a & b).sum() / b.sum())


def test_both_ways_of_averaging_differ_and_are_kept_apart():
    metrics = SegmentationMetrics(2)
    half = np.array([[0, 0], [1, 1]])
    metrics.add(half, half)  # mIoU 1
    large = np.zeros((10, 10), dtype=int)
    metrics.add(np.ones_like(large), large)  # mIoU 0: both classes occur, none overlaps
    assert metrics.per_sample().mean_iou == pytest.approx(0.5)
    assert metrics.overall().class_iou == pytest.approx((2 / 102, 2 / 102))
    assert metrics.overall().mean_iou == pytest.approx(2 / 102)
    assert metrics.per_sample().n_samples == metrics.overall().n_samples == 2


def test_class_iou_per_sample_averages_the_samples_that_have_the_class():
    metrics = SegmentationMetrics(3)
    metrics.add(np.array([0, 1]), np.array([0, 1]))
    metrics.add(np.array([0, 0]), np.array([0, 0]))
    scores = metrics.per_sample()
    assert scores.class_iou[:2] == (1.0, 1.0)
    assert np.isnan(scores.class_iou[2])
    assert scores.to_json()["class_iou"] == [1.0, 1.0, None]


def test_an_unlabelled_sample_counts_nowhere():
    metrics = SegmentationMetrics(2)
    assert np.isnan(metrics.add(np.zeros(4, dtype=int), np.full(4, 255)))
    assert metrics.per_sample().n_samples == 0
    assert np.isnan(metrics.per_sample().mean_iou)
    assert np.isnan(metrics.overall().mean_iou)


def test_masks_of_other_shapes_are_refused():
    with pytest.raises(ShapeError, match=r"\(2, 3\).*\(3, 2\)"):
        ConfusionMatrix(2).add(np.zeros((2, 3), int), np.zeros((3, 2), int))
