"""The window as its user meets it: clicks, keys and what is on the screen."""

from __future__ import annotations

from pathlib import Path

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLabel, QMessageBox, QSlider, QToolButton

from app.widgets.elided_label import ElidedLabel
from tests.app.window_steps import button, named, press, segment, shown, wait_shown


def test_without_a_file_the_window_says_what_to_do(window):
    texts = " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())
    assert "Open a post-stack SEG-Y volume" in texts
    assert not button(window, "Segment slice").isEnabled()


def test_a_file_is_shown_in_the_middle_of_its_first_direction(opened):
    assert shown(opened) == ("inline", 15)
    assert "fake.sgy" in opened.windowTitle()
    assert named(opened, QDoubleSpinBox, "Line number or time").value() == 130


def test_keys_move_through_the_volume(qtbot, opened):
    press(qtbot, opened, Qt.Key.Key_Right)
    wait_shown(qtbot, opened, "inline", 16)
    press(qtbot, opened, Qt.Key.Key_Left)
    press(qtbot, opened, Qt.Key.Key_Left)
    wait_shown(qtbot, opened, "inline", 14)
    press(qtbot, opened, Qt.Key.Key_PageDown)
    wait_shown(qtbot, opened, "inline", 24)
    press(qtbot, opened, Qt.Key.Key_PageDown)
    wait_shown(qtbot, opened, "inline", 29)
    press(qtbot, opened, Qt.Key.Key_X)
    wait_shown(qtbot, opened, "crossline", 20)
    press(qtbot, opened, Qt.Key.Key_T)
    wait_shown(qtbot, opened, "twt", 25)
    press(qtbot, opened, Qt.Key.Key_I)
    wait_shown(qtbot, opened, "inline", 29)


def test_slider_number_box_and_buttons_move_too(qtbot, opened):
    qtbot.mouseClick(button(opened, "Crossline", QToolButton), Qt.MouseButton.LeftButton)
    wait_shown(qtbot, opened, "crossline", 20)
    named(opened, QSlider, "Slice").setValue(3)
    wait_shown(qtbot, opened, "crossline", 3)
    box = named(opened, QDoubleSpinBox, "Line number or time")
    assert box.value() == 303
    box.selectAll()
    qtbot.keyClicks(box, "310")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    wait_shown(qtbot, opened, "crossline", 10)


def test_a_number_between_lines_goes_to_the_nearest(qtbot, opened):
    box = named(opened, QDoubleSpinBox, "Line number or time")
    box.selectAll()
    qtbot.keyClicks(box, "119")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: box.value() in {118, 120}, timeout=3000)


def test_keys_typed_into_the_number_box_do_not_leave_it(qtbot, opened):
    box = named(opened, QDoubleSpinBox, "Line number or time")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Left)
    qtbot.keyClick(box, Qt.Key.Key_X)
    assert opened.session.opened.direction == "inline"


def test_arrow_keys_on_a_slider_of_a_panel_stay_there(qtbot, opened):
    clip = named(opened, QSlider, "Clip percentile")
    clip.setFocus()
    qtbot.keyClick(clip, Qt.Key.Key_Left)
    assert opened.session.display.percentile == 98.9
    assert opened.session.opened.index == 15


def test_after_a_click_in_a_panel_the_arrows_still_move_through_the_slices(qtbot, opened):
    opened.pane.view.setFocus()
    for widget in (button(opened, "Auto", QToolButton), button(opened, "Outlines only", QCheckBox)):
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)
    assert opened.focusWidget() is opened.pane.view
    qtbot.keyClick(opened.focusWidget(), Qt.Key.Key_Right)
    wait_shown(qtbot, opened, "inline", 16)


def test_gain_and_automatic_clip_by_keys(qtbot, opened):
    press(qtbot, opened, Qt.Key.Key_Up)
    press(qtbot, opened, Qt.Key.Key_Up)
    assert opened.session.display.gain_db == 6
    before = opened.pane.view.shown.request.levels.limit
    qtbot.waitUntil(lambda: opened.pane.view.shown.request.levels.limit != before or before < 200)
    press(qtbot, opened, Qt.Key.Key_Down)
    assert opened.session.display.gain_db == 3
    press(qtbot, opened, Qt.Key.Key_C)
    assert opened.session.display.gain_db == 0


