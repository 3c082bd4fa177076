"""Splits that are drawn on the slice axis."""

import json

import pytest

from engine.data.positions import Positions
from engine.data.slice_ranges import SliceRanges, nearest_training
from engine.data.split_settings import SplitSettings
from engine.data.splits import make_split
from engine.errors import DataError, SettingsError
from tests.engine.data.test_splits import _Samples


def _samples(slices, metres_each=10.0):
    positions = Positions(
        tuple(map(float, slices)), tuple(metres_each * float(place) for place in slices)
    )
    return _Samples(tuple(f"inline {place}" for place in slices), positions)


def _split(slices, ranges, unit="slices"):
    return make_split(_samples(slices), SplitSettings(by="range", ranges=ranges, unit=unit), seed=0)


def test_each_slice_goes_where_its_range_says_and_the_rest_is_left_out():
    ranges = SliceRanges(((0, 20), (60, 99)), ((30, 50),))
    split = _split([5, 20, 25, 30, 50, 55, 60, 90], ranges)
    assert split.training == (0, 1, 6, 7)
    assert split.validation == (3, 4)
    assert split.dropped == (2, 5)


def test_distances_to_the_nearest_training_slice_are_told_in_either_unit():
    ranges = SliceRanges(((0, 20),), ((30, 50),))
    assert _split([5, 18, 30, 41], ranges).distances == {2: 12, 3: 23}
    assert _split([5, 18, 30, 41], ranges, "m").distances == {2: 120, 3: 230}
    assert nearest_training([5, 18], [30, 41]) == {30: 12, 41: 23}
    assert nearest_training([], [30]) == {}


def test_a_part_without_a_labelled_slice_is_refused():
    with pytest.raises(
        DataError, match="no labelled slice is in the range for validation"
    ) as caught:
        _split([1, 2, 3], SliceRanges(((0, 9),), ((20, 30),)))
    assert caught.value.hint


def test_ranges_around_validation_leave_a_buffer_on_both_sides():
    ranges = SliceRanges.around(40, 50, buffer=5, axis=(0, 99))
    assert ranges.training == ((0, 34), (56, 99))
    at_the_end = SliceRanges.around(90, 99, buffer=5, axis=(0, 99))
    assert at_the_end.training == ((0, 84),)
    with pytest.raises(SettingsError, match="no range of slices for training"):
        SliceRanges.around(0, 99, buffer=0, axis=(0, 99))


@pytest.mark.parametrize(
    "parts",
    [
        {"training": [[0, 5]], "validation": [[5, 9]]},
        {"training": [[0, 5]], "validation": []},
        {"training": [[5, 0]], "validation": [[7, 9]]},
        {"training": [[0, float("nan")]], "validation": [[7, 9]]},
        {"training": [[0, 5, 6]], "validation": [[7, 9]]},
        {"training": [[0, 5]]},
    ],
)
def test_ranges_that_cannot_be_are_refused(parts):
    with pytest.raises(SettingsError):
        SliceRanges.from_json(parts)


def test_ranges_belong_to_a_split_by_range_alone():
    ranges = SliceRanges(((0, 5),), ((7, 9),))
    for bad in (
        {"ranges": ranges},
        {"by": "range"},
        {"by": "range", "ranges": ranges, "test": 0.1},
    ):
        with pytest.raises(SettingsError):
            SplitSettings(**bad)


def test_settings_survive_json_and_older_ones_are_written_as_before():
    settings = SplitSettings(by="range", ranges=SliceRanges(((0, 5),), ((7, 9),)))
    assert SplitSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings
    assert "ranges" not in SplitSettings().to_json()


def test_the_buffer_is_the_narrowest_gap_between_the_parts():
    assert SliceRanges(((0, 4), (20, 30)), ((10, 15),)).buffer == 4
    assert SliceRanges(((20, 30),), ((0, 19),)).buffer == 0
    assert SliceRanges.around(7, 9, buffer=2, axis=(0, 29)).buffer == 2
