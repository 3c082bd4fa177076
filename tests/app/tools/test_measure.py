"""Measuring with the mouse on the section."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.tools.measure import measurement_lines
from engine.core.axes import Axis
from engine.core.measure import Measurement


def drag(qtbot, view, start, end):
    viewport, box = view.viewport(), view.view_box
    places = [view.mapFromScene(box.mapViewToScene(QPointF(*place))) for place in (start, end)]
    button = Qt.MouseButton.LeftButton
    qtbot.mousePress(viewport, button, pos=places[0])
    for step in range(1, 6):
        at = QPointF(places[0] + (places[1] - places[0]) * step / 5)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            at,
            viewport.mapToGlobal(at),
            Qt.MouseButton.NoButton,
            button,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, event)
    qtbot.mouseRelease(viewport, button, pos=places[1])


def test_dragging_measures_in_units_metres_dip_and_velocity(qtbot, opened):
    tool, view = opened.tool_boxes[0].tools["measure"], opened.pane.view
    opened._actions.actions["measure"].trigger()
    measured = []
    tool.measured.connect(measured.append)
    before = view.view_box.viewRange()
    drag(qtbot, view, (305, 40), (325, 140))
    assert view.view_box.viewRange() == before
    (line,) = measured
    assert line.across == pytest.approx(20, abs=0.3)
    assert line.down == pytest.approx(100, abs=1)
    # A crossline is 25 m wide, 100 ms are 100 m at 2000 m/s.
    assert line.metres == pytest.approx((500, 100), rel=0.02)
    for word in ("Δ Crossline", "Δ TWT", "dip 11", "Apparent velocity"):
        assert word in tool.text


def test_escape_leaves_the_tool_and_takes_the_line_away(qtbot, opened):
    tool, view = opened.tool_boxes[0].tools["measure"], opened.pane.view
    action = opened._actions.actions["measure"]
    action.trigger()
    drag(qtbot, view, (305, 40), (325, 140))
    assert tool.text
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not tool.text
    assert not action.isChecked()
    drag(qtbot, view, (305, 40), (325, 140))
    assert not tool.text


def test_another_slice_takes_the_line_away_and_another_gain_does_not(qtbot, opened):
    tool, view = opened.tool_boxes[0].tools["measure"], opened.pane.view
    opened._actions.actions["measure"].trigger()
    drag(qtbot, view, (305, 40), (325, 140))
    limit = view.shown.request.levels.limit
    opened._model.change_gain(3)
    qtbot.waitUntil(lambda: view.shown.request.levels.limit != limit, timeout=3000)
    assert tool.text
    opened._model.step(1)
    qtbot.waitUntil(lambda: view.shown.request.index == 16, timeout=3000)
    assert not tool.text


def test_space_still_pans_while_measuring(qtbot, opened):
    tool, view = opened.tool_boxes[0].tools["measure"], opened.pane.view
    opened._actions.actions["measure"].trigger()
    view.setFocus()
    qtbot.keyPress(view, Qt.Key.Key_Space)
    drag(qtbot, view, (305, 40), (325, 140))
    qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert not tool.text
    assert view.viewport().cursor().shape() == Qt.CursorShape.CrossCursor


def test_words_where_an_axis_is_no_length():
    rows, cols = Axis("time", "s", 0, 1, 9), Axis("channel", "1", 0, 1, 9)
    assert measurement_lines(Measurement(rows, cols, -20, 0.5)) == (
        "Δ Channel −20",
        "Δ Time 0.5 s",
        "Slope −0.025 s per channel",
    )
    cols = Axis("distance", "m", 0, 1, 9)
    assert measurement_lines(Measurement(rows, cols, 300, 0.1))[-1] == "Apparent velocity 3000 m/s"
