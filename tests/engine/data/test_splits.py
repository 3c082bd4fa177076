"""Three parts by file, by group and by position."""

import re
from dataclasses import dataclass

import numpy as np
import pytest

from engine.data.positions import Positions, positions_from_names
from engine.data.split_settings import SplitSettings
from engine.data.splits import make_split
from engine.errors import DataError, SettingsError


@dataclass
class _Samples:
    names: tuple
    positions: Positions | None = None
    held_out: tuple = ()
    classes: tuple | None = None

    @property
    def class_pixels(self):
        """Ten pixels of each class that a sample has; one class where none are given."""
        classes = self.classes or ((0,),) * len(self.names)
        n_classes = 1 + max((k for held in classes for k in held), default=0)
        return np.array([[10 * (k in held) for k in range(n_classes)] for held in classes])


def _files(n, **other):
    return _Samples(tuple(f"file{i}" for i in range(n)), **other)


def _slices(n, *, metres_each=None, order=None):
    places = np.arange(n) if order is None else np.asarray(order)
    metres = None if metres_each is None else tuple(float(p) * metres_each for p in places)
    positions = Positions(tuple(float(p) for p in places), metres)
    return _Samples(tuple(f"inline {p}" for p in places), positions)


def _parts(split):
    return split.training, split.validation, split.test, split.dropped


@pytest.mark.parametrize("by", ["file", "group", "position"])
def test_parts_are_disjoint_and_complete_with_what_was_dropped(by):
    samples = _slices(60)
    pattern = r"\d$" if by == "group" else ""
    buffer = 2 if by == "position" else 0
    settings = SplitSettings(0.2, 0.2, buffer, by, pattern)
    split = make_split(samples, settings, seed=1)
    assert sorted(i for part in _parts(split) for i in part) == list(range(60))
    assert split.training
    assert split.validation
    assert split.test


def test_by_file_the_shares_are_met_and_the_seed_decides():
    settings = SplitSettings(validation=0.2, test=0.1)
    split = make_split(_files(50), settings, seed=1)
    assert [len(part) for part in _parts(split)] == [35, 10, 5, 0]
    assert split == make_split(_files(50), settings, seed=1)
    assert split != make_split(_files(50), settings, seed=2)
    assert split.distances is None


@pytest.mark.parametrize(("n", "share"), [(2, 0.01), (2, 0.99), (3, 0.9)])
def test_both_parts_of_a_split_have_a_file(n, share):
    split = make_split(_files(n), SplitSettings(share), seed=0)
    assert split.training
    assert split.validation


@pytest.mark.parametrize(("n", "test"), [(0, 0.0), (1, 0.0), (2, 0.2)])
@pytest.mark.parametrize("by", ["file", "position"])
def test_too_few_samples_are_refused_with_the_number_wanted(n, test, by):
    with pytest.raises(DataError, match="cannot be split") as caught:
        make_split(_slices(n), SplitSettings(test=test, by=by), seed=0)
    assert caught.value.hint == f"Give at least {3 if test else 2} samples."


def test_no_group_is_in_two_parts():
    names = tuple(f"{survey}_{i}" for survey in "abcdef" for i in range(7))
    settings = SplitSettings(0.2, 0.2, by="group", group_pattern="^([a-z])_")
    split = make_split(_Samples(names), settings, seed=3)
    seen = [{names[i][0] for i in part} for part in _parts(split)]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]
    assert all(seen[:3])
    assert set.union(*seen) == set("abcdef")


def test_a_name_outside_every_group_is_named():
    settings = SplitSettings(by="group", group_pattern="^[a-z]+_")
    with pytest.raises(DataError, match="17"):
        make_split(_Samples(("a_1", "b_2", "17")), settings, seed=0)


def test_one_group_cannot_be_split():
    settings = SplitSettings(by="group", group_pattern="^[a-z]+")
    with pytest.raises(DataError, match="1 group cannot"):
        make_split(_Samples(("a1", "a2", "a3")), settings, seed=0)


def test_by_position_the_parts_are_blocks_with_a_gap_of_the_buffers_width():
    split = make_split(_slices(100), SplitSettings(0.1, 0.2, 5, "position"), seed=0)
    assert split.training == tuple(range(65))
    assert split.validation == tuple(range(70, 75))
    assert split.test == tuple(range(80, 100))
    assert split.dropped == (65, 66, 67, 68, 69, 75, 76, 77, 78, 79)
    # slice 64 is the last trained on
    assert split.distances[70] == 6
    assert split.distances[80] == 16
    assert split.distances[99] == 35


