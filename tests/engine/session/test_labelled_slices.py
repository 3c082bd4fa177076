"""Which slices are labelled, and what lies between them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.predicted_labels import predicted_labels
from engine.session.edits import LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.labelled_slices import gap_at, labelled_indices, next_labelled
from engine.session.labelling import BRUSH_RANGE, next_brush
from engine.session.labels import LabelDocument


def scheme(*names):
    return ClassScheme(tuple(SegmentationClass(name, "#123456") for name in names))


def test_labels_and_picks_make_a_slice_labelled():
    document = LabelDocument(lambda direction, index: (9, 9), LabelScheme(scheme("a", "b")))
    for author, direction, index in (("x", "inline", 5), ("y", "inline", 3), ("x", "twt", 1)):
        key = LabelKey(author, direction, index)
        document.paint(key, 0, 0, np.ones((2, 2), dtype=np.uint8), title="t")
    document.add_pick(Pick("p", "stick", "inline", 8, ((0, 0), (1, 1)), 1, author="x"))
    assert labelled_indices(document, "inline") == (3, 5, 8)
    assert labelled_indices(document, "inline", "x") == (5, 8)
    assert labelled_indices(document, "crossline") == ()


def test_the_next_labelled_slice_on_each_side():
    assert next_labelled((3, 5, 8), 5, 1) == 8
    assert next_labelled((3, 5, 8), 4, 1) == 5
    assert next_labelled((3, 5, 8), 8, 1) is None
    assert next_labelled((3, 5, 8), 5, -1) == 3
    assert next_labelled((3, 5, 8), 3, -1) is None


@pytest.mark.parametrize(
    ("indices", "here", "gap"),
    [
        ((2, 9), 5, (2, 9)),
        ((2, 9), 9, (2, 9)),
        ((2, 9), 2, (2, 9)),
        ((2, 8, 9, 20), 9, (9, 20)),
        ((2, 9, 20), 9, (2, 9)),
        ((2, 3), 2, None),
        ((2,), 5, None),
        ((), 5, None),
        ((2, 9), 12, None),
    ],
)
def test_the_gap_one_is_in_or_has_just_closed(indices, here, gap):
    assert gap_at(indices, here) == gap


def test_the_brush_grows_and_shrinks_by_steps_inside_its_range():
    diameter = 1.0
    for _ in range(60):
        larger = next_brush(diameter, 1)
        assert larger > diameter or larger == BRUSH_RANGE[1]
        diameter = larger
    assert diameter == BRUSH_RANGE[1]
    for _ in range(60):
        diameter = next_brush(diameter, -1)
    assert diameter == BRUSH_RANGE[0]
    assert next_brush(next_brush(10, 1), -1) == 10


def test_predicted_classes_become_those_of_the_same_name():
    mask = np.array([[0, 1, 2, 255]], dtype=np.uint8)
    labels = predicted_labels(mask, scheme("none", "fault", "salt"), scheme("fault", "none"))
    assert labels.tolist() == [[1, 0, 255, 255]]
