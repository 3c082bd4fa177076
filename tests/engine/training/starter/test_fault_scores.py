"""Scores of fault traces, checked by hand."""

import numpy as np
import pytest

from engine.training.starter.fault_scores import fault_scores


def section(*columns, size=20):
    image = np.zeros((size, size))
    image[:, list(columns)] = 1
    return image


def scores(found, truth):
    return fault_scores([(found.astype(np.float32), truth.astype(np.uint8))])


def test_a_perfect_prediction_scores_one_everywhere():
    result = scores(section(5), section(5))

    assert result.pop("fault_share") == pytest.approx(1 / 20)
    assert all(value == pytest.approx(1.0) for value in result.values())


def test_pixel_scores_count_overlap():
    result = scores(section(5, 6), section(6, 7, 8, 9))

    assert result["precision"] == pytest.approx(1 / 2)
    assert result["recall"] == pytest.approx(1 / 4)
    assert result["f1"] == pytest.approx(2 / 6)
    assert result["iou"] == pytest.approx(1 / 5)


@pytest.mark.parametrize(("column", "expected"), [(8, 1.0), (9, 0.0), (2, 1.0), (1, 0.0)])
def test_the_tolerance_is_three_pixels(column, expected):
    assert scores(section(column), section(5))["f1_3px"] == pytest.approx(expected)


def test_average_precision_ranks_without_a_threshold():
    truth = np.array([[1, 0, 1, 0]], dtype=np.uint8)
    probability = np.array([[0.4, 0.3, 0.2, 0.1]], dtype=np.float32)

    # Precision is 1/1 at the first fault and 2/3 at the second.
    result = fault_scores([(probability, truth)])
    assert result["average_precision"] == pytest.approx((1 + 2 / 3) / 2)
    assert result["f1"] == 0.0


def test_sections_are_scored_together():
    full, empty = section(5).astype(np.uint8), section().astype(np.uint8)

    result = fault_scores([(section(5).astype(np.float32), full), (empty * 0.0, empty)])
    assert result["iou"] == pytest.approx(1.0)


def test_nothing_to_find_and_nothing_found_is_zero_without_a_warning():
    assert set(scores(section(), section()).values()) == {0.0}