def test_every_held_out_sample_is_farther_than_the_buffer_from_training():
    rng = np.random.default_rng(0)
    samples = _slices(200, order=rng.permutation(400)[:200])
    split = make_split(samples, SplitSettings(0.15, 0.15, 7.5, "position"), seed=0)
    places = samples.positions.in_unit("slices")
    for index in (*split.validation, *split.test):
        nearest = min(abs(places[index] - places[i]) for i in split.training)
        assert nearest > 7.5
        assert split.distances[index] == nearest
    assert set(split.distances) == {*split.validation, *split.test}


def test_a_buffer_in_metres_is_measured_in_metres():
    samples = _slices(40, metres_each=12.5)
    split = make_split(samples, SplitSettings(0.25, 0, 100, "position", unit="m"), seed=0)
    assert split.training == tuple(range(22))  # slices 22 to 29 lie within 100 m of slice 30
    assert split.distances[30] == 9 * 12.5
    assert split.unit == "m"


def test_without_a_buffer_blocks_touch():
    split = make_split(_slices(10), SplitSettings(0.3, by="position"), seed=0)
    assert _parts(split) == (tuple(range(7)), (7, 8, 9), (), ())
    assert split.distances == {7: 1, 8: 2, 9: 3}


def test_a_buffer_that_leaves_nothing_is_refused():
    with pytest.raises(DataError, match=r"buffer of 50 slices leaves no sample for training"):
        make_split(_slices(40), SplitSettings(0.2, 0, 50, "position"), seed=0)
    with pytest.raises(DataError, match="for validation"):
        make_split(_slices(40), SplitSettings(0.1, 0.1, 4, "position"), seed=0)


def test_positions_that_are_not_known_are_refused_with_what_is_known():
    with pytest.raises(DataError, match="no positions"):
        make_split(_files(10), SplitSettings(by="position"), seed=0)
    with pytest.raises(DataError, match="not known in s") as caught:
        make_split(
            _slices(10, metres_each=1), SplitSettings(by="position", buffer=1, unit="s"), seed=0
        )
    assert "slices or m" in caught.value.hint


def test_a_random_split_of_neighbouring_slices_shows_how_near_they_are():
    split = make_split(_slices(100), SplitSettings(0.1, 0.1), seed=0)
    assert min(split.distances.values()) == 1


def test_a_test_part_of_the_data_stays_whole():
    samples = _files(20, held_out=(15, 16, 17, 18, 19))
    split = make_split(samples, SplitSettings(0.2), seed=0)
    assert split.test == (15, 16, 17, 18, 19)
    assert len(split.validation) == 3
    assert len(split.training) == 12
    with pytest.raises(SettingsError, match="test part of 5"):
        make_split(samples, SplitSettings(0.2, 0.1), seed=0)


def test_training_next_to_a_test_part_of_the_data_is_dropped():
    samples = _slices(20)
    samples.held_out = tuple(range(15, 20))
    split = make_split(samples, SplitSettings(0.2, 0, 2, "position"), seed=0)
    assert _parts(split) == (tuple(range(10)), (12,), tuple(range(15, 20)), (10, 11, 13, 14))


def _seen(samples, part):
    return {k for i in part for k in samples.classes[i]}


def test_a_class_that_the_draw_leaves_out_of_validation_is_dealt_into_it():
    drawn = make_split(_files(40), SplitSettings(), seed=0)
    bare = set(drawn.validation)  # none of these four has salt
    salty = [i for i in range(40) if i not in bare][:20]
    samples = _files(40, classes=tuple((0, 1) if i in salty else (0,) for i in range(40)))
    split = make_split(samples, SplitSettings(), seed=0)
    assert _seen(samples, split.validation) == _seen(samples, split.training) == {0, 1}
    assert [len(part) for part in _parts(split)] == [36, 4, 0, 0]
    assert len(bare & set(split.validation)) == 3  # one exchange was enough
    assert sorted(split.training + split.validation) == list(range(40))
    assert split == make_split(samples, SplitSettings(), seed=0)


def test_a_draw_with_all_classes_in_both_parts_stays_as_it_is():
    for seed in range(5):
        drawn = make_split(_files(40), SplitSettings(0.2, 0.1), seed=seed)
        held = {drawn.validation[0], drawn.training[0]}
        samples = _files(40, classes=tuple((0, 1) if i in held else (0,) for i in range(40)))
        assert make_split(samples, SplitSettings(0.2, 0.1), seed=seed) == drawn


