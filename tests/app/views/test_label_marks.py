"""Marks of labelled slices at the slider."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt

from app.views.label_marks import LabelMarks
from engine.session.edits import LabelKey, Pick


def paint(window, index, author=None, direction="inline"):
    key = LabelKey(author or window.session.author, direction, index)
    window.session.labels.paint(key, 2, 2, np.ones((3, 3), dtype=np.uint8), title="Test")


def test_labelled_slices_of_the_direction_have_marks(opened):
    marks = opened.findChild(LabelMarks)
    assert marks.indices == ()
    paint(opened, 4)
    paint(opened, 20, author="somebody else")
    paint(opened, 7, direction="crossline")
    nodes = ((1.0, 1.0), (2.0, 5.0))
    opened.session.labels.add_pick(
        Pick("p", "stick", "inline", 11, nodes, 1, author=opened.session.author)
    )
    assert marks.indices == (4, 11, 20)
    assert marks._own == (4, 11)
    opened._model.set_direction("crossline")
    assert marks.indices == (7,)
    opened.session.labels.undo()
    opened._model.set_direction("inline")
    assert marks.indices == (4, 20)


def test_a_click_on_a_mark_goes_there_and_beside_it_nowhere(qtbot, opened):
    paint(opened, 4)
    marks = opened.findChild(LabelMarks)
    qtbot.mouseClick(marks, Qt.MouseButton.LeftButton, pos=QPoint(round(marks.place(25)), 3))
    assert opened.session.opened.index == 15
    qtbot.mouseClick(marks, Qt.MouseButton.LeftButton, pos=QPoint(round(marks.place(4)) + 2, 3))
    assert opened.session.opened.index == 4


def test_the_marks_stand_under_the_handle(opened):
    marks = opened.findChild(LabelMarks)
    slider = marks._slider
    places = [marks.place(index) for index in (0, 15, 29)]
    assert places[0] < places[1] < places[2]
    assert 0 < places[0] < 20
    assert slider.width() - 20 < places[2] < slider.width()
    assert marks.grab().width() == slider.width()
