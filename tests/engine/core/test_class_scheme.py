"""Class schemes name and colour classes."""

from __future__ import annotations

import json

import pytest

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import DataError


@pytest.fixture
def scheme():
    return ClassScheme(
        (
            SegmentationClass("rock", "#102030", background=True),
            SegmentationClass("salt", "#ff0080"),
            SegmentationClass("fault", "#00FF00"),
        )
    )


def test_the_table_colours_each_class(scheme):
    table = scheme.lut()
    assert table.shape == (256, 4)
    assert table[1].tolist() == [255, 0, 128, 255]
    assert table[2].tolist() == [0, 255, 0, 255]


def test_background_hidden_classes_and_no_data_are_transparent(scheme):
    table = scheme.lut(hidden=frozenset({2}))
    assert table[:, 3].nonzero()[0].tolist() == [1]


def test_json_gives_the_same_scheme_back(scheme):
    assert ClassScheme.from_json(json.loads(json.dumps(scheme.to_json()))) == scheme


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ([("a", "#000000")], "2 to 255"),
        ([("a", "#000000"), ("a", "#ffffff")], "repeat"),
        ([("a", "#000000"), ("b", "white")], "#rrggbb"),
        ([(f"class {k}", "#000000") for k in range(256)], "2 to 255"),
    ],
)
def test_impossible_schemes_are_refused(classes, message):
    with pytest.raises(DataError, match=message):
        ClassScheme(tuple(SegmentationClass(*item) for item in classes))


@pytest.mark.parametrize("value", [[{"name": "a"}], [1, 2], [{"color": "#000000"}]])
def test_damaged_json_is_refused(value):
    with pytest.raises(DataError, match="incomplete"):
        ClassScheme.from_json(value)
