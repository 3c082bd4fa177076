"""Zoom, pan and what is drawn where."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.app.fakes import FakeVolume, slice_of


def ranges(view):
    (left, right), (top, bottom) = view.view_box.viewRange()
    return right - left, bottom - top


def wheel(view, steps, modifiers=Qt.KeyboardModifier.NoModifier):
    centre = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        centre,
        view.viewport().mapToGlobal(centre),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def test_the_wheel_zooms_both_ways_and_home_fits(view):
    width, height = ranges(view)
    wheel(view, 2)
    assert ranges(view)[0] < width
    assert ranges(view)[1] < height
    view.fit()
    assert ranges(view) == pytest.approx((width, height))


def test_shift_zooms_vertically_and_ctrl_horizontally(view):
    width, height = ranges(view)
    wheel(view, 1, Qt.KeyboardModifier.ShiftModifier)
    assert ranges(view)[0] == pytest.approx(width)
    assert ranges(view)[1] < height
    view.fit()
    wheel(view, 1, Qt.KeyboardModifier.ControlModifier)
    assert ranges(view)[0] < width
    assert ranges(view)[1] == pytest.approx(height)


def test_the_whole_section_fits_half_a_step_beyond_its_ends(view):
    (left, right), (top, bottom) = view.view_box.viewRange()
    assert (left, right) == pytest.approx((299.5, 339.5))
    assert sorted((top, bottom)) == pytest.approx([-2, 198])


@pytest.mark.parametrize("how", ["middle", "space"])
def test_dragging_pans(qtbot, view, how):
    wheel(view, 4)
    before = view.view_box.viewRange()
    button = Qt.MouseButton.MiddleButton if how == "middle" else Qt.MouseButton.LeftButton
    if how == "space":
        view.setFocus()
        qtbot.keyPress(view, Qt.Key.Key_Space)
    viewport = view.viewport()
    start = viewport.rect().center()
    qtbot.mousePress(viewport, button, pos=start)
    for step in range(1, 6):
        _move(viewport, start + QPoint(12 * step, 0), button)
    qtbot.mouseRelease(viewport, button, pos=start + QPoint(60, 0))
    after = view.view_box.viewRange()
    assert after[0][0] < before[0][0]
    assert after[0][1] - after[0][0] == pytest.approx(before[0][1] - before[0][0])


def test_dragging_with_the_left_button_alone_does_nothing(qtbot, view):
    wheel(view, 4)
    before = view.view_box.viewRange()
    viewport = view.viewport()
    start = viewport.rect().center()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        _move(viewport, start + QPoint(12 * step, 0), Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 0))
    assert view.view_box.viewRange() == before


def test_the_zoom_stays_on_the_next_slice_and_not_on_another_direction(view):
    wheel(view, 4)
    before = view.view_box.viewRange()
    view.show_slice(slice_of(FakeVolume(), "inline", 4))
    assert view.view_box.viewRange() == before
    view.show_slice(slice_of(FakeVolume(), "crossline", 4))
    (left, right), _ = view.view_box.viewRange()
    assert (left, right) == pytest.approx((99, 159))


def test_missing_traces_have_another_colour_than_zero(view):
    section = view.shown.section
    assert np.isnan(section.data[:, 5]).all()
    image = view.grab().toImage()
    ratio = image.devicePixelRatio()

    def colour(crossline, twt):
        point = view.mapFromScene(view.view_box.mapViewToScene(QPointF(crossline, twt)))
        return image.pixelColor(round(point.x() * ratio), round(point.y() * ratio))

    missing = [colour(305, twt).name() for twt in range(20, 180, 7)]
    assert set(missing) <= {"#8d939b", "#6c727a"}
    assert colour(310, 100).name() not in missing


def _move(viewport, position, button):
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(position),
        viewport.mapToGlobal(QPointF(position)),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)
