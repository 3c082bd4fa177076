"""The split that is proposed for labelled slices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.data.sample_places import SamplePlaces
from engine.data.slice_ranges import SliceRanges, nearest_training
from engine.data.split_proposal import CLOSE, place_for_distance, propose_ranges

_AXIS = Axis("inline", "1", 0.0, 1.0, 200)


def _pixels(n, *held):
    """Say which slices hold which class; all of them the first one."""
    pixels = np.zeros((n, 1 + len(held)), dtype=np.int64)
    pixels[:, 0] = 9
    for k, slices in enumerate(held, start=1):
        pixels[list(slices), k] = 5
    return pixels


def _parts(places, pixels=None):
    pixels = _pixels(len(places)) if pixels is None else pixels
    ranges = propose_ranges(SamplePlaces(tuple(places), _AXIS, pixels))
    return tuple([places[i] for i in part] for part in ranges.parts(places)), ranges


@pytest.mark.parametrize(
    ("places", "training", "validation"),
    [
        ((20, 60, 100), [20, 60], [100]),
        ((20, 70, 100), [70, 100], [20]),  # the wider gap is at the other end
        ((60, 61, 62, 63, 64, 65), [60, 61, 62], [65]),  # 63 and 64 are left out
        ((60, 61, 62, 63), [60, 61], [63]),  # more may not be left out
        ((60, 61, 62), [60, 61], [62]),
        ((3, 4), [3], [4]),
    ],
)
def test_validation_lies_as_far_from_training_as_the_labels_allow(places, training, validation):
    assert _parts(places)[0] == (training, validation)


def test_of_many_slices_a_fifth_validates_or_fewer_where_the_gap_is_wider():
    even = tuple(range(0, 200, 5))
    assert len(_parts(even)[0][1]) == 8
    wider = tuple(place for place in even if place != 170)
    assert _parts(wider)[0][1] == [175, 180, 185, 190, 195]


def test_the_buffer_takes_half_of_a_wide_gap_and_nearly_all_of_a_narrow_one():
    assert _parts((20, 60, 100))[1].buffer == 20
    assert _parts((60, 61, 62, 63, 64, 65))[1].buffer == 2
    assert _parts((60, 64))[1].buffer == 2
    assert _parts((3, 4))[1].buffer == 0


def test_both_parts_hold_each_class_of_two_slices_or_more():
    places = (10, 40, 80, 120, 190)
    (training, validation), _ = _parts(places, _pixels(5, (0, 1)))
    assert (training, validation) == ([40, 80, 120, 190], [10])
    (training, validation), _ = _parts(places, _pixels(5, (1, 2)))
    assert validation in ([40], [80])
    assert {10, 190} <= set(training)


def test_a_class_of_one_slice_is_trained_on():
    (training, _), _ = _parts((10, 40, 80, 120, 190), _pixels(5, (4,)))
    assert 190 in training


@given(st.sets(st.integers(0, 199), min_size=2, max_size=30))
def test_a_proposed_split_has_both_parts_and_keeps_them_apart(found):
    places = sorted(found)
    (training, validation), ranges = _parts(places)
    assert 1 <= len(validation) <= max(1, len(places) // 5)
    assert 2 * len(training) >= len(places)
    nearest = min(nearest_training(training, validation).values())
    assert nearest > ranges.buffer
    ends = places[0], places[-1]
    assert validation[0] == ends[0] or validation[-1] == ends[1]
    left_out = set(places) - {*training, *validation}
    assert all(min(abs(one - held) for held in validation) < CLOSE for one in left_out)


def test_one_labelled_slice_has_no_split():
    assert propose_ranges(SamplePlaces((3.0,), _AXIS, _pixels(1))) is None


@pytest.mark.parametrize(
    ("places", "expected"),
    [((60, 61, 62), 130), ((100, 101), 50), ((10, 190), 100), ((5,), 102)],
)
def test_the_slice_to_label_for_distance_is_the_middle_of_the_widest_part(places, expected):
    assert place_for_distance(SamplePlaces(places, _AXIS, _pixels(len(places)))) == expected


def test_a_short_axis_has_no_slice_that_is_far_enough():
    axis = Axis("inline", "1", 0.0, 1.0, 5)
    assert place_for_distance(SamplePlaces((1.0, 2.0), axis, _pixels(2))) is None


@pytest.mark.parametrize(
    ("places", "ranges"),
    [
        # Of touching parts the one between is left out, if half of all stay for training.
        ((0, 256, 512, 768, 1024), SliceRanges(((0, 767),), ((1024, 1199),))),
        ((0, 256), SliceRanges(((0, 255),), ((256, 1199),))),
        ((0, 512, 768), SliceRanges(((512, 1199),), ((0, 255),))),
    ],
)
def test_parts_of_a_single_image_are_kept_from_touching(places, ranges):
    axis = Axis("column", "px", 1.0, 1.0, 1200)
    samples = SamplePlaces(tuple(map(float, places)), axis, _pixels(len(places)), 256)
    assert propose_ranges(samples) == ranges
