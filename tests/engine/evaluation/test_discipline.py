"""What a bundle has seen before it is scored."""

from dataclasses import replace

import numpy as np
import pytest

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
    assert distances_to_training(by_position, data, uses) == {2: 1.0, 3: 2.0, 4: 3.0}
    assert distances_to_training(by_position, data, ("test",) * 5) is None
    assert np.isfinite(list(distances_to_training(by_position, data, uses).values())).all()
