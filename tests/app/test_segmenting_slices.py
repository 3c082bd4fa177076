"""Slices are segmented by a click or as they are shown, and the window waits for neither."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QMessageBox

from app.panels.class_legend import ClassLegend
from engine.errors import ModelError
from tests.app.window_steps import button, press, segment, wait_shown


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


def test_closing_does_not_wait_for_a_model_that_runs(qtbot, opened, work):
    work.gate.clear()
    qtbot.mouseClick(button(opened, "Segment slice"), Qt.MouseButton.LeftButton)
    started_s = time.monotonic()
    opened.close()
    assert time.monotonic() - started_s < 2.0