def test_changing_the_gain_does_not_read_the_slice_again(qtbot, opened, work):
    volume = work.volumes[-1]
    reads = len(volume.read)
    limit = opened.pane.view.shown.request.levels.limit
    press(qtbot, opened, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: opened.pane.view.shown.request.levels.limit < limit, timeout=3000)
    assert len(volume.read) == reads


def test_the_old_slice_stays_and_is_marked_while_another_is_read(qtbot, opened, work):
    volume = work.volumes[-1]
    volume.gate.clear()
    press(qtbot, opened, Qt.Key.Key_Right)
    badge = opened.findChild(ElidedLabel, "badge")
    qtbot.waitUntil(lambda: "reading inline 132" in badge.text(), timeout=3000)
    assert shown(opened) == ("inline", 15)
    assert opened.pane.view.stale
    assert opened.findChild(ElidedLabel, "sectionTitle").text() == "Inline 130"
    volume.gate.set()
    wait_shown(qtbot, opened, "inline", 16)
    assert not opened.pane.view.stale
    assert badge.text() == ""


def test_scrolling_skips_slices_that_nobody_waits_for(qtbot, opened, work):
    volume = work.volumes[-1]
    volume.read.clear()
    volume.gate.clear()
    slider = named(opened, QSlider, "Slice")
    for index in range(16, 29):
        slider.setValue(index)
    volume.gate.set()
    wait_shown(qtbot, opened, "inline", 28)
    assert len(volume.read) <= 3


def test_the_readout_names_lines_time_coordinates_amplitude_and_class(qtbot, opened):
    segment(qtbot, opened)
    view = opened.pane.view
    section = view.shown.section
    point = view.view_box.mapViewToScene(QPointF(section.cols.value(7), section.rows.value(11)))
    view.scene().sigMouseMoved.emit(point)
    text = opened._readout.text
    value = float(section.data[11, 7])
    for part in ("Inline 130", "Crossline 307", "TWT 44 ms", "X 8675.0", "Y 3625.0 m"):
        assert part in text
    assert f"{value:.4g}".replace("-", "−") in text
    assert "fault (90%)" in text


def test_the_crosshair_follows_the_pointer_and_leaves_with_it(opened):
    view = opened.pane.view
    lines = [item for item in view.items() if isinstance(item, pg.InfiniteLine)]
    assert not any(line.isVisible() for line in lines)
    view.scene().sigMouseMoved.emit(view.view_box.mapViewToScene(QPointF(310, 40)))
    places = {line.angle: line.value() for line in lines if line.isVisible()}
    assert places == {90: pytest.approx(310, abs=0.5), 0: pytest.approx(40, abs=2)}
    view.leaveEvent(QEvent(QEvent.Type.Leave))
    assert not any(line.isVisible() for line in lines)
    assert "Inline" not in opened._readout.text


def test_missing_samples_read_as_no_data(qtbot, opened):
    opened._model.set_index(3)
    wait_shown(qtbot, opened, "inline", 3)
    view = opened.pane.view
    point = view.view_box.mapViewToScene(QPointF(305, 100))
    view.scene().sigMouseMoved.emit(point)
    assert "no data" in opened._readout.text


def test_time_grows_downwards_and_crosslines_to_the_right(opened):
    box = opened.pane.view.view_box
    upper = box.mapViewToScene(QPointF(310, 20))
    lower = box.mapViewToScene(QPointF(330, 180))
    assert upper.y() < lower.y()
    assert upper.x() < lower.x()


def test_a_line_has_one_direction_and_no_slices(qtbot, window):
    window.files.open_path(Path("/survey/line.sgy"))
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=3000)
    assert shown(window) == ("line", 0)
    assert not named(window, QSlider, "Slice").isVisible()


def test_a_file_that_cannot_be_opened_is_explained(qtbot, window):
    window.files.open_path(Path("/survey/missing.sgy"))
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=3000)
    (box,) = window.findChildren(QMessageBox)
    assert "there is no such file" in box.text()
    assert box.informativeText() == "Check the path."
    box.close()
    assert window.session.opened is None


def test_opening_another_file_closes_the_first(qtbot, opened, work):
    opened.files.open_path(Path("/survey/second.sgy"))
    qtbot.waitUntil(lambda: "second.sgy" in opened.windowTitle(), timeout=3000)
    assert work.volumes[0].closed.wait(3)
    assert not work.volumes[1].closed.is_set()


def test_files_can_be_dropped(qtbot, window):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/survey/dropped.sgy")])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    qtbot.waitUntil(lambda: "dropped.sgy" in window.windowTitle(), timeout=3000)
