"""Marks where an arbitrary line bends."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.views.map_lines import LINE_COLOR
from engine.core.arbitrary_line import ArbitraryLine
from tests.app.mouse import pixel_of

STRAIGHT = ArbitraryLine(((106.0, 300.0), (106.0, 339.0)))
BENT = ArbitraryLine(((106.0, 300.0), (106.0, 320.0), (126.0, 320.0)))


@pytest.fixture
def lined(qtbot, opened):
    opened._model.set_lines((STRAIGHT, BENT))
    opened._model.set_direction("arbitrary")
    return opened


def look_at(qtbot, window, index):
    window._model.set_index(index)
    view = window.pane.view

    def shown():
        request = view.shown.request
        return (request.direction, request.index) == ("arbitrary", index)

    qtbot.waitUntil(shown, timeout=3000)
    return view


def columns_in_line_color(view):
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return np.unique(np.nonzero((pixels & 0xFFFFFF) == (LINE_COLOR.rgb() & 0xFFFFFF))[1])


def test_a_bend_is_marked_at_its_place_with_its_numbers(qtbot, lined):
    view = look_at(qtbot, lined, 1)
    assert [bend.text for bend in view.bends.bends] == ["IL 106, XL 320"]
    place = view.bends.bends[0].place
    assert place == view.shown.section.cols.value(20)
    x = pixel_of(view, 20, 25).x()
    columns = columns_in_line_color(view)
    assert np.abs(columns - x).min() <= 1
    assert columns.mean() == pytest.approx(x, abs=10)  # the numbers are centred on it


def test_a_straight_line_and_other_directions_have_no_marks(qtbot, lined):
    view = look_at(qtbot, lined, 1)
    assert view.bends.isVisible()
    look_at(qtbot, lined, 0)
    assert not view.bends.isVisible()
    look_at(qtbot, lined, 1)
    lined._model.set_direction("inline")
    qtbot.waitUntil(lambda: view.shown.request.direction == "inline", timeout=3000)
    assert not view.bends.isVisible()
    assert not columns_in_line_color(view).size
