"""Selecting what looks alike with the mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from engine.core.labels import UNLABELLED
from engine.errors import DataError
from tests.app.mouse import click

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def tool(desk):
    desk.use("similar")
    return desk.box.tool


def select(qtbot, desk, tool, col=4, row=20, modifiers=Qt.KeyboardModifier.NoModifier):
    before = len(desk.window._work.features.compared)
    click(qtbot, desk.view, col, row, modifiers)
    compared = desk.window._work.features.compared
    qtbot.waitUntil(lambda: len(compared) > before and tool.similarity is not None, timeout=3000)


def test_a_click_shows_what_is_alike_and_enter_paints_it(qtbot, desk, tool):
    desk.model.set_class(2)
    select(qtbot, desk, tool)
    assert desk.window._work.features.compared == [(((20, 4),), ())]
    assert tool.bar.isVisible()
    assert (desk.classes == UNLABELLED).all()
    expected = tool.similarity >= tool.bar.threshold
    assert f"{expected.mean():.1%} of the slice" in tool.bar._share.text()
    qtbot.keyClick(desk.view, Qt.Key.Key_Return)
    assert np.array_equal(desk.classes == 2, expected)
    assert desk.document.undo_text == "Similar"
    assert not tool.bar.selecting
    desk.assert_drawn()
    desk.document.undo()
    assert (desk.classes == UNLABELLED).all()


def test_the_slider_selects_more_or_less_at_once(qtbot, desk, tool):
    select(qtbot, desk, tool)
    tool.bar.set_threshold(230)
    few = tool._selected().sum()
    tool.bar.set_threshold(60)
    assert tool._selected().sum() > few
    assert tool.bar._value.text() == "0.24"
    qtbot.mouseClick(tool.bar._paint, Qt.MouseButton.LeftButton)
    assert np.array_equal(desk.classes == 1, np.tile(desk.classes[0] == 1, (50, 1)))
    assert (desk.classes[0] == 1).sum() > 25


def test_a_twentieth_is_selected_until_the_slider_is_moved(qtbot, desk, tool):
    select(qtbot, desk, tool)
    assert tool._selected().mean() == pytest.approx(0.05, abs=0.03)
    tool.bar.set_threshold(60)
    select(qtbot, desk, tool, 7, 7)
    assert tool.bar.threshold == 60


def test_further_clicks_add_and_take_away(qtbot, desk, tool):
    select(qtbot, desk, tool)
    select(qtbot, desk, tool, 10, 30, SHIFT)
    select(qtbot, desk, tool, 30, 10, CTRL)
    compared = desk.window._work.features.compared
    assert compared[-1] == (((20, 4), (30, 10)), ((10, 30),))
    select(qtbot, desk, tool, 7, 7)
    assert compared[-1] == (((7, 7),), ())


def test_what_is_labelled_stays(qtbot, desk, tool):
    desk.document.paint(desk.key, 0, 0, np.full((50, 3), 2, dtype=np.uint8), title="Test")
    select(qtbot, desk, tool)
    tool.bar.set_threshold(60)
    qtbot.keyClick(desk.view, Qt.Key.Key_Enter)
    assert (desk.classes[:, :3] == 2).all()
    assert (desk.classes == 1).any()


def test_escape_drops_the_selection_then_leaves_the_tool(qtbot, desk, tool):
    select(qtbot, desk, tool)
    qtbot.keyClick(desk.view, Qt.Key.Key_Escape)
    assert not tool.bar.selecting
    assert desk.window.session.tool == "similar"
    qtbot.keyClick(desk.view, Qt.Key.Key_Return)
    assert (desk.classes == UNLABELLED).all()
    qtbot.keyClick(desk.view, Qt.Key.Key_Escape)
    assert desk.window.session.tool == ""


def test_another_slice_drops_the_selection(qtbot, desk, tool):
    select(qtbot, desk, tool)
    desk.model.step(1)
    qtbot.waitUntil(lambda: not tool.bar.selecting, timeout=3000)
    assert tool.similarity is None


def test_the_overlay_is_away_while_something_is_selected(qtbot, desk, tool):
    desk.window._actions.actions["segment"].trigger()
    overlay = desk.view.overlay
    qtbot.waitUntil(overlay.isVisible, timeout=3000)
    select(qtbot, desk, tool)
    assert not overlay.isVisible()
    qtbot.keyClick(desk.view, Qt.Key.Key_Escape)
    assert overlay.isVisible()


def test_a_place_without_data_is_told(qtbot, desk, tool):
    told = []
    desk.window.learning.failed.disconnect(desk.window.presenter.show_error)
    desk.window.learning.failed.connect(told.append)
    desk.window._work.features.error = DataError("there are no data where you clicked")
    click(qtbot, desk.view, 4, 20)
    qtbot.waitUntil(lambda: bool(told), timeout=3000)
    assert not tool.bar.selecting


def test_w_takes_the_tool(qtbot, desk):
    qtbot.keyClick(desk.view, Qt.Key.Key_W)
    assert desk.window.session.tool == "similar"
    assert desk.window._actions.actions["similar"].isChecked()
    bar = desk.box.tool.bar
    assert bar.isVisible()
    assert not bar.selecting
    assert bar._share.text() == "Click what you look for"
    click(qtbot, desk.view, 4, 20)
    qtbot.waitUntil(lambda: bar.selecting and "of the slice" in bar._share.text(), timeout=3000)
    qtbot.keyClick(desk.view, Qt.Key.Key_W)
    assert bar.selecting
    for _ in range(2):
        qtbot.keyClick(desk.view, Qt.Key.Key_Escape)
    assert not bar.isVisible()
