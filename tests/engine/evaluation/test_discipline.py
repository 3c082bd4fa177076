"""What a bundle has seen before it is scored."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from engine.data.positions import Positions
from engine.data.sources import open_source
from engine.evaluation.discipline import distances_to_training, uses_of, verdict


def _trained(bundle, source, **record):
    folders = {
        "images": "/".join(source.images.parts[-2:]),
        "masks": "/".join(source.masks.parts[-2:]),
    }
    return replace(bundle, training={"data": {**folders, **record}, "settings": {}})


def test_every_part_of_the_split_is_known(bundle, source):
    data = open_source(source, 2)
    parts = {
        "training_names": ["0", "1"],
        "validation_names": ["2"],
        "test_names": ["3"],
        "dropped_names": ["4"],
    }
    uses = uses_of(_trained(bundle, source, **parts), data)
    assert uses == ("trained on", "trained on", "selected on", "test", "not used")
    assert verdict(uses).startswith(
        "Of these 5 files, 2 were trained on and 1 selected the best epoch"
    )
    assert "test part" in verdict(uses[3:4])


def test_a_record_without_training_names_counts_the_first_pairs(bundle, source):
    data = open_source(source, 2)
    uses = uses_of(_trained(bundle, source, pairs=3, validation_names=["1"]), data)
    assert uses == ("trained on", "selected on", "trained on", "unknown", "unknown")


def test_other_data_are_unknown_even_under_the_same_names(bundle, source):
    data = open_source(source, 2)
    trained = _trained(bundle, source, training_names=["0"])
    elsewhere = {**trained.training["data"], "images": "other/images"}
    uses = uses_of(replace(trained, training={"data": elsewhere}), data)
    assert set(uses) == {"unknown"}
    assert "not known" in verdict(uses)


@pytest.mark.parametrize("record", [None, 3, {}, {"images": 7}])
def test_a_record_that_says_nothing_is_no_error(bundle, source, record):
    uses = uses_of(replace(bundle, training={"data": record}), open_source(source, 2))
    assert set(uses) == {"unknown"}


def test_distances_are_those_to_the_nearest_trained_slice(bundle, source):
    data = open_source(source, 2)
    trained = _trained(bundle, source, training_names=["0", "1"])
    uses = ("trained on", "trained on", "unknown", "test", "test")
    assert distances_to_training(trained, data, uses) is None  # numbers in names are no positions
    by_position = replace(
        trained, training={**trained.training, "settings": {"split": {"by": "position"}}}
    )
    found = distances_to_training(by_position, data, uses)
    assert (found.values, found.unit) == ({2: 1.0, 3: 2.0, 4: 3.0}, "slices")
    assert distances_to_training(by_position, data, ("test",) * 5) is None


@pytest.fixture
def lines(bundle):
    """Ten lines 25 m apart; split in metres, and in a volume whose lines have that distance."""
    settings = {"split": {"by": "position", "unit": "m"}}
    record = {
        "volume": "v.sgy",
        "training_names": ["0", "1"],
        "validation_names": ["4"],
        "test_names": ["8", "9"],
        "validation_distances_m": [75.0],
        "test_distances_m": [175.0, 200.0],
    }
    return replace(bundle, training={"data": record, "settings": settings})


def _stack(first, last, *, metres=True):
    numbers = tuple(range(first, last + 1))
    spaced = tuple(25.0 * n for n in numbers) if metres else None
    return SimpleNamespace(
        names=tuple(map(str, numbers)),
        positions=Positions(tuple(map(float, numbers)), spaced),
        describe=lambda: {"volume": "v.sgy"},
    )


def test_distances_are_in_the_unit_of_the_split(lines):
    data = _stack(0, 9)
    uses = ("trained on",) * 2 + ("unknown",) * 2 + ("selected on",) + ("unknown",) * 3
    found = distances_to_training(lines, data, (*uses, "test", "test"))
    assert found.unit == "m"
    assert found.values == {n: 25.0 * (n - 1) for n in range(2, 10)}


def test_distances_on_record_are_known_without_the_training_sections(lines):
    found = distances_to_training(lines, _stack(7, 9), ("unknown", "test", "test"))
    assert (found.values, found.unit) == ({1: 175.0, 2: 200.0}, "m")


def test_nothing_is_measured_from_some_of_the_training_sections(lines):
    found = distances_to_training(lines, _stack(0, 0), ("trained on",))
    assert found is None
    far = distances_to_training(lines, _stack(1, 3), ("trained on", "unknown", "unknown"))
    assert far is None


def test_slices_are_measured_where_the_data_do_not_give_the_unit_of_the_split(lines):
    record = {"volume": "v.sgy", "training_names": ["0"]}
    without = replace(lines, training={**lines.training, "data": record})
    data = _stack(0, 2, metres=False)
    found = distances_to_training(without, data, ("trained on", "unknown", "unknown"))
    assert (found.values, found.unit) == ({1: 1.0, 2: 2.0}, "slices")


def test_a_split_by_range_takes_numbers_in_names_for_positions(bundle, source):
    data = open_source(source, 2)
    trained = _trained(bundle, source, training_names=["4"])
    by_range = replace(
        trained, training={**trained.training, "settings": {"split": {"by": "range"}}}
    )
    uses = ("unknown",) * 4 + ("trained on",)
    assert distances_to_training(by_range, data, uses).values == {0: 4.0, 1: 3.0, 2: 2.0, 3: 1.0}
