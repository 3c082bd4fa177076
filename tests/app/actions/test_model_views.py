"""Views of a model, and what to label next, in the window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from app.panels.jobs_panel import JobsPanel
from engine.core.arbitrary_line import ArbitraryLine
from engine.session.edits import LabelKey
from tests.app.fakes import CLASSES, model_info


@pytest.fixture
def segmented(qtbot, opened):
    opened._actions.actions["segment"].trigger()
    qtbot.waitUntil(lambda: opened.pane.prediction is not None, timeout=3000)
    return opened


def overlay(window):
    return window.pane.view.overlay


def layer(window):
    return overlay(window)._layers[0]


def test_probability_of_each_class(segmented):
    actions, prediction = segmented._actions.actions, segmented.pane.prediction
    actions["view_probability"].trigger()
    assert np.array_equal(layer(segmented).image, prediction.shares[1])
    segmented._model.set_overlay(class_id=0)
    assert np.array_equal(layer(segmented).image, prediction.shares[0])
    total = prediction.shares.astype(int).sum(axis=0)
    assert abs(total[prediction.mask != 255] - 255).max() <= 1


def test_confidence_has_no_colour_where_there_are_no_data(qtbot, segmented):
    segmented._model.set_index(3)  # its sixth trace has no data
    segmented._actions.actions["view_confidence"].trigger()
    qtbot.waitUntil(lambda: segmented.pane.view.shown.request.index == 3, timeout=3000)
    assert not overlay(segmented).isVisible()  # not predicted yet
    segmented._actions.actions["segment"].trigger()
    qtbot.waitUntil(lambda: overlay(segmented).isVisible(), timeout=3000)
    alpha = layer(segmented).image[..., 3]
    assert (alpha[:, 5] == 0).all()
    assert (np.delete(alpha, 5, axis=1) == 255).all()


def test_features_are_coloured_once_for_each_slice(qtbot, opened, work):
    opened._actions.actions["view_features"].trigger()
    qtbot.waitUntil(lambda: overlay(opened).isVisible(), timeout=3000)
    opened._model.step(1)
    qtbot.waitUntil(lambda: len(work.features.pictures) == 2, timeout=3000)
    qtbot.waitUntil(lambda: overlay(opened).isVisible(), timeout=3000)
    opened._model.step(-1)
    qtbot.waitUntil(lambda: opened.pane.view.shown.request.index == 15, timeout=3000)
    assert overlay(opened).isVisible()
    assert len(work.features.pictures) == 2


def test_a_line_parts_features_before_and_after(qtbot, opened):
    opened._actions.actions["view_features"].trigger()
    opened._actions.actions["swipe"].trigger()
    qtbot.waitUntil(lambda: overlay(opened).swiping, timeout=3000)
    assert overlay(opened).line.isVisible()
    left, right = overlay(opened)._images
    assert (left.image[..., 2] == 255).all()
    assert (right.image[..., 0] == 255).all()
    assert left.image.shape[1] + right.image.shape[1] == 40
    overlay(opened).line.setValue(309.6)
    assert left.image.shape[1] == 10
    assert right.image.shape[1] == 30


def test_two_models_are_compared(qtbot, segmented, work):
    other = work.models[1]
    segmented._model.set_compared(other)
    assert len(work.segmented) == 1
    segmented._actions.actions["swipe"].trigger()
    qtbot.waitUntil(lambda: overlay(segmented).swiping, timeout=3000)
    assert {key.model for key in work.segmented} == {"faults", "other"}
    segmented._actions.actions["view_difference"].trigger()
    qtbot.waitUntil(lambda: overlay(segmented).isVisible(), timeout=3000)
    assert (layer(segmented).image == 0).all()  # both fakes say the same
    assert not overlay(segmented).line.isVisible()


def test_only_models_of_the_same_classes_can_be_compared(qtbot, segmented, work):
    box = segmented._docks.model_panel._view
    segmented._actions.actions["view_difference"].trigger()
    assert "Choose a model" in box._why.text()
    assert not overlay(segmented).isVisible()
    classes = type(CLASSES)((*CLASSES.classes, type(CLASSES.classes[0])("third", "#00ff00")))
    strange = model_info("strange", classes=classes)
    segmented._model.set_models((*work.models, strange))
    assert [box._other.itemText(i) for i in range(3)] == ["no other model", "other", "strange"]
    entries = [box._other.model().item(i) for i in range(3)]
    assert [entry.isEnabled() for entry in entries] == [True, True, False]
    assert entries[2].toolTip() == "It tells other classes apart: no fault, fault, third"
    segmented._model.set_compared(strange)
    assert segmented.session.compared is None
    segmented._model.set_compared(work.models[1])
    assert box._other.currentText() == "other"
    segmented._model.set_model(strange)
    assert segmented.session.compared is None
    assert "no other model of these classes" in box._why.text()
    assert not box._why.isHidden()


def test_the_panel_chooses_view_and_class(qtbot, segmented):
    box = segmented._docks.model_panel._view
    assert box._class.isHidden()
    index = box._kind.findData("probability")
    box._kind.setCurrentIndex(index)
    box._kind.activated.emit(index)
    assert not box._class.isHidden()
    assert [box._class.itemText(i) for i in range(2)] == ["no fault", "fault"]
    box._class.activated.emit(0)
    assert segmented.session.overlay.class_id == 0
    assert segmented._actions.actions["view_probability"].isChecked()


def test_n_goes_to_the_slice_to_label_next(qtbot, opened, work):
    strip = opened.pane.strip
    assert strip.isHidden()
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_N)
    # Only the first nine slices leave the model unsure.
    qtbot.waitUntil(lambda: opened.session.opened.index in range(2, 9), timeout=3000)
    assert opened._actions.actions["suggest"].isChecked()
    assert not strip.isHidden()
    qtbot.waitUntil(lambda: len(work.features.looked) == 30, timeout=3000)
    here = next(item.index for item in strip.suggestions if item.score == 1.0)
    text = strip.text_at(here)
    assert "The next one to label (N)" in text
    assert f"Inline {100 + 2 * here}: worth 100% of the best" in text
    key = LabelKey("me", "inline", here)
    opened.session.labels.paint(key, 0, 0, np.ones((4, 4), dtype=np.uint8), title="Brush")
    assert strip.text_at(here) == f"Inline {100 + 2 * here}: labelled"
    assert f"{29 - here} slices from the nearest labels" in strip.text_at(29)
    before = opened.session.opened.index
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: opened.session.opened.index not in (before, here), timeout=3000)
    opened._actions.actions["suggest"].trigger()
    assert strip.isHidden()


def test_n_tells_that_it_looks_and_can_be_cancelled_under_jobs(qtbot, opened, work):
    work.features.gate.clear()
    before = opened.session.opened.index
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_N)
    assert "Looking for the slice to label next" in opened.statusBar().currentMessage()
    panel = opened.findChild(JobsPanel)
    name = "Cancel Find what to label next"

    def cancel():
        buttons = panel.findChildren(QToolButton)
        return next((b for b in buttons if b.accessibleName() == name and b.isVisible()), None)

    qtbot.waitUntil(lambda: cancel() is not None, timeout=5000)
    qtbot.waitUntil(lambda: "0 of 9" in opened.statusBar().currentMessage(), timeout=3000)
    qtbot.mouseClick(cancel(), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "was cancelled" in opened.statusBar().currentMessage(), timeout=3000)
    assert opened.session.opened.index == before
    assert not work.features.looked
    work.features.gate.set()
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: opened.session.opened.index in range(2, 9), timeout=3000)


def test_other_jobs_come_between_while_n_looks(qtbot, opened, work, monkeypatch):
    segment, looked_before = work.segment, []

    def noted(request, job):
        looked_before.append(len(work.features.looked))
        return segment(request, job)

    monkeypatch.setattr(work, "segment", noted)
    work.features.gate.clear()
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_N)
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(opened.learning.suggestions._make_room.is_set, timeout=3000)
    work.features.gate.set()
    qtbot.waitUntil(lambda: "best to label next" in opened.statusBar().currentMessage())
    assert looked_before == [1]
    qtbot.waitUntil(lambda: len(work.features.looked) == 30, timeout=3000)
    assert len(set(work.features.looked)) == 30


def test_n_says_what_it_found_and_why(qtbot, opened, work):
    key = LabelKey("me", "inline", 29)
    opened.session.labels.paint(key, 0, 0, np.ones((4, 4), dtype=np.uint8), title="Brush")
    message = opened.statusBar().currentMessage
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: "best to label next" in message(), timeout=3000)
    index = opened.session.opened.index
    item = opened.pane.strip.suggestions[index]
    assert message() == (
        f"Inline {100 + 2 * index} is the best to label next: {29 - index} slices from the nearest"
        f" labels, the model {item.uncertainty:.0%} as unsure as anywhere."
    )
    qtbot.waitUntil(lambda: len(work.features.looked) == 30, timeout=3000)
    assert len(set(work.features.looked)) == 30
    for index in range(30):
        key = LabelKey("me", "inline", index)
        opened.session.labels.paint(key, 0, 0, np.ones((4, 4), dtype=np.uint8), title="Brush")
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_N)
    assert message() == "No slice is left to label: all are labelled or without data."


def test_n_while_the_strip_is_made_goes_on_with_what_it_has(qtbot, opened, work):
    work.features.gate.clear()
    opened._actions.actions["suggest"].trigger()
    before = opened.session.opened.index
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_N)
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_N)
    work.features.gate.set()
    qtbot.waitUntil(lambda: opened.session.opened.index != before, timeout=3000)
    qtbot.waitUntil(lambda: len(work.features.looked) == 30, timeout=3000)
    assert len(set(work.features.looked)) == 30


def test_a_click_on_the_strip_goes_there(qtbot, opened):
    opened._actions.actions["suggest"].trigger()
    strip = opened.pane.strip
    qtbot.waitUntil(lambda: strip.isVisible() and strip.width() > 50, timeout=3000)
    assert [strip.index_at(strip.x_of(i)) for i in (0, 11, 29)] == [0, 11, 29]
    place = strip.rect().center()
    place.setX(round(strip.x_of(11)))
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place)
    assert opened.session.opened.index == 11


def test_another_direction_is_looked_at_anew(qtbot, opened, work):
    opened._actions.actions["suggest"].trigger()
    qtbot.waitUntil(lambda: len(work.features.looked) == 30, timeout=3000)
    opened._actions.actions["crossline"].trigger()
    qtbot.waitUntil(lambda: len(work.features.looked) == 70, timeout=3000)
    assert {d for d, _ in work.features.looked[30:]} == {"crossline"}
    assert len(opened.pane.strip.suggestions) == 40


def test_the_strip_says_what_high_and_low_mean(qtbot, opened):
    strip = opened.pane.strip
    assert strip.caption.isHidden()
    opened._actions.actions["suggest"].trigger()
    qtbot.waitUntil(strip.caption.isVisible, timeout=3000)
    assert all(word in strip.caption.text() for word in ("High", "low", "N"))
    assert "model is unsure" in strip.caption.toolTip()
    opened._actions.actions["suggest"].trigger()
    assert strip.caption.isHidden()


def test_along_an_arbitrary_line_nothing_is_suggested(qtbot, opened, work):
    opened._actions.actions["suggest"].trigger()
    strip = opened.pane.strip
    qtbot.waitUntil(lambda: len(work.features.looked) == 30, timeout=3000)
    line = ArbitraryLine(((100.0, 300.0), (158.0, 339.0)))
    opened._model.set_lines((line, line))
    opened._model.set_direction("arbitrary")
    assert strip.isHidden()
    assert strip.caption.isHidden()
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_N)
    assert "nothing is suggested" in opened.statusBar().currentMessage()
    assert opened.session.opened.direction == "arbitrary"
    opened._model.set_direction("inline")
    qtbot.waitUntil(strip.isVisible, timeout=3000)
    assert len(strip.suggestions) == 30
    qtbot.waitUntil(lambda: len(work.features.looked) == 60, timeout=3000)
    assert {direction for direction, _ in work.features.looked} == {"inline"}
