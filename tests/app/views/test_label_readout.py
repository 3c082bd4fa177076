"""The label under the pointer, in words."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.views.readout import drawn_words
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, PROBABLE
from engine.session.edits import LabelKey
from engine.session.label_scheme import LabelScheme

CLASSES = ClassScheme((SegmentationClass("rock", "#111111"), SegmentationClass("salt", "#ff2d2d")))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ((), ""),
        ((("Ann", 1, CERTAIN),), "salt"),
        ((("Ann", 1, PROBABLE),), "salt (probable)"),
        ((("Ann", 0, POSSIBLE),), "rock (possible)"),
        ((("Ann", LEFT_OUT, CERTAIN),), "left out"),
        ((("Ann", 1, CERTAIN), ("Ben", LEFT_OUT, PROBABLE)), "Ann: salt, Ben: left out"),
    ],
)
def test_labels_are_put_into_words(labels, expected):
    assert drawn_words(labels, CLASSES) == expected


def read(window, row, col):
    view = window.pane.view
    section = view.shown.section
    place = QPointF(section.cols.value(col), section.rows.value(row))
    view.scene().sigMouseMoved.emit(view.view_box.mapViewToScene(place))
    return window._readout.text


def test_the_status_bar_names_the_label_under_the_pointer(opened):
    model, document = opened._model, opened.session.labels
    document.adopt_scheme(LabelScheme(CLASSES))
    author = opened.session.author
    for name, row, certainty in ((author, 0, PROBABLE), ("Ben", 8, CERTAIN)):
        key = LabelKey(name, "inline", opened.session.opened.index)
        document.paint(key, row, 5, np.ones((15, 10), np.uint8), certainty, title="Brush")
    assert "Label salt (probable)" in read(opened, 3, 7)
    assert "Label" not in read(opened, 3, 30)
    assert "Label salt (probable)" in read(opened, 11, 7)
    model.set_label_look(others=True)
    assert f"Label {author}: salt (probable), Ben: salt" in read(opened, 11, 7)
    assert "Label salt" in read(opened, 20, 7)
    model.set_label_look(visible=False)
    assert "Label" not in read(opened, 3, 7)
