"""Confusion matrices against a hand-worked example and against set arithmetic."""

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.tasks.confusion import ConfusionMatrix, class_f1, class_iou, class_precision

_LABEL = np.array([[0, 0, 1, 1], [0, 0, 1, 2]], dtype=np.uint8)
_PREDICTED = np.array([[0, 1, 1, 1], [0, 0, 2, 2]], dtype=np.uint8)


def test_a_hand_worked_matrix():
    matrix = ConfusionMatrix(3)
    matrix.add(_PREDICTED, _LABEL)
    assert matrix.counts.tolist() == [[3, 1, 0], [0, 2, 1], [0, 0, 1]]
    assert matrix.class_iou().tolist() == pytest.approx([3 / 4, 2 / 4, 1 / 2])
    assert matrix.class_recall().tolist() == pytest.approx([3 / 4, 2 / 3, 1.0])
    assert class_precision(matrix.counts).tolist() == pytest.approx([1.0, 2 / 3, 1 / 2])
    assert class_f1(matrix.counts).tolist() == pytest.approx([6 / 7, 4 / 6, 2 / 3])
    assert matrix.mean_iou() == pytest.approx((0.75 + 0.5 + 0.5) / 3)
    assert matrix.mean_accuracy() == pytest.approx((0.75 + 2 / 3 + 1) / 3)


def test_a_class_that_occurs_nowhere_is_left_out():
    matrix = ConfusionMatrix(4)
    matrix.add(_PREDICTED, _LABEL)
    assert np.isnan(matrix.class_iou()[3])
    assert np.isnan(class_f1(matrix.counts)[3])
    assert matrix.mean_iou() == pytest.approx((0.75 + 0.5 + 0.5) / 3)


def test_a_predicted_but_unlabelled_class_counts_against_the_iou_only():
    matrix = ConfusionMatrix(2)
    matrix.add(np.array([0, 0, 0, 1]), np.zeros(4, dtype=int))
    assert matrix.class_iou().tolist() == pytest.approx([0.75, 0.0])
    assert matrix.mean_accuracy() == pytest.approx(0.75)
    assert class_precision(matrix.counts).tolist() == [1.0, 0.0]


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
        both = (a & b).sum()
        assert matrix.class_iou()[k] == pytest.approx(both / (a | b).sum())
        assert matrix.class_recall()[k] == pytest.approx(both / b.sum())
        assert class_precision(matrix.counts)[k] == pytest.approx(both / a.sum())
        assert class_f1(matrix.counts)[k] == pytest.approx(2 * both / (a.sum() + b.sum()))


def test_many_matrices_are_scored_at_once():
    counts = np.random.default_rng(1).integers(0, 9, (4, 3, 3))
    for one, ious in zip(counts, class_iou(counts), strict=True):
        assert ious.tolist() == class_iou(one).tolist()


def test_masks_of_other_shapes_are_refused():
    with pytest.raises(ShapeError, match=r"\(2, 3\).*\(3, 2\)"):
        ConfusionMatrix(2).add(np.zeros((2, 3), int), np.zeros((3, 2), int))


@pytest.mark.parametrize(("predicted", "label", "what"), [(2, 0, "prediction"), (0, 7, "label")])
def test_a_class_that_does_not_exist_is_refused(predicted, label, what):
    with pytest.raises(ShapeError, match=f"{what} holds class {predicted or label}"):
        ConfusionMatrix(2).add(np.full((2, 2), predicted), np.full((2, 2), label))