def test_the_last_sample_of_a_class_stays_in_training_and_the_test_part_as_it_is():
    drawn = make_split(_files(30), SplitSettings(0.1, 0.1), seed=0)
    one, other = drawn.training[:2]
    classes = tuple({one: (0, 1, 2), other: (0, 1)}.get(i, (0,)) for i in range(30))
    samples = _files(30, classes=classes)
    split = make_split(samples, SplitSettings(0.1, 0.1), seed=0)
    assert one in split.training  # class 2 is in no other sample
    assert other in split.validation
    assert split.test == drawn.test


def test_a_class_that_only_validation_has_is_dealt_into_training():
    drawn = make_split(_files(30), SplitSettings(0.2), seed=0)
    held = set(drawn.validation[:2])
    samples = _files(30, classes=tuple((0, 1) if i in held else (0,) for i in range(30)))
    split = make_split(samples, SplitSettings(0.2), seed=0)
    assert len(held & set(split.training)) == len(held & set(split.validation)) == 1


@pytest.mark.parametrize("seed", range(10))
def test_groups_are_exchanged_whole_until_both_parts_hold_every_class(seed):
    names = tuple(f"{survey}_{i}" for survey in "abcdefghij" for i in range(3 + ord(survey) % 3))
    rare = {"a": (0, 1), "b": (0, 1), "c": (0, 2), "d": (0, 2)}
    samples = _Samples(names, classes=tuple(rare.get(name[0], (0,)) for name in names))
    settings = SplitSettings(0.2, by="group", group_pattern="^([a-z])_")
    split = make_split(samples, settings, seed=seed)
    assert _seen(samples, split.training) == _seen(samples, split.validation) == {0, 1, 2}
    assert not {names[i][0] for i in split.training} & {names[i][0] for i in split.validation}
    assert len(split.validation) < len(split.training)


def test_what_one_validation_sample_cannot_hold_is_left():
    samples = _files(8, classes=((0, 1),) * 4 + ((0, 2),) * 4)
    split = make_split(samples, SplitSettings(0.1), seed=0)
    assert len(split.validation) == 1
    assert _seen(samples, split.training) == {0, 1, 2}


@pytest.mark.parametrize(
    "values",
    [
        {"validation": 0},
        {"validation": 1},
        {"validation": float("nan")},
        {"test": -0.1},
        {"validation": 0.5, "test": 0.5},
        {"by": "colour"},
        {"by": "group"},
        {"by": "file", "group_pattern": "a"},
        {"by": "group", "group_pattern": "("},
        {"by": "file", "buffer": 3},
        {"by": "position", "buffer": -1},
        {"by": "position", "buffer": float("inf")},
        {"by": "position", "unit": "km"},
    ],
)
def test_settings_that_cannot_be_are_refused_with_a_hint(values):
    with pytest.raises(SettingsError) as caught:
        SplitSettings(**values)
    assert caught.value.hint


def test_sections_of_a_volume_are_blocks_unless_told_otherwise():
    volume = _slices(40)
    by_position = SplitSettings(0.2, 0.2, 2, by="position")
    blocks = make_split(volume, SplitSettings(0.2, 0.2, 2), 0)
    assert blocks == make_split(volume, by_position, 0)
    dealt = make_split(volume, SplitSettings(0.2, 0.2, by="file"), 0)
    assert max(dealt.distances.values()) < min(blocks.distances.values())


def test_images_are_dealt_out_unless_told_otherwise_even_if_numbered():
    numbered = _Samples(tuple(f"{n:04}" for n in range(40)))
    numbered.positions = positions_from_names(numbered.names)
    auto, dealt = (make_split(numbered, SplitSettings(0.2, by=by), 3) for by in ("auto", "file"))
    assert auto == dealt
    assert auto.validation != tuple(range(32, 40))
    with pytest.raises(SettingsError, match="a buffer of 2 without positions"):
        make_split(numbered, SplitSettings(0.2, buffer=2), 3)


def test_settings_go_through_json():
    settings = SplitSettings(0.2, 0.1, 3, "position", unit="m")
    assert SplitSettings.from_json(settings.to_json()) == settings
    with pytest.raises(SettingsError, match="colour"):
        SplitSettings.from_json({"colour": 1})


def test_slice_numbers_are_read_from_names_that_differ_by_one_number_only():
    positions = positions_from_names(["inline_0999.f3", "inline_1001.f3"])
    assert positions is None  # two numbers in each
    positions = positions_from_names(["inline_0999", "inline_1001"])
    assert positions.slices == (999, 1001)
    assert not positions.measured
    for names in (["a1", "b2"], ["a1", "a"], ["a1", "a01"], ["x"]):
        assert positions_from_names(names) is None, names


def test_an_unknown_unit_is_refused():
    with pytest.raises(SettingsError, match=re.escape("'km'")):
        Positions((1.0,)).in_unit("km")
