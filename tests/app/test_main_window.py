"""The window as its user meets it: clicks, keys and what is on the screen."""

import time
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDockWidget,
    QDoubleSpinBox,
    QLabel,
    QMessageBox,
    QPushButton,
    QSlider,
    QToolButton,
)

from app.composition import compose
from app.panels.class_legend import ClassLegend
from engine.errors import ModelError
from engine.session.labelling import ToolSettings
from tests.app.fakes import FakeWork

FAKE = Path("/survey/fake.sgy")


def named(window, kind, name):
    return next(w for w in window.findChildren(kind) if w.accessibleName() == name)


def button(window, text, kind=QPushButton):
    return next(w for w in window.findChildren(kind) if w.text() == text)


def shown(window):
    request = window.pane.view.shown.request
    return request.direction, request.index


def wait_shown(qtbot, window, direction, index):
    qtbot.waitUntil(lambda: shown(window) == (direction, index), timeout=3000)


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    window.pane.view.setFocus()
    qtbot.keyClick(window.pane.view, key, modifier)


def segment(qtbot, window):
    qtbot.mouseClick(button(window, "Segment slice"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.pane.view.shown_prediction is not None, timeout=3000)


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
    badge = opened.findChild(QLabel, "badge")
    qtbot.waitUntil(lambda: "reading inline 132" in badge.text(), timeout=3000)
    assert shown(opened) == ("inline", 15)
    assert opened.pane.view.stale
    assert opened.findChild(QLabel, "sectionTitle").text() == "Inline 130"
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


def test_scrolling_does_not_wait_for_the_model(qtbot, opened, work):
    work.gate.clear()
    qtbot.mouseClick(button(opened, "Segment slice"), Qt.MouseButton.LeftButton)
    press(qtbot, opened, Qt.Key.Key_Right)
    wait_shown(qtbot, opened, "inline", 16)
    assert opened.pane.view.shown_prediction is None


def test_segmenting_shows_classes_and_the_time_taken(qtbot, opened):
    segment(qtbot, opened)
    prediction = opened.pane.view.shown_prediction
    data = opened.pane.view.shown.section.data
    expected = np.where(np.isnan(data), 255, data > 0)
    assert np.array_equal(prediction.mask, expected)
    assert "0.2 s on cpu" in opened.findChild(QLabel, "timeTaken").text()


def test_an_overlay_is_shown_only_on_its_own_slice(qtbot, opened):
    segment(qtbot, opened)
    press(qtbot, opened, Qt.Key.Key_Right)
    wait_shown(qtbot, opened, "inline", 16)
    assert opened.pane.view.shown_prediction is None
    press(qtbot, opened, Qt.Key.Key_Left)
    wait_shown(qtbot, opened, "inline", 15)
    assert opened.pane.view.shown_prediction.key.index == 15


def test_an_overlay_of_another_model_is_not_shown(qtbot, opened, work):
    segment(qtbot, opened)
    press(qtbot, opened, Qt.Key.Key_M)
    assert opened.session.model.name == "other"
    assert opened.pane.view.shown_prediction is None
    segment(qtbot, opened)
    press(qtbot, opened, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert opened.pane.view.shown_prediction.key.model == "faults"
    press(qtbot, opened, Qt.Key.Key_M)
    assert opened.pane.view.shown_prediction.key.model == "other"
    assert len(work.segmented) == 2


def test_a_slice_segmented_before_is_not_segmented_again(qtbot, opened, work):
    segment(qtbot, opened)
    press(qtbot, opened, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    assert len(work.segmented) == 1


def test_live_segments_each_slice_that_is_shown(qtbot, opened, work):
    press(qtbot, opened, Qt.Key.Key_L)
    assert button(opened, "Live", QCheckBox).isChecked()
    qtbot.waitUntil(lambda: opened.pane.view.shown_prediction is not None, timeout=3000)
    press(qtbot, opened, Qt.Key.Key_Right)
    qtbot.waitUntil(
        lambda: (
            opened.pane.view.shown_prediction is not None
            and opened.pane.view.shown_prediction.key.index == 16
        ),
        timeout=3000,
    )
    press(qtbot, opened, Qt.Key.Key_L)
    press(qtbot, opened, Qt.Key.Key_Right)
    wait_shown(qtbot, opened, "inline", 17)
    assert [key.index for key in work.segmented] == [15, 16]


def test_live_leaves_slices_that_were_passed(qtbot, opened, work):
    work.gate.clear()
    press(qtbot, opened, Qt.Key.Key_L)
    for index in range(16, 20):
        press(qtbot, opened, Qt.Key.Key_Right)
        wait_shown(qtbot, opened, "inline", index)
    work.gate.set()
    qtbot.waitUntil(lambda: opened.pane.view.shown_prediction is not None, timeout=3000)
    assert [key.index for key in work.segmented] == [19]


def test_a_failing_model_is_reported_once_and_live_ends(qtbot, opened, work):
    work.error = ModelError("the decoder does not fit", hint="Train it anew.")
    press(qtbot, opened, Qt.Key.Key_L)
    qtbot.waitUntil(lambda: bool(opened.findChildren(QMessageBox)), timeout=3000)
    (box,) = opened.findChildren(QMessageBox)
    assert box.text() == "the decoder does not fit"
    assert box.informativeText() == "Train it anew."
    assert "ModelError" in box.detailedText()
    assert not opened.session.live
    box.close()


def test_classes_can_be_hidden_and_outlined(qtbot, opened):
    segment(qtbot, opened)
    view = opened.pane.view
    legend = opened.findChild(ClassLegend)
    assert legend.count() == 2
    assert "fault" in legend.item(1).text()
    legend.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert opened.session.overlay.hidden == {1}
    press(qtbot, opened, Qt.Key.Key_O)
    assert opened.session.overlay.outline
    press(qtbot, opened, Qt.Key.Key_V)
    assert not opened.session.overlay.visible
    assert not view.overlay.isVisible()


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


def test_the_window_remembers(qtbot, qapp, opened):
    opened._model.set_display(color_map="grey", percentile=95.0, polarity="normal")
    opened._model.set_overlay(opacity=0.25)
    opened._model.set_tools(brush=44.0, tolerance=0.3, smoothing=2.0, pick_kind="polyline")
    opened._model.set_label_look(opacity=0.35, others=True)
    opened._model.set_certainty(2)
    opened._model.set_author("Ann B")
    opened._model.set_tool("fill")
    opened.close()
    work = FakeWork()
    again = compose(qapp, work)
    qtbot.addWidget(again)
    try:
        session = again.session
        assert session.display.color_map == "grey"
        assert session.display.percentile == 95.0
        assert session.display.polarity == "normal"
        assert session.overlay.opacity == 0.25
        assert session.tools == ToolSettings(
            brush=44.0, tolerance=0.3, smoothing=2.0, pick_kind="polyline"
        )
        assert (session.label_look.opacity, session.label_look.others) == (0.35, True)
        assert (session.certainty, session.author) == (2, "Ann B")
        assert session.tool == "", "a first drag must not paint"
        assert again.preferences.settings.recent == (str(FAKE),)
        assert again.files.last_folder == "/survey"
    finally:
        again.close()


def test_size_and_panels_are_remembered(qtbot, qapp, opened):
    opened.resize(opened.width(), 650)
    opened.findChild(QDockWidget, "display").hide()
    opened.addDockWidget(
        Qt.DockWidgetArea.LeftDockWidgetArea, opened.findChild(QDockWidget, "model")
    )
    opened.close()
    again = compose(qapp, FakeWork())
    qtbot.addWidget(again)
    try:
        assert again.height() == 650
        assert again.findChild(QDockWidget, "display").isHidden()
        model = again.findChild(QDockWidget, "model")
        assert again.dockWidgetArea(model) is Qt.DockWidgetArea.LeftDockWidgetArea
    finally:
        again.close()


def test_files_opened_last_are_opened_from_menu_and_welcome(qtbot, opened):
    opened.files.open_path(Path("/survey/second.sgy"))
    qtbot.waitUntil(lambda: "second.sgy" in opened.windowTitle(), timeout=3000)
    entries = {action.text(): action for action in opened._recent_menu.actions()}
    assert list(entries) == ["/survey/second.sgy", str(FAKE)]
    entries[str(FAKE)].trigger()
    qtbot.waitUntil(lambda: "fake.sgy" in opened.windowTitle(), timeout=3000)
    opened.files.close()
    listed = next(b for b in opened.findChildren(QPushButton) if "second.sgy" in b.toolTip())
    qtbot.mouseClick(listed, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "second.sgy" in opened.windowTitle(), timeout=3000)


def test_a_file_that_is_gone_leaves_the_list_of_recent_files(qtbot, window):
    window.preferences.add_recent(Path("/survey/missing.sgy"))
    (entry,) = window._recent_menu.actions()
    entry.trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=3000)
    window.findChild(QMessageBox).close()
    assert window._recent_menu.actions() == []


def test_closing_does_not_wait_for_a_model_that_runs(qtbot, opened, work):
    work.gate.clear()
    qtbot.mouseClick(button(opened, "Segment slice"), Qt.MouseButton.LeftButton)
    started_s = time.monotonic()
    opened.close()
    assert time.monotonic() - started_s < 2.0
