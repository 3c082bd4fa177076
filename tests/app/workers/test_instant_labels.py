"""Labels for an instant head are merged once for each change, on the lane."""

from __future__ import annotations

import numpy as np
import pytest

from app.workers.instant_labels import InstantLabels
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import LEFT_OUT
from engine.jobs.context import NULL_JOB
from engine.session.edits import LabelKey
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument

SCHEME = LabelScheme(ClassScheme(tuple(SegmentationClass(n, "#00ff00") for n in ("a", "b"))))


@pytest.fixture
def document():
    return LabelDocument(lambda *_: (20, 30), SCHEME)


def paint(document, class_id, index=3, row=0, author="ann"):
    classes = np.full((2, 4), class_id, dtype=np.uint8)
    document.paint(LabelKey(author, "inline", index), row, 0, classes, title="Brush")


def counted(document, monkeypatch):
    """Return a copy of a document, and the sections that are merged from it."""
    copy, merged = document.copy(), []
    original = copy.merged
    monkeypatch.setattr(copy, "merged", lambda *place: merged.append(place) or original(*place))
    return copy, merged


def test_one_class_is_not_enough_and_two_are_wherever_they_lie(document):
    labels = InstantLabels()
    assert labels.merged(document.copy(), {}, 0, NULL_JOB) == ()
    paint(document, 0)
    paint(document, LEFT_OUT, index=5)
    assert labels.merged(document.copy(), {("inline", 3): 1}, 0, NULL_JOB) == ()
    paint(document, 1, index=9, author="bob")
    found = labels.merged(document.copy(), {("inline", 3): 1, ("inline", 9): 2}, 0, NULL_JOB)
    assert [(s.index, s.n_labelled) for s in found] == [(3, 8), (9, 8)]


def test_only_what_changed_is_merged_again(document, monkeypatch):
    labels, changed = InstantLabels(), {}
    for number, index in enumerate((3, 4, 5), start=1):
        paint(document, number % 2, index=index)
        changed["inline", index] = number
    labels.merged(document.copy(), changed, 0, NULL_JOB)
    paint(document, 1, index=4, row=10)
    copy, merged = counted(document, monkeypatch)
    found = labels.merged(copy, {**changed, ("inline", 4): 4}, 0, NULL_JOB)
    assert merged == [("inline", 4)]
    assert [s.n_labelled for s in found] == [8, 16, 8]
    copy, merged = counted(document, monkeypatch)
    labels.merged(copy, {**changed, ("inline", 4): 4}, 0, NULL_JOB)
    assert merged == []


def test_other_labels_are_merged_anew(document, monkeypatch):
    labels = InstantLabels()
    paint(document, 0, index=3)
    paint(document, 1, index=4)
    labels.merged(document.copy(), {}, 0, NULL_JOB)
    copy, merged = counted(document, monkeypatch)
    labels.merged(copy, {}, 7, NULL_JOB)
    assert merged == [("inline", 3), ("inline", 4)]


def test_a_section_whose_labels_are_gone_is_left_out(document):
    labels = InstantLabels()
    paint(document, 0, index=3)
    paint(document, 1, index=4)
    paint(document, 1, index=5)
    labels.merged(document.copy(), {}, 0, NULL_JOB)
    document.undo()
    found = labels.merged(document.copy(), {("inline", 5): 1}, 0, NULL_JOB)
    assert [s.index for s in found] == [3, 4]
