"""Taking a class out with its labels."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import LEFT_OUT, UNLABELLED
from engine.errors import DataError
from engine.session.class_removal import remove_class
from engine.session.edits import LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument

KEY = LabelKey("x", "inline", 4)


@pytest.fixture
def document():
    classes = tuple(SegmentationClass(name, "#123456") for name in ("a", "b", "c", "d"))
    document = LabelDocument(
        lambda direction, index: (2, 6), LabelScheme(ClassScheme(classes), frozenset())
    )
    row = np.array([[0, 1, 2, 3, LEFT_OUT, UNLABELLED]], dtype=np.uint8)
    document.paint(KEY, 0, 0, row, 2, title="t")
    for number in (1, 3):
        nodes = ((0.0, 0.0), (1.0, 1.0))
        document.add_pick(Pick(f"p{number}", "stick", "inline", 4, nodes, number, author="x"))
    return document


def test_its_labels_go_and_the_classes_behind_move_up_as_one_step(document):
    document.set_scheme(document.scheme.with_lock(3, locked=True))
    remove_class(1, document)
    assert document.scheme.names == ("a", "c", "d")
    assert document.scheme.locked == {2}
    classes, certainty = document.plane(KEY)
    assert classes[0].tolist() == [0, UNLABELLED, 1, 2, LEFT_OUT, UNLABELLED]
    assert certainty[0].tolist() == [2, 0, 2, 2, 2, 0]
    assert [(p.id, p.class_id) for p in document.all_picks()] == [("p3", 2)]
    document.undo()
    assert document.scheme.names == ("a", "b", "c", "d")
    assert document.plane(KEY)[0][0].tolist() == [0, 1, 2, 3, LEFT_OUT, UNLABELLED]
    assert len(document.all_picks()) == 2


def test_a_locked_class_and_the_last_two_stay(document):
    document.set_scheme(document.scheme.with_lock(1, locked=True))
    with pytest.raises(DataError, match="locked"):
        remove_class(1, document)
    remove_class(3, document)
    remove_class(2, document)
    with pytest.raises(DataError, match="2 to"):
        remove_class(0, document)
    assert document.scheme.names == ("a", "b")
