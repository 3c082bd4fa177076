"""Small regions take the class that surrounds them most."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from engine.core.small_regions import RegionStream, fill_small_regions


def random_mask(rows, cols, seed):
    return np.random.default_rng(seed).choice(CLASSES, (rows, cols))


CLASSES = np.array([0, 0, 0, 1, 1, 2, 255], dtype=np.uint8)
SIDES = st.integers(1, 12)
MASKS = st.builds(random_mask, SIDES, SIDES, st.integers(0, 2**32 - 1))


def shared_edges(region, done, settled):
    """Count the edges that a region shares with settled samples of each class."""
    edges = dict.fromkeys(range(3), 0)
    for row, col in np.argwhere(region):
        for near in ((row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1)):
            inside = 0 <= near[0] < done.shape[0] and 0 <= near[1] < done.shape[1]
            if inside and settled[near]:
                edges[done[near]] += 1
    return edges


def plain(mask, smallest):
    """The same, region by region and sample by sample."""
    waiting = []
    for class_id in sorted(set(np.unique(mask)) - {255}):
        numbers, n_regions = ndimage.label(mask == class_id, np.ones((3, 3)))
        waiting += [numbers == number for number in range(1, n_regions + 1)]
    waiting = [region for region in waiting if region.sum() < smallest]
    done = mask.copy()
    settled = (mask != 255) & ~np.logical_or.reduce([np.zeros_like(mask, bool), *waiting])
    while True:
        counts = [shared_edges(region, done, settled) for region in waiting]
        if not any(any(edges.values()) for edges in counts):
            return done
        left = []
        for region, edges in zip(waiting, counts, strict=True):
            if any(edges.values()):
                done[region] = max(edges, key=lambda k: (edges[k], -k))
                settled |= region
            else:
                left.append(region)
        waiting = left


@given(MASKS, st.integers(0, 9))
def test_it_is_what_going_from_sample_to_sample_gives(mask, smallest):
    before = mask.copy()
    np.testing.assert_array_equal(fill_small_regions(mask, smallest), plain(mask, smallest))
    np.testing.assert_array_equal(mask, before)


@given(MASKS, st.integers(2, 9))
def test_no_data_stay_and_without_any_twice_is_the_same_as_once(mask, smallest):
    np.testing.assert_array_equal(fill_small_regions(mask, smallest) == 255, mask == 255)
    mask[mask == 255] = 0
    once = fill_small_regions(mask, smallest)
    np.testing.assert_array_equal(fill_small_regions(once, smallest), once)


@given(MASKS, st.integers(2, 9))
def test_a_mirrored_or_turned_plane_gives_the_mirrored_or_turned_result(mask, smallest):
    once = fill_small_regions(mask, smallest)
    np.testing.assert_array_equal(fill_small_regions(mask[:, ::-1], smallest), once[:, ::-1])
    np.testing.assert_array_equal(fill_small_regions(mask.T, smallest), once.T)


@pytest.mark.parametrize("smallest", [0, 1])
def test_up_to_one_sample_nothing_changes(smallest):
    mask = np.eye(5, dtype=np.uint8)
    assert fill_small_regions(mask, smallest) is mask


def test_a_thin_slanting_fault_is_one_region():
    mask = np.eye(30, dtype=np.uint8)
    mask[3, 20] = 1
    filled = fill_small_regions(mask, 30)
    np.testing.assert_array_equal(filled, np.eye(30))


def test_a_speck_within_a_speck_goes_with_it():
    mask = np.zeros((9, 9), dtype=np.uint8)
    mask[2:7, 2:7] = 1
    mask[4, 4] = 2
    assert not fill_small_regions(mask, 25).any()
    mask[4, 4] = 1
    np.testing.assert_array_equal(fill_small_regions(mask, 25), mask)


def test_where_no_region_is_large_enough_all_stays():
    mask = np.array([[0, 1], [2, 255]], dtype=np.uint8)
    np.testing.assert_array_equal(fill_small_regions(mask, 100), mask)


@given(MASKS, st.integers(0, 9), st.lists(st.integers(0, 12)))
def test_a_plane_that_comes_in_strips_gives_what_it_gives_at_once(mask, smallest, cuts):
    stream = RegionStream(smallest)
    parts = [stream.add(strip) for strip in np.split(mask, sorted(cuts)) if len(strip)]
    parts.append(stream.finish())
    joined = np.concatenate([part for part in parts if part.size])
    np.testing.assert_array_equal(joined, fill_small_regions(mask, smallest))


def test_rows_do_not_wait_longer_than_they_must():
    stream = RegionStream(20)
    assert len(stream.add(np.zeros((10, 10), dtype=np.uint8))) == 10
    speck = np.zeros((10, 10), dtype=np.uint8)
    speck[8:, 4] = 1
    assert len(stream.add(speck)) == 8
    assert len(stream.add(np.zeros((3, 10), dtype=np.uint8))) == 5
    assert len(stream.finish()) == 0
