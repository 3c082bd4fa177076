"""Polygons and lassos on the section."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from engine.core.labels import LEFT_OUT, UNLABELLED
from engine.core.painting import polygon
from tests.app.mouse import click, double_click, pixel_of, stroke

SHIFT = Qt.KeyboardModifier.ShiftModifier
CORNERS = [(8, 10), (25, 12), (28, 35), (10, 30)]


def expected(desk, places):
    shape = desk.view.shown.section.data.shape
    stamp = polygon(places, shape)
    result = np.zeros(shape, dtype=bool)
    result[stamp.rows, stamp.cols] = stamp.inside
    return result


def assert_filled(desk, places):
    differing = (desk.classes == 1) != expected(desk, places)
    assert np.count_nonzero(differing) <= 6
    desk.assert_drawn()


def test_clicks_and_a_double_click_fill_a_polygon(qtbot, desk):
    desk.use("polygon")
    for corner in CORNERS[:-1]:
        click(qtbot, desk.view, *corner)
    assert (desk.classes == UNLABELLED).all()
    double_click(qtbot, desk.view, *CORNERS[-1])
    assert_filled(desk, CORNERS)
    assert desk.document.undo_text == "Outline"
    assert desk.box.tool.n_corners == 0


def test_a_click_on_the_first_corner_or_return_fills_it_too(qtbot, desk):
    desk.use("polygon")
    for corner in (*CORNERS, CORNERS[0]):
        click(qtbot, desk.view, *corner)
    assert_filled(desk, CORNERS)
    desk.document.undo()
    for corner in CORNERS:
        click(qtbot, desk.view, *corner)
    qtbot.keyClick(desk.view, Qt.Key.Key_Return)
    assert_filled(desk, CORNERS)


def test_backspace_takes_the_last_corner_back_and_escape_all(qtbot, desk):
    desk.use("polygon")
    for corner in (*CORNERS, (35, 45)):
        click(qtbot, desk.view, *corner)
    qtbot.keyClick(desk.view, Qt.Key.Key_Backspace)
    qtbot.keyClick(desk.view, Qt.Key.Key_Return)
    assert_filled(desk, CORNERS)
    click(qtbot, desk.view, 5, 5)
    qtbot.keyClick(desk.view, Qt.Key.Key_Escape)
    assert desk.box.tool.n_corners == 0
    assert desk.window.session.tool == "polygon"


def test_a_drag_draws_a_lasso(qtbot, desk):
    desk.use("polygon")
    stroke(qtbot, desk.view, [*CORNERS, (8.2, 10.2)])
    assert_filled(desk, CORNERS)


def test_shift_leaves_the_area_out(qtbot, desk):
    desk.use("polygon")
    stroke(qtbot, desk.view, [*CORNERS, (8.2, 10.2)], SHIFT)
    assert (desk.classes == LEFT_OUT).sum() > 100


def test_another_slice_or_tool_drops_the_corners(qtbot, desk):
    desk.use("polygon")
    tool = desk.box.tool
    click(qtbot, desk.view, 5, 5)
    desk.model.step(1)
    qtbot.waitUntil(lambda: tool.n_corners == 0, timeout=3000)
    click(qtbot, desk.view, 5, 5)
    desk.model.set_tool("brush")
    assert tool.n_corners == 0
    assert desk.document.undo_text == ""


def test_two_corners_enclose_nothing(qtbot, desk):
    desk.use("polygon")
    click(qtbot, desk.view, 5, 5)
    double_click(qtbot, desk.view, 20, 20)
    assert (desk.classes == UNLABELLED).all()
    assert pixel_of(desk.view, 5, 5) is not None
