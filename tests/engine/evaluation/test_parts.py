"""Which samples of its own data a model is scored on."""

import shutil
from dataclasses import replace

import pytest

from engine.data.sources import open_source
from engine.errors import DataError
from engine.evaluation.parts import part_indices

_NAMES = {
    "training_names": ["3", "0"],
    "validation_names": ["4"],
    "test_names": ["1", "9"],
    "dropped_names": ["2"],
}


@pytest.fixture
def data(source):
    return open_source(source, 2)


def _trained(bundle, data, **names):
    return replace(bundle, training={"data": {**data.describe(), **names}})


@pytest.mark.parametrize(
    ("part", "indices"),
    [("all", (0, 1, 2, 3, 4)), ("training", (0, 3)), ("validation", (4,)), ("test", (1,))],
)
def test_the_parts_are_those_of_the_training(bundle, data, part, indices):
    assert part_indices(_trained(bundle, data, **_NAMES), data, part) == indices


def test_a_model_without_a_test_part_is_refused_and_told_how_to_keep_one(bundle, data):
    trained = _trained(bundle, data, training_names=["0", "1"], validation_names=["2"])
    with pytest.raises(DataError, match="none of the 5 samples is of the test part") as caught:
        part_indices(trained, data, "test")
    assert "train --test" in caught.value.hint


@pytest.mark.parametrize("record", [None, {}, {"images": "else/where", "test_names": ["1"]}])
def test_data_that_the_record_does_not_have_have_no_parts(bundle, data, record):
    assert part_indices(replace(bundle, training={"data": record}), data, "all")
    with pytest.raises(DataError, match="does not have these data") as caught:
        part_indices(replace(bundle, training={"data": record}), data, "test")
    assert "--part" in caught.value.hint


def test_of_data_with_a_test_part_of_their_own_only_that_is_scored(bundle, source):
    data = open_source(replace(source, test=_copied(source)), 2)
    assert part_indices(bundle, data, "all") == (5, 6, 7, 8, 9)


def _copied(source):
    root = source.images.parent
    shutil.copytree(source.images, root / "more")
    shutil.copytree(source.masks, root / "more-masks")
    return root / "more", root / "more-masks"
