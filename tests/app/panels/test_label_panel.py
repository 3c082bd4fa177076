"""The panel one labels with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QLineEdit, QToolButton

from app.panels.class_table import ALL, HERE, KEY, LOCKED, NAME, SHOWN
from app.panels.label_counts import LabelCounts, short_number
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import CERTAIN, PROBABLE
from engine.session.edits import LabelKey
from engine.session.label_scheme import LabelScheme

THREE = ClassScheme(tuple(SegmentationClass(f"c{n}", f"#{n + 1}01020") for n in range(3)))
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@pytest.fixture
def panel(opened):
    opened.session.labels.adopt_scheme(LabelScheme(THREE))
    opened._docks._right[2].raise_()
    return opened._docks.label_panel


def row(panel, number):
    return panel.classes.topLevelItem(number)


def test_rows_have_names_keys_and_counts(qtbot, opened, panel):
    document, author = opened.session.labels, opened.session.author
    for index, size in ((15, 30), (16, 40)):
        classes = np.full((size, size), 1, dtype=np.uint8)
        document.paint(LabelKey(author, "inline", index), 0, 0, classes, title="Test")
    other = LabelKey("somebody else", "inline", 15)
    document.paint(other, 0, 0, np.ones((9, 9), dtype=np.uint8), title="Test")
    assert [row(panel, n).text(NAME) for n in range(3)] == ["c0", "c1", "c2"]
    assert [row(panel, n).text(KEY) for n in range(3)] == ["0", "1", "2"]
    qtbot.waitUntil(lambda: row(panel, 1).text(HERE) == "900", timeout=3000)
    assert row(panel, 1).text(ALL) == "2.5k"
    assert row(panel, 1).toolTip(ALL) == "2 500"
    opened._model.step(1)
    qtbot.waitUntil(lambda: row(panel, 1).text(HERE) == "1.6k", timeout=3000)
    document.undo()
    document.undo()
    qtbot.waitUntil(lambda: row(panel, 1).text(HERE) == "0", timeout=3000)


def test_a_click_chooses_the_class_and_a_key_the_row(qtbot, opened, panel):
    panel.classes.setCurrentItem(row(panel, 2))
    assert opened.session.class_id == 2
    opened._actions.actions["class_0"].trigger()
    assert panel.classes.currentItem() is row(panel, 0)


def test_boxes_show_and_lock_and_a_lock_can_be_undone(qtbot, opened, panel):
    row(panel, 1).setCheckState(SHOWN, UNCHECKED)
    qtbot.waitUntil(lambda: opened.session.label_look.hidden == {1}, timeout=3000)
    row(panel, 1).setCheckState(LOCKED, CHECKED)
    qtbot.waitUntil(lambda: opened.session.labels.scheme.locked == {1}, timeout=3000)
    opened.session.labels.undo()
    assert row(panel, 1).checkState(LOCKED) is UNCHECKED
    assert row(panel, 1).checkState(SHOWN) is UNCHECKED


def test_a_name_is_typed_in_place_and_a_double_one_refused(qtbot, opened, panel):
    document = opened.session.labels
    panel.classes.edit_name(1)
    editor = panel.classes.findChild(QLineEdit)
    qtbot.keyClicks(editor, "Salt")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: document.scheme.names[1] == "Salt", timeout=3000)
    errors = []
    panel.failed.disconnect()
    panel.failed.connect(errors.append)
    row(panel, 2).setText(NAME, "Salt")
    qtbot.waitUntil(lambda: len(errors) == 1, timeout=3000)
    assert document.scheme.names == ("c0", "Salt", "c2")
    assert row(panel, 2).text(NAME) == "c2"


def test_a_colour_is_chosen_in_the_dialog(qtbot, opened, panel):
    panel.classes.choose_color(1)
    dialog = panel.classes.findChild(QColorDialog)
    dialog.setCurrentColor(QColor("#00ff7f"))
    dialog.accept()
    assert opened.session.labels.scheme.classes.classes[1].color == "#00ff7f"


def test_classes_are_added_and_removed_with_their_labels(qtbot, opened, panel):
    document = opened.session.labels
    panel.add_class()
    assert document.scheme.names == ("c0", "c1", "c2", "Class 3")
    assert opened.session.class_id == 3
    assert document.scheme.classes.classes[3].color not in {c.color for c in THREE.classes}
    opened._model.set_class(1)
    panel.remove_class()
    qtbot.waitUntil(lambda: document.scheme.names == ("c0", "c2", "Class 3"), timeout=3000)
    document.undo()
    assert document.scheme.names == ("c0", "c1", "c2", "Class 3")


def test_the_options_are_those_of_the_tool(opened, panel):
    options, model = panel.options, opened._model
    model.set_tool("fill")
    assert options._tolerance.isVisibleTo(panel)
    assert not options._brush.isVisibleTo(panel)
    options._tolerance.setValue(40)
    assert opened.session.tools.tolerance == 0.4
    model.set_tool("brush")
    assert options._brush.isVisibleTo(panel)
    assert not options._tolerance.isVisibleTo(panel)
    options._brush.setValue(options._brush.maximum())
    assert opened.session.tools.brush == 400
    model.set_tool("pick")
    options._kind.setCurrentIndex(1)
    assert opened.session.tools.pick_kind == "polyline"
    model.set_tool("threshold")
    options._low.setValue(10)
    options._high.setValue(-5)
    assert opened.session.tools.threshold[0] <= opened.session.tools.threshold[1]


def test_each_tool_has_a_button_with_a_picture_that_follows_the_session(opened, panel):
    buttons = {
        button.defaultAction().objectName(): button
        for button in panel.findChildren(QToolButton)
        if button.defaultAction() is not None
    }
    buttons["brush"].click()
    assert opened.session.tool == "brush"
    assert not buttons["brush"].icon().isNull()
    assert "(B)" in buttons["brush"].toolTip()
    opened._model.set_tool("pick")
    assert buttons["pick"].isChecked()
    assert not buttons["brush"].isChecked()
    assert buttons["paint_picks"].isVisibleTo(panel)
    assert not buttons["threshold_visible"].isVisibleTo(panel)


def test_a_click_on_the_button_of_the_tool_in_use_switches_it_off(qtbot, opened, panel):
    brush = next(b for b in panel.findChildren(QToolButton) if b.accessibleName() == "Brush")
    for tool in ("brush", "", "brush"):
        qtbot.mouseClick(brush, Qt.MouseButton.LeftButton)
        assert opened.session.tool == tool
        assert brush.isChecked() is bool(tool)


def test_what_looks_alike_is_selected_from_a_button_too(qtbot, opened, panel):
    similar = next(b for b in panel.findChildren(QToolButton) if b.accessibleName() == "Similar")
    assert similar.isVisible()
    assert similar.width() <= panel.width() - similar.x()
    assert not similar.icon().isNull()
    assert "Similar (W)" in similar.toolTip()
    assert "Enter paints" in similar.toolTip()
    qtbot.mouseClick(similar, Qt.MouseButton.LeftButton)
    assert opened.session.tool == "similar"
    assert opened.tool_boxes[0].tool.bar.isVisible()
    assert panel.options._labelled.isVisible()
    assert not panel.options._smoothing.isVisible()
    qtbot.mouseClick(similar, Qt.MouseButton.LeftButton)
    assert opened.session.tool == ""


def test_certainty_opacity_and_author_are_chosen_here(qtbot, opened, panel):
    panel._certainty.setCurrentIndex(1)
    assert opened.session.certainty == PROBABLE
    panel._opacity.setValue(30)
    assert opened.session.label_look.opacity == 0.3
    panel._author.setText("  ada ")
    panel._author.editingFinished.emit()
    assert opened.session.author == "ada"
    panel._author.setText("")
    panel._author.editingFinished.emit()
    assert opened.session.author == panel._author.text() == "ada"


def test_doubt_is_seen_beside_the_tools_and_ends_when_other_data_are_opened(qtbot, opened, panel):
    def ground():
        box = panel._certainty
        image = box.grab().toImage()
        return image.pixelColor(image.width() // 2, image.height() // 2)

    tools = next(b for b in panel.findChildren(QToolButton) if b.accessibleName() == "Brush")
    assert 0 < panel._certainty.y() - tools.geometry().bottom() < tools.height()
    certain = ground()
    for index in (1, 2):
        panel._certainty.setCurrentIndex(index)
        warning = ground()
        assert warning.saturation() > certain.saturation() + 60
    opened.files.open_path(Path("/survey/other.sgy"))
    qtbot.waitUntil(lambda: opened.session.opened.volume.path.stem == "other", timeout=3000)
    assert opened.session.certainty == CERTAIN
    assert panel._certainty.currentText() == "Certain"
    assert ground() == certain


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0"), (999, "999"), (12345, "12.3k"), (4_560_000, "4.56M"), (10**9, "1G")]
)
def test_counts_are_short(n, text):
    assert short_number(n) == text


def test_counting_many_slices_goes_on_by_and_by(opened, panel):
    document = opened.session.labels
    keys = [LabelKey("x", "inline", index) for index in range(12)]
    for key in keys:
        document.paint(key, 0, 0, np.full((5, 4), 2, dtype=np.uint8), title="Test")
    counts = LabelCounts(document)
    assert counts.of_all("x", within_s=0.0)[1] is False
    assert counts.of_all("y") == (pytest.approx(0), True)
    counts.of(keys[3])
    total, complete = counts.of_all("x", within_s=0.0)
    assert (total[2], complete) == (20, False)
    total, complete = counts.of_all("x")
    assert (total[2], total.sum(), complete) == (240, 240, True)


def test_an_arbitrary_line_has_no_labels_to_count(qtbot, opened, panel):
    document = opened.session.labels
    counts = LabelCounts(document).of(LabelKey(opened.session.author, "arbitrary", 0))
    assert counts.shape == (256,)
    assert not counts.any()
    assert LabelCounts(document).of_all(opened.session.author)[1]
