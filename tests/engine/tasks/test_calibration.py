"""Calibration error against hand values and a loop over the bins."""

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.tasks.calibration import (
    N_BINS,
    calibration_counts,
    calibration_error,
    reliability,
)


def test_a_hand_worked_error():
    # Two bins: four pixels at 0.9, half of them right; one at 0.5, right.
    confidence = np.array([[0.9, 0.9, 0.9, 0.9, 0.5]], dtype=np.float32)
    predicted = np.array([[1, 1, 1, 1, 0]])
    labelled = np.array([[1, 1, 0, 0, 0]])
    counts = calibration_counts(confidence, predicted, labelled)
    assert calibration_error(counts) == pytest.approx((4 * 0.4 + 1 * 0.5) / 5, abs=1e-6)
    means, accuracies = reliability(counts)
    assert means[13] == pytest.approx(0.9)
    assert accuracies[13] == 0.5
    assert np.isnan(means[0])


def test_random_masks_agree_with_a_loop_over_bins():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.25, 1, (50, 40)).astype(np.float32)
    predicted, labelled = rng.integers(0, 4, (2, 50, 40))
    labelled[:5] = 255
    valid = labelled != 255
    expected = 0.0
    for k in range(N_BINS):
        inside = valid & (confidence > k / N_BINS) & (confidence <= (k + 1) / N_BINS)
        if inside.any():
            gap = (predicted == labelled)[inside].mean() - confidence[inside].mean()
            expected += inside.sum() / valid.sum() * abs(gap)
    counts = calibration_counts(confidence, predicted, labelled)
    assert calibration_error(counts) == pytest.approx(expected)
    assert counts[0].sum() == valid.sum()


def test_certain_and_right_everywhere_is_no_error():
    ones = np.ones((3, 3), dtype=np.float32)
    assert calibration_error(calibration_counts(ones, ones, ones)) == 0


def test_certain_and_wrong_everywhere_is_the_largest_error():
    ones = np.ones((3, 3), dtype=np.float32)
    assert calibration_error(calibration_counts(ones, ones, 0 * ones)) == 1


def test_without_labels_there_is_no_error():
    ones = np.ones((3, 3), dtype=np.float32)
    assert np.isnan(calibration_error(calibration_counts(ones, ones, np.full((3, 3), 255))))


def test_counts_of_two_masks_add_up_to_those_of_both():
    rng = np.random.default_rng(1)
    confidence = rng.random((8, 6)).astype(np.float32)
    predicted, labelled = rng.integers(0, 2, (2, 8, 6))
    parts = [
        calibration_counts(confidence[part], predicted[part], labelled[part])
        for part in (slice(3), slice(3, 8))
    ]
    whole = calibration_counts(confidence, predicted, labelled)
    assert sum(parts) == pytest.approx(whole)


def test_masks_of_other_shapes_are_refused():
    with pytest.raises(ShapeError, match="differ"):
        calibration_counts(np.ones((2, 2), np.float32), np.ones((2, 2)), np.ones((2, 3)))
