"""Painting with the mouse on the section."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from app.workers.segmenting import make_prediction
from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, PROBABLE, UNLABELLED
from engine.core.painting import brush_radii, polyline
from engine.core.probabilities import ClassProbabilities
from engine.session.edits import LabelKey
from tests.app.fakes import CLASSES
from tests.app.mouse import LEFT, click, move, pixel_of, stroke

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def px_per_sample(view):
    section = view.shown.section
    width, height = view.view_box.viewPixelSize()
    return abs(section.cols.step) / width, abs(section.rows.step) / height


def test_a_stroke_paints_what_the_brush_passed_and_is_one_step_of_undo(qtbot, desk):
    desk.use("brush", brush=5.0)
    places = [(10, 20), (14, 30), (25, 31)]
    stroke(qtbot, desk.view, places)
    shape = desk.view.shown.section.data.shape
    stamp = polyline(places, brush_radii(5.0, *px_per_sample(desk.view)), shape)
    expected = np.zeros(shape, dtype=bool)
    expected[stamp.rows, stamp.cols] = stamp.inside
    # The mouse stands on whole pixels, so that a sample at the rim may differ.
    assert np.count_nonzero((desk.classes == 1) != expected) <= 0.03 * expected.sum() + 4
    assert set(np.unique(desk.classes)) == {1, UNLABELLED}
    assert (desk.certainty[desk.classes == 1] == CERTAIN).all()
    assert desk.document.undo_text == "Brush"
    desk.assert_drawn()
    desk.document.undo()
    assert (desk.classes == UNLABELLED).all()
    desk.assert_drawn()


def test_a_stroke_shows_before_it_ends_and_escape_takes_it_back(qtbot, desk):
    desk.use("brush", brush=5.0)
    view = desk.view
    start, end = pixel_of(view, 10, 20), pixel_of(view, 20, 20)
    qtbot.mousePress(view.viewport(), LEFT, pos=start)
    move(view, end, LEFT)
    code = view.labels.codes[20, 15]
    assert QColor.fromRgba(view.labels._table[code]).name() == "#ff2d2d"
    assert (desk.classes == UNLABELLED).all()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    assert (desk.classes == UNLABELLED).all()
    desk.assert_drawn()
    assert desk.window.session.tool == "brush"
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert desk.window.session.tool == ""


def test_shift_leaves_out_and_the_eraser_takes_away(qtbot, desk):
    desk.use("brush", brush=7.0)
    click(qtbot, desk.view, 10, 20)
    click(qtbot, desk.view, 20, 20, SHIFT)
    assert desk.classes[20, 10] == 1
    assert desk.classes[20, 20] == LEFT_OUT
    desk.assert_drawn()
    desk.use("eraser")
    stroke(qtbot, desk.view, [(5, 20), (25, 20)])
    assert desk.classes[20, 10] == desk.classes[20, 20] == UNLABELLED
    assert desk.document.undo_text == "Eraser"
    desk.assert_drawn()


def test_class_and_certainty_are_those_chosen(qtbot, desk):
    desk.use("brush", brush=4.0)
    desk.model.set_class(2)
    desk.model.set_certainty(POSSIBLE)
    click(qtbot, desk.view, 10, 20)
    desk.model.set_certainty(PROBABLE)
    click(qtbot, desk.view, 20, 20)
    assert desk.classes[20, 10] == desk.classes[20, 20] == 2
    assert (desk.certainty[20, 10], desk.certainty[20, 20]) == (POSSIBLE, PROBABLE)
    paler, darker = (QColor.fromRgba(desk.view.labels.color_at(20, col)) for col in (10, 20))
    assert paler.name() == darker.name() == "#2d9bff"
    assert paler.alpha() < darker.alpha()


def test_locked_classes_stay_and_are_not_painted_even_before_the_stroke_ends(qtbot, desk):
    desk.use("brush", brush=9.0)
    click(qtbot, desk.view, 10, 20)
    desk.document.set_scheme(desk.document.scheme.with_lock(1, locked=True))
    desk.model.set_class(2)
    view = desk.view
    qtbot.mousePress(view.viewport(), LEFT, pos=pixel_of(view, 11, 20))
    assert QColor.fromRgba(view.labels.color_at(20, 10)).name() == "#ff2d2d"
    qtbot.mouseRelease(view.viewport(), LEFT, pos=pixel_of(view, 11, 20))
    assert desk.classes[20, 10] == 1
    desk.assert_drawn()


def test_another_slice_in_the_middle_of_a_stroke_loses_nothing(qtbot, desk):
    desk.use("brush", brush=5.0)
    view, key = desk.view, desk.key
    qtbot.mousePress(view.viewport(), LEFT, pos=pixel_of(view, 10, 20))
    desk.model.step(1)
    qtbot.waitUntil(lambda: view.shown.request.index == key.index + 1, timeout=3000)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=pixel_of(view, 20, 20))
    assert desk.document.plane(key)[0][20, 10] == 1
    assert (desk.classes == UNLABELLED).all()
    desk.assert_drawn()


def test_alt_and_a_drag_change_the_size_and_the_ring_follows(qtbot, desk):
    desk.use("brush", brush=10.0)
    view = desk.view
    start = pixel_of(view, 10, 20)
    move(view, start)
    before = desk.box.tool.ring.ring.width()
    stroke_end = start + QPoint(40, 0)
    qtbot.mousePress(view.viewport(), LEFT, ALT, pos=start)
    move(view, stroke_end, LEFT, ALT)
    qtbot.mouseRelease(view.viewport(), LEFT, ALT, pos=stroke_end)
    assert desk.window.session.tools.brush > 10
    assert desk.box.tool.ring.ring.width() > before
    assert (desk.classes == UNLABELLED).all()


def test_the_ring_is_round_on_the_screen_and_white_where_shift_is_held(qtbot, desk):
    desk.use("brush", brush=20.0)
    view = desk.view
    move(view, pixel_of(view, 10, 20))
    ring = desk.box.tool.ring
    across, down = px_per_sample(view)
    assert ring.ring.width() * across == pytest.approx(ring.ring.height() * down, rel=1e-6)
    assert ring._color.name() == "#ff2d2d"
    qtbot.keyPress(view, Qt.Key.Key_Shift, SHIFT)
    assert ring._color.name() != "#ff2d2d"
    desk.model.set_tool("")
    assert not ring.isVisible()


def test_the_brush_paints_what_the_model_says(qtbot, desk):
    shown, session = desk.view.shown, desk.window.session
    probability = np.zeros((2, *shown.section.data.shape), dtype=np.float32)
    probability[1, :, :20] = 1
    probability[0] = 1 - probability[1]
    desk.document.adopt_scheme(type(desk.document.scheme)(CLASSES))
    section = shown.section
    probabilities = ClassProbabilities(probability, section.rows, section.cols)
    desk.model.add_prediction(
        make_prediction(session.key(), CLASSES, probabilities, elapsed_s=0.1, device="cpu")
    )
    desk.use("accept", brush=8.0)
    stroke(qtbot, desk.view, [(12, 25), (28, 25)])
    assert desk.classes[25, 14] == 1
    assert desk.classes[25, 26] == 0
    assert desk.classes[5, 5] == UNLABELLED
    desk.assert_drawn()


def test_accepting_without_a_prediction_changes_nothing(qtbot, desk):
    desk.use("accept")
    stroke(qtbot, desk.view, [(12, 25), (28, 25)])
    assert desk.document.undo_text == ""


def test_painting_in_another_section_goes_into_its_own_labels(qtbot, desk):
    desk.model.set_views(2)
    first, second = desk.window.pane.views[:2]
    qtbot.waitUntil(lambda: second.shown is not None, timeout=3000)
    desk.use("brush", brush=5.0)
    stroke(qtbot, second, [(10, 20), (15, 20)])
    request = second.shown.request
    assert request.direction != first.shown.request.direction
    author = desk.window.session.author
    other = LabelKey(author, request.direction, request.index)
    assert desk.document.keys() == (other,)
    assert desk.document.plane(other)[0][20, 12] == 1


@pytest.mark.parametrize("tool", ["brush", "eraser", "polygon", "fill", "threshold", "pick"])
def test_a_project_that_is_read_only_is_not_painted_and_that_is_told(qtbot, desk, tool):
    desk.document.read_only = True
    desk.use(tool)
    assert desk.window.statusBar().currentMessage() == ""
    stroke(qtbot, desk.view, [(10, 20), (15, 20), (15, 30)])
    told = desk.window.statusBar().currentMessage()
    assert told == "The project is open for reading only."
    assert not desk.picks
    desk.assert_drawn()
    assert (desk.classes == UNLABELLED).all()
