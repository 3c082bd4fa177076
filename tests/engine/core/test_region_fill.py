"""Connected samples of like amplitude, against a search sample by sample."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from engine.core.region_fill import between, similar_region, smoothed


def plain_fill(values, seed, tolerance):
    """Walk from sample to sample."""
    found, waiting = {seed}, [seed]
    while waiting:
        row, col = waiting.pop()
        for place in ((row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)):
            inside = 0 <= place[0] < values.shape[0] and 0 <= place[1] < values.shape[1]
            if inside and place not in found and abs(values[place] - values[seed]) <= tolerance:
                found.add(place)
                waiting.append(place)
    result = np.zeros(values.shape, dtype=bool)
    for place in found:
        result[place] = True
    return result


def whole(stamp, shape):
    result = np.zeros(shape, dtype=bool)
    result[stamp.rows, stamp.cols] = stamp.inside
    return result


@pytest.mark.parametrize("seed", range(6))
def test_fill_finds_what_a_walk_finds(seed):
    rng = np.random.default_rng(seed)
    values = smoothed(rng.normal(size=(150, 220)).astype(np.float32), 3)
    start = (int(rng.integers(150)), int(rng.integers(220)))
    tolerance = float(rng.uniform(0.05, 0.3))
    stamp = similar_region(values, start, tolerance, sigma=0)
    assert np.array_equal(whole(stamp, values.shape), plain_fill(values, start, tolerance))


@pytest.mark.parametrize("seed", range(4))
def test_fill_of_smoothed_data_does_not_depend_on_the_window(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(300, 280)).astype(np.float32)
    values[:, 100:103] = np.nan
    smooth = smoothed(values, 2)
    stamp = similar_region(values, (150, 140), 0.2, sigma=2)
    expected = plain_fill(np.where(np.isnan(smooth), np.inf, smooth), (150, 140), 0.2)
    assert np.array_equal(whole(stamp, values.shape), expected)


def test_smoothing_ignores_what_is_no_data():
    values = np.full((20, 20), 7, dtype=np.float32)
    values[5, 5] = np.nan
    smooth = smoothed(values, 1.5)
    assert np.isnan(smooth[5, 5])
    assert np.nanmax(np.abs(smooth - 7)) < 1e-4
    full = np.random.default_rng(0).normal(size=(20, 20)).astype(np.float32)
    np.testing.assert_allclose(smoothed(full, 1), ndimage.gaussian_filter(full, 1), atol=0.02)


def test_fill_stays_inside_the_part_and_what_is_allowed():
    values = np.zeros((40, 50), dtype=np.float32)
    stamp = similar_region(values, (10, 10), 1, part=(slice(5, 20), slice(2, 30)))
    assert (stamp.rows, stamp.cols) == (slice(5, 20), slice(2, 30))
    allowed = np.ones(values.shape, dtype=bool)
    allowed[:, 15] = False
    stamp = similar_region(values, (10, 10), 1, allowed=allowed)
    assert stamp.cols == slice(0, 15)


def test_fill_from_no_data_from_outside_or_from_what_is_not_allowed_is_nothing():
    values = np.zeros((10, 10), dtype=np.float32)
    values[3, 3] = np.nan
    assert similar_region(values, (3, 3), 1) is None
    assert similar_region(values, (30, 3), 1) is None
    assert similar_region(values, (1, 1), 1, allowed=np.zeros((10, 10), dtype=bool)) is None


def test_threshold_takes_both_ends_and_no_missing_samples():
    values = np.array([[1, 2, 3], [np.nan, 5, 6]], dtype=np.float32)
    stamp = between(values, 2, 5)
    assert np.array_equal(whole(stamp, (2, 3)), [[False, True, True], [False, True, False]])
    assert between(values, 9, 10) is None
    stamp = between(values, 0, 9, (slice(0, 1), slice(1, 9)))
    assert stamp.n_samples == 2
    assert between(values, 0, 9, (slice(5, 8), slice(0, 1))) is None
