import json

import pytest

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import DataError
from engine.session.label_scheme import LabelScheme

CLASSES = ClassScheme(tuple(SegmentationClass(name, "#102030") for name in ("rock", "salt", "mud")))


def test_a_scheme_comes_back_from_json():
    scheme = LabelScheme(CLASSES, frozenset({0, 2}))
    assert LabelScheme.from_json(json.loads(json.dumps(scheme.to_json()))) == scheme


def test_the_class_list_of_a_model_is_a_scheme_without_locks():
    assert LabelScheme.from_json(CLASSES.to_json()) == LabelScheme(CLASSES)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [],
        "classes",
        {"classes": 3},
        {"classes": CLASSES.to_json(), "locked": 1},
        {"classes": CLASSES.to_json(), "locked": ["0"]},
        {"classes": CLASSES.to_json(), "locked": [7]},
        [{"name": "one"}],
        [1, 2],
    ],
)
def test_anything_else_is_refused(value):
    with pytest.raises(DataError):
        LabelScheme.from_json(value)


def test_a_class_that_is_taken_out_takes_its_lock_along():
    scheme = LabelScheme(CLASSES, frozenset({0, 2}))
    assert scheme.without(1) == LabelScheme(
        ClassScheme((CLASSES.classes[0], CLASSES.classes[2])), frozenset({0, 1})
    )
    assert scheme.without(0).locked == {1}


def test_classes_are_added_changed_locked_and_unlocked():
    scheme = LabelScheme(CLASSES)
    added = scheme.with_class(SegmentationClass("sand", "#ffffff"))
    assert added.names == ("rock", "salt", "mud", "sand")
    assert scheme.with_changed(1, SegmentationClass("halite", "#ffffff")).names[1] == "halite"
    assert scheme.with_lock(1, locked=True).with_lock(1, locked=False) == scheme


def test_two_ids_are_no_classes():
    many = ClassScheme(tuple(SegmentationClass(str(n), "#102030") for n in range(255)))
    with pytest.raises(DataError, match="at most 254"):
        LabelScheme(many)
