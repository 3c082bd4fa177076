"""What a tool gets of the mouse on a section."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.views.mouse_tool import MouseTool
from tests.app.mouse import move, pixel_of

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class Recorder(MouseTool):
    """Writes down what it gets."""

    def __init__(self):
        self.heard = []

    def __getattribute__(self, name):
        if name in {"pressed", "dragged", "released", "double_clicked", "hovered"}:
            return lambda at: self.heard.append((name, at))
        if name in {"taken", "left", "interrupted"}:
            return lambda: self.heard.append((name, None))
        return super().__getattribute__(name)

    @property
    def names(self):
        return [name for name, _ in self.heard]


@pytest.fixture
def tool(opened):
    tool = Recorder()
    opened.tool_boxes[0].add("recorder", tool)
    opened._model.set_tool("recorder")
    tool.heard.clear()
    return tool


def test_press_drag_and_release_come_at_once_with_positions_in_the_section(qtbot, opened, tool):
    view = opened.pane.view
    start, end = pixel_of(view, 10, 20), pixel_of(view, 10.6, 20)
    qtbot.mousePress(view.viewport(), LEFT, pos=start)
    move(view, end, LEFT)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    assert tool.names == ["pressed", "dragged", "released"]
    first, _, last = (at for _, at in tool.heard)
    assert (first.col, first.row) == (pytest.approx(10, abs=0.1), pytest.approx(20, abs=0.1))
    assert last.col == pytest.approx(10.6, abs=0.1)
    assert first.point.x() == pytest.approx(310, abs=0.1)
    assert first.point.y() == pytest.approx(80, abs=0.4)


def test_modifiers_come_with_the_mouse_and_while_it_rests(qtbot, opened, tool):
    view = opened.pane.view
    shift = Qt.KeyboardModifier.ShiftModifier
    move(view, pixel_of(view, 5, 5), NONE)
    assert not tool.heard[-1][1].shift
    view.setFocus()
    qtbot.keyPress(view, Qt.Key.Key_Shift, shift)
    assert tool.heard[-1][1].shift
    qtbot.keyRelease(view, Qt.Key.Key_Shift)
    assert not tool.heard[-1][1].shift
    qtbot.mouseClick(view.viewport(), LEFT, shift, pos=pixel_of(view, 5, 5))
    assert [at.shift for name, at in tool.heard if name == "pressed"] == [True]


def test_a_double_click_goes_to_the_tool_and_not_to_other_sections(qtbot, opened, tool):
    view = opened.pane.view
    chosen = []
    view.place_chosen.connect(chosen.append)
    qtbot.mouseDClick(view.viewport(), LEFT, pos=pixel_of(view, 5, 5))
    assert "double_clicked" in tool.names
    assert not chosen


def test_the_middle_button_and_space_pan_instead(qtbot, opened, tool):
    view = opened.pane.view
    qtbot.mousePress(view.viewport(), Qt.MouseButton.MiddleButton, pos=pixel_of(view, 5, 5))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.MiddleButton, pos=pixel_of(view, 5, 5))
    view.setFocus()
    qtbot.keyPress(view, Qt.Key.Key_Space)
    qtbot.mouseClick(view.viewport(), LEFT, pos=pixel_of(view, 5, 5))
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert "pressed" not in tool.names


def test_an_axis_is_not_the_section(qtbot, opened, tool):
    qtbot.mouseClick(opened.pane.view.viewport(), LEFT, pos=QPointF(3, 200).toPoint())
    assert "pressed" not in tool.names


def test_leaving_the_view_another_slice_and_another_tool_are_told(qtbot, opened, tool):
    view = opened.pane.view
    move(view, pixel_of(view, 5, 5), NONE)
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert tool.heard[-1] == ("hovered", None)
    opened._model.step(1)
    qtbot.waitUntil(lambda: "interrupted" in tool.names, timeout=3000)
    opened._model.set_tool("")
    assert tool.names[-1] == "left"


def test_a_release_reaches_the_tool_although_space_was_pressed_meanwhile(qtbot, opened, tool):
    view = opened.pane.view
    at = pixel_of(view, 5, 5)
    qtbot.mousePress(view.viewport(), LEFT, pos=at)
    qtbot.keyPress(view, Qt.Key.Key_Space)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=at)
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert tool.names[-1] == "released"
    assert not view.mouse.held


def test_moves_are_no_presses(opened, tool):
    view = opened.pane.view
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(pixel_of(view, 5, 5)),
        QPointF(0, 0),
        NONE,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view.viewport(), event)
    assert "dragged" not in tool.names


def test_a_tool_knows_at_once_where_the_mouse_rests(qtbot, opened):
    view = opened.pane.view
    at = QPointF(pixel_of(view, 12, 30))
    QApplication.sendEvent(view.viewport(), QEnterEvent(at, at, view.viewport().mapToGlobal(at)))
    opened._model.set_tool("brush")
    assert opened.tool_boxes[0].tool.ring.isVisible()
    opened._model.set_tool("")
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    opened._model.set_tool("brush")
    assert not opened.tool_boxes[0].tool.ring.isVisible()


def test_the_status_bar_follows_a_stroke(qtbot, opened):
    view = opened.pane.view
    opened._model.set_tool("brush")
    start, end = pixel_of(view, 4, 30), pixel_of(view, 30, 30)
    qtbot.mousePress(view.viewport(), LEFT, pos=start)
    assert "Crossline 304" in opened._readout.text
    move(view, end, LEFT)
    assert "Crossline 330" in opened._readout.text
    assert "Label" in opened._readout.text
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    assert "Crossline 330" in opened._readout.text
