"""Labels over the section."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from app.views.label_colors import DISAGREEMENT, NOTHING, LabelColors
from engine.core.axes import Axis
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, PROBABLE, UNLABELLED
from engine.core.painting import Stamp
from engine.session.edits import LabelKey
from engine.session.label_scheme import LabelScheme
from engine.session.labelling import LabelLook
from tests.app.fakes import FakeVolume

THREE = ClassScheme(tuple(SegmentationClass(f"c{n}", f"#{n + 1}01020") for n in range(3)))


def classes_of(n):
    return ClassScheme(tuple(SegmentationClass(f"c{i}", f"#{i:06x}") for i in range(n)))


def color_at(view, row, col):
    return QColor.fromRgba(view.labels.color_at(row, col))


@pytest.fixture
def labelled(opened):
    document = opened.session.labels
    document.adopt_scheme(LabelScheme(THREE))
    key = opened.pane.frame.labels.key
    document.paint(key, 5, 6, np.full((4, 8), 1, dtype=np.uint8), title="Test")
    return opened


def test_labels_are_drawn_where_their_samples_are(labelled):
    view = labelled.pane.view
    assert color_at(view, 5, 6).name() == color_at(view, 8, 13).name() == "#201020"
    assert color_at(view, 4, 6).alpha() == color_at(view, 9, 6).alpha() == 0
    scene = view.labels.mapToScene(6.0, 5.0)
    point = view.view_box.mapSceneToView(scene)
    section = view.shown.section
    assert point.x() == pytest.approx(section.cols.value(6))
    assert point.y() == pytest.approx(section.rows.value(5))


def test_the_pixels_of_the_window_have_the_colour(labelled, qtbot):
    view = labelled.pane.view
    labelled._model.set_label_look(opacity=1.0)
    qtbot.wait(50)
    scene = view.labels.mapToScene(10.0, 6.5)
    pixel = view.mapFromScene(scene)
    image = view.viewport().grab().toImage()
    assert image.pixelColor(pixel).name() == "#201020"


def test_opacity_hidden_classes_and_the_switch_change_the_colours_only(labelled):
    view, model = labelled.pane.view, labelled._model
    model.set_label_look(opacity=0.3)
    assert color_at(view, 5, 6).alpha() == round(255 * 0.3)
    model.set_label_look(hidden=frozenset({1}))
    assert color_at(view, 5, 6).alpha() == 0
    model.set_label_look(visible=False)
    assert not view.labels.isVisible()
    model.set_label_look(visible=True, hidden=frozenset())
    assert view.labels.isVisible()


def test_other_slices_have_their_own_labels_and_undo_is_seen(labelled, qtbot):
    view, model = labelled.pane.view, labelled._model
    model.step(1)
    qtbot.waitUntil(lambda: view.shown.request.index == 16, timeout=3000)
    assert (view.labels.codes == NOTHING).all()
    model.step(-1)
    qtbot.waitUntil(lambda: view.shown.request.index == 15, timeout=3000)
    assert color_at(view, 5, 6).alpha() > 0
    labelled.session.labels.undo()
    assert (view.labels.codes == NOTHING).all()


def test_another_name_or_colour_of_a_class_is_drawn(labelled):
    document = labelled.session.labels
    document.set_scheme(document.scheme.with_changed(1, SegmentationClass("c1", "#00ff00")))
    assert color_at(labelled.pane.view, 5, 6).name() == "#00ff00"


def test_labels_of_others_are_paler_and_lie_where_one_has_none(labelled):
    document, view = labelled.session.labels, labelled.pane.view
    mine = labelled.pane.frame.labels.key
    theirs = LabelKey("somebody else", mine.direction, mine.index)
    document.paint(theirs, 5, 0, np.full((4, 10), 2, dtype=np.uint8), title="Test")
    assert color_at(view, 5, 2).alpha() == 0
    labelled._model.set_label_look(others=True)
    assert color_at(view, 5, 2).name() == "#301020"
    assert color_at(view, 5, 2).alpha() < color_at(view, 5, 6).alpha()
    assert color_at(view, 5, 6).name() == "#201020"


def test_disagreement_is_marked_and_follows_changes(labelled):
    document, view = labelled.session.labels, labelled.pane.view
    mine = labelled.pane.frame.labels.key
    theirs = LabelKey("somebody else", mine.direction, mine.index)
    document.paint(theirs, 5, 8, np.full((1, 20), 2, dtype=np.uint8), title="Test")
    labelled._model.set_label_look(disagreement=True)
    expected = np.zeros(view.labels.codes.shape, dtype=bool)
    expected[5, 8:14] = True
    assert np.array_equal(view.labels.codes == DISAGREEMENT, expected)
    document.undo()
    assert not (view.labels.codes == DISAGREEMENT).any()


def test_another_author_labels_apart(labelled):
    view = labelled.pane.view
    labelled._model.set_author("second")
    assert labelled.pane.frame.labels.key.author == "second"
    assert (view.labels.codes == NOTHING).all()


def test_without_a_volume_nothing_is_drawn_or_painted(labelled):
    layer = labelled.pane.frame.labels
    labelled._model.close_volume()
    assert layer.key is None
    assert layer.shape is None
    layer.begin("x")
    layer.end()
    assert not labelled.pane.view.labels.isVisible()


def test_left_out_is_striped_on_beyond_rectangles():
    colors = LabelColors(THREE)
    labels = np.full((24, 24), LEFT_OUT, dtype=np.uint8)
    sure = np.full((24, 24), CERTAIN, dtype=np.uint8)
    whole = colors.codes(labels, sure)
    assert len(np.unique(whole)) == 2
    part = colors.codes(labels[5:15, 7:20], sure[5:15, 7:20], 5, 7)
    assert np.array_equal(part, whole[5:15, 7:20])
    table = colors.table(LabelLook())
    assert len({table[code] for code in np.unique(whole)}) == 2


@pytest.mark.parametrize("n_classes", [2, 84, 85, 252])
def test_every_class_keeps_its_colour_however_many_there_are(n_classes):
    colors = LabelColors(classes_of(n_classes))
    table = colors.table(LabelLook(opacity=1.0))
    ids = np.arange(n_classes, dtype=np.uint8)[np.newaxis]
    for sure in (CERTAIN, PROBABLE, POSSIBLE):
        codes = colors.codes(ids, np.full_like(ids, sure))
        names = [QColor.fromRgb(table[code]).name() for code in codes[0]]
        assert names == [item.color for item in classes_of(n_classes).classes]
    blank = np.full((1, 3), UNLABELLED, dtype=np.uint8)
    assert (colors.codes(blank, np.zeros_like(blank)) == NOTHING).all()
    assert table[NOTHING] == 0


def test_labels_of_the_background_are_a_third_as_opaque_as_the_others():
    plain = SegmentationClass("crater", "#ff8c1a")
    ground = SegmentationClass("surface", "#000000", background=True)
    colors = LabelColors(ClassScheme((ground, plain)))
    ids, sure = np.array([[0, 1]], dtype=np.uint8), np.full((1, 2), CERTAIN, dtype=np.uint8)
    table = colors.table(LabelLook(opacity=0.6))
    faint, full = (QColor.fromRgba(table[code]).alphaF() for code in colors.codes(ids, sure)[0])
    assert faint == pytest.approx(full / 3, abs=0.01)


class WideVolume(FakeVolume):
    """Sections of 600 x 530 samples, more than one block of labels either way."""

    def __init__(self):
        super().__init__()
        self.axes = (
            Axis("inline", "1", 1.0, 1.0, 3),
            Axis("crossline", "1", 1.0, 1.0, 530),
            Axis("twt", "ms", 0.0, 4.0, 600),
        )
        self.survey = None
        self.data = np.zeros((3, 530, 600), dtype=np.float32)


def test_labels_in_any_block_are_drawn_and_taken_away(qtbot, window):
    model, view, volume = window._model, window.pane.view, WideVolume()
    model.open_volume(volume, volume.statistics())
    document = window.session.labels
    document.adopt_scheme(LabelScheme(THREE))
    key = LabelKey(window.session.author, "inline", 0)
    rng = np.random.default_rng(5)
    classes = np.where(rng.random((600, 530)) < 0.5, 1, UNLABELLED).astype(np.uint8)
    classes[256:512, 256:512] = UNLABELLED
    document.paint(key, 0, 0, classes, title="Test")
    model.set_index(0)
    qtbot.waitUntil(lambda: view.shown is not None and view.shown.request.index == 0, timeout=3000)
    assert np.array_equal(view.labels.codes != NOTHING, classes == 1)
    model.set_index(2)
    qtbot.waitUntil(lambda: view.shown.request.index == 2, timeout=3000)
    assert (view.labels.codes == NOTHING).all()


def test_painting_on_a_section_without_labels_goes_on_from_what_is_there(labelled, qtbot):
    model, layer = labelled._model, labelled.pane.frame.labels
    model.step(1)
    qtbot.waitUntil(lambda: labelled.pane.view.shown.request.index == 16, timeout=3000)
    assert layer.shape == labelled.pane.view.shown.section.data.shape
    labelled.session.labels.paint(layer.key, 1, 1, np.ones((2, 2), dtype=np.uint8), title="Other")
    layer.begin("Stroke")
    layer.paint(Stamp(3, 3, np.ones((2, 2), dtype=bool)), 2, CERTAIN)
    layer.end()
    expected = np.full(layer.shape, UNLABELLED)
    expected[1:3, 1:3], expected[3:5, 3:5] = 1, 2
    assert np.array_equal(labelled.session.labels.plane(layer.key)[0], expected)
    assert np.array_equal(layer.classes, expected)
    assert np.array_equal(labelled.pane.view.labels.codes != NOTHING, expected != UNLABELLED)
