"""Exporting a figure by the menu, from real slices on the screen."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QMessageBox, QPushButton, QSpinBox

from app.dialogs.figure_dialog import FigureDialog
from app.views.overlay_item import PROBABILITY, share_table
from app.widgets.path_edit import PathEdit
from engine.session.edits import LabelKey


def dialog_of(qtbot, window):
    window._actions.actions["figure"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(FigureDialog)), timeout=3000)
    return window.findChildren(FigureDialog)[-1]


def write(qtbot, dialog, path, **numbers):
    dialog.findChild(PathEdit).findChild(QLineEdit).setText(str(path))
    boxes = {box.accessibleName(): box for box in dialog.findChildren(QSpinBox)}
    for name, value in ({"Width": 80, "Height": 70, "Resolution": 80} | numbers).items():
        boxes[name].setValue(value)
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Write")
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_what_is_on_the_screen_is_written(qtbot, opened, tmp_path, suffix):
    path = tmp_path / f"figure.{suffix}"
    told = []
    opened.figures.told.connect(told.append)
    write(qtbot, dialog_of(qtbot, opened), path)
    qtbot.waitUntil(lambda: bool(told), timeout=20000)
    assert path.stat().st_size > 5000
    assert str(path) in told[0]


def test_only_the_visible_part_is_drawn_unless_the_whole_is_wanted(qtbot, opened):
    opened.pane.view.view_box.setRange(xRange=(304.6, 312.4), yRange=(19, 101), padding=0)
    source = opened.figures._picture("t", (False, False), whole=False)
    seen = source.fields(whole=False)["section"]
    assert (seen.cols.first, seen.cols.size) == (305, 8)
    assert (seen.rows.first, seen.rows.size) == (20, 21)
    shown = opened.pane.view.shown.section
    assert np.array_equal(seen.data, shown.data[5:26, 5:13])
    assert source.fields(whole=True)["section"] is shown


def test_the_classes_of_two_models_are_drawn_on_their_sides_of_the_line(qtbot, opened, work):
    opened._predictions.segment()
    view, model = opened.pane.view, opened._model
    qtbot.waitUntil(lambda: view.shown_prediction is not None, timeout=3000)
    other = next(info for info in work.models if info != opened.session.model)
    model.set_compared(other)
    model.set_overlay(swipe=True)
    qtbot.waitUntil(lambda: view.overlay.swiping, timeout=3000)
    content = view.overlay.content
    # The fake models say the same: what the second says is turned over.
    content.compared.mask[:] = 1 - content.prediction.mask
    cols = view.shown.section.cols
    view.overlay.line.setValue(cols.value(9.6))
    fields = opened.figures._picture("t", (True, False), whole=True).fields(whole=True)
    assert np.array_equal(fields["mask"][:, :10], content.prediction.mask[:, :10])
    assert np.array_equal(fields["mask"][:, 10:], content.compared.mask[:, 10:])
    assert fields["swipe"] == cols.value(9.5)
    said = f"left {opened.session.model.name}, right {other.name}"
    assert fields["title"].splitlines()[-1] == said
    without = opened.figures._picture("t", (False, False), whole=True).fields(whole=True)
    assert (without["title"], without["swipe"]) == ("t", None)


def test_the_classes_on_the_screen_are_drawn_when_wanted(qtbot, opened):
    opened._predictions.segment()
    qtbot.waitUntil(lambda: opened.pane.view.shown_prediction is not None, timeout=3000)
    with_classes = opened.figures._picture("t", (True, False), whole=True).fields(whole=True)
    assert np.array_equal(with_classes["mask"], opened.pane.view.shown_prediction.mask)
    assert with_classes["classes"].names == ("no fault", "fault")
    assert opened.figures._picture("t", (False, False), whole=False).mask is None


def test_the_view_of_a_model_on_the_screen_is_drawn_instead_of_classes(qtbot, opened, tmp_path):
    opened._predictions.segment()
    view, model = opened.pane.view, opened._model
    qtbot.waitUntil(lambda: view.shown_prediction is not None, timeout=3000)
    model.set_overlay(kind="probability", class_id=1)
    view.view_box.setRange(xRange=(304.6, 312.4), yRange=(19, 101), padding=0)
    dialog = dialog_of(qtbot, opened)
    assert dialog.with_classes
    assert "Draw: Probability of fault" in [b.text() for b in dialog.findChildren(QCheckBox)]
    source = opened.figures._picture("t", (True, False), whole=False)
    fields = source.fields(whole=False)
    assert fields["mask"] is None
    shades = fields["shades"]
    assert shades.title == "Probability of fault"
    shares = view.shown_prediction.shares[1][5:26, 5:13]
    expected = share_table(PROBABILITY)[shares]
    assert np.array_equal(shades.colors, expected)
    told = []
    opened.figures.told.connect(told.append)
    write(qtbot, dialog, tmp_path / "probability.png")
    qtbot.waitUntil(lambda: bool(told), timeout=20000)
    model.set_overlay(kind="difference")  # from no other model: nothing is drawn
    assert opened.figures._picture("t", (True, False), whole=True).shades is None
    model.set_overlay(kind="classes")
    assert opened.figures._picture("t", (True, False), whole=True).shades is None


def test_labels_are_drawn_when_they_are_seen(qtbot, opened):
    dialog = dialog_of(qtbot, opened)
    assert not dialog.with_labels
    dialog.reject()
    labels, opens = opened.session.labels, opened.session.opened
    key = LabelKey(opened.session.author, "inline", opens.index)
    labels.paint(key, 5, 5, np.ones((20, 9), np.uint8), 2, title="Brush")
    opened.pane.view.view_box.setRange(xRange=(304.6, 312.4), yRange=(19, 101), padding=0)
    dialog = dialog_of(qtbot, opened)
    assert dialog.with_labels
    dialog.reject()
    source = opened.figures._picture("t", (False, True), whole=False)
    classes, certainty = labels.plane(key)
    seen = source.fields(whole=False)["labels"]
    assert np.array_equal(seen.ids, classes[5:26, 5:13])
    assert np.array_equal(seen.certainty, certainty[5:26, 5:13])
    assert np.array_equal(source.fields(whole=True)["labels"].ids, classes)
    opened._model.set_label_look(visible=False)
    assert opened.figures._picture("t", (False, True), whole=True).labels is None


def test_a_file_that_is_there_is_replaced_only_after_asking(qtbot, opened, tmp_path):
    path = tmp_path / "figure.png"
    path.write_text("before")
    write(qtbot, dialog_of(qtbot, opened), path)
    qtbot.waitUntil(lambda: bool(opened.findChildren(QMessageBox)), timeout=3000)
    (box,) = opened.findChildren(QMessageBox)
    assert "exists. Replace it?" in box.text()
    assert path.read_text() == "before"
    replace = next(b for b in box.buttons() if b.text() == "Replace")
    told = []
    opened.figures.told.connect(told.append)
    qtbot.mouseClick(replace, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(told), timeout=20000)
    with Image.open(path) as image:
        assert image.format == "PNG"


def test_the_dialog_refuses_other_kinds_of_files(qtbot, opened):
    dialog = dialog_of(qtbot, opened)
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Write")
    for text in ("/survey/figure.jpg", "figure.png", ""):
        dialog.findChild(PathEdit).findChild(QLineEdit).setText(text)
        assert not button.isEnabled()
    part = next(b for b in dialog.findChildren(QComboBox) if b.accessibleName() == "Part")
    assert part.count() == 2
    dialog.close()


def test_a_figure_that_cannot_be_written_is_explained(qtbot, opened, tmp_path):
    write(qtbot, dialog_of(qtbot, opened), tmp_path / "missing" / "figure.png")
    qtbot.waitUntil(lambda: bool(opened.findChildren(QMessageBox)), timeout=20000)
    (box,) = opened.findChildren(QMessageBox)
    assert "cannot be written" in box.text()
    box.close()
