"""A split of labelled slices, drawn, in numbers and in words."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from app.dialogs.split_editor import SplitEditor
from app.workers.training_labels import CollectedLabels
from engine.core.axes import Axis
from engine.core.survey import Survey
from engine.data.sample_places import SamplePlaces
from engine.data.slice_ranges import SliceRanges
from engine.data.split_proposal import propose_ranges

_AXIS = Axis("inline", "1", 100.0, 2.0, 30)
_SURVEY = Survey((0.0, 0.0), (0.0, 12.5), (25.0, 0.0))
_NAMES = ("Rock", "Salt", "Channel")


def _labels(places, salt=None, channel=None, axis=_AXIS, extent=1):
    """Rock on all slices; salt and channels on all too, or on those that are named."""
    pixels = np.full((len(places), 3), 9, dtype=np.int64)
    for k, slices in ((1, salt), (2, channel)):
        if slices is not None:
            pixels[:, k] = [place in slices for place in places]
    samples = SamplePlaces(places, axis, pixels, extent)
    return CollectedLabels((), samples, propose_ranges(samples))


@pytest.fixture
def editor(qtbot):
    editor = SplitEditor()
    qtbot.addWidget(editor)
    editor.show_labels(_labels((2.0, 6.0, 10.0, 20.0, 25.0)), _NAMES, _SURVEY)
    editor.show()
    return editor


def _leak(editor):
    return editor.findChild(QLabel, "leakMeter").text()


def _advice(editor):
    return editor.findChild(QLabel, "classAdvice").text().splitlines()


def test_a_split_is_proposed_and_the_leak_meter_tells_its_distance(editor):
    assert editor.ranges == SliceRanges(((0, 22),), ((25, 29),))
    assert editor._counts.text() == "● 4 training slices   ◆ 1 validation slice"
    assert _leak(editor) == (
        "Leak meter: the validation slice lies 5 slices (125 m) from the nearest training slice."
    )
    assert _advice(editor) == []


def test_numbers_and_strip_are_the_same_split_in_line_numbers(editor):
    editor._first.setValue(134)
    editor._buffer.setValue(3)
    assert editor.strip.split == (17, 29, 3)
    assert editor.ranges.validation == ((17, 29),)
    editor.strip.show_split(20, 22, 1)
    editor.strip.changed.emit()
    assert (editor._first.value(), editor._last.value(), editor._buffer.value()) == (140, 144, 1)
    assert editor.ranges.training == ((0, 18), (24, 29))


def test_an_end_moved_past_the_other_takes_it_along(editor):
    editor._last.setValue(120)
    assert editor.strip.split[:2] == (10, 10)
    editor._first.setValue(140)
    assert editor.strip.split[:2] == (20, 20)


def test_distances_of_several_validation_slices_are_a_range(editor):
    editor._first.setValue(140)
    assert "the validation slices lie 10 to 15 slices (250 to 375 m) from the nearest" in _leak(
        editor
    )


def test_neighbours_are_warned_of_with_the_slice_that_would_help(editor):
    editor.show_labels(_labels((3.0, 4.0)), _NAMES, None)
    assert _leak(editor).startswith(
        "⚠ Leak meter: the validation slice lies 1 slice from the nearest training slice. "
    )
    assert _leak(editor).endswith("For more distance, label inline 132 or a slice near it.")


def test_a_gap_made_too_narrow_is_mended_by_the_suggestion(qtbot, editor):
    editor.show_labels(_labels((2.0, 6.0, 10.0, 11.0, 25.0)), _NAMES, None)
    proposed = editor.ranges
    editor._first.setValue(120)
    editor._last.setValue(120)
    editor._buffer.setValue(0)
    assert _leak(editor).endswith("Widen the buffer, or press Suggest.")
    told = []
    editor.changed.connect(lambda: told.append(editor.ranges))
    qtbot.mouseClick(editor.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert told == [proposed]


def test_a_part_without_labels_is_no_split(editor):
    editor.strip.show_split(11, 12, 0)
    editor.strip.changed.emit()
    assert editor.ranges is None
    assert "Both parts need a labelled slice" in editor.problem


def test_one_slice_is_too_few_and_the_borders_cannot_be_moved(editor):
    editor.show_labels(_labels((3.0,)), _NAMES, None)
    assert editor.problem.startswith("One slice is labelled. Label at least one more")
    assert not editor.strip.isEnabled()
    editor.show_labels(_labels((3.0, 9.0)), _NAMES, None)
    assert editor.strip.isEnabled()
    assert editor.problem == ""


def test_parts_of_a_line_lie_columns_apart(editor):
    axis = Axis("column", "px", 1.0, 1.0, 900)
    editor.show_labels(_labels((0.0, 410.0), axis=axis, extent=205), _NAMES, None)
    assert _leak(editor) == (
        "Leak meter: the validation part lies 205 columns from the nearest training part."
    )
    assert editor._buffer.suffix() == " columns"


def test_parts_that_touch_are_warned_of(editor):
    axis = Axis("column", "px", 1.0, 1.0, 900)
    editor.show_labels(_labels((0.0, 205.0), axis=axis, extent=205), _NAMES, None)
    assert _leak(editor) == (
        "⚠ Leak meter: a validation part touches a training part. Both show the same "
        "structures, so the scores will flatter. For more distance, label more columns."
    )


def test_left_out_slices_are_counted(editor):
    editor._buffer.setValue(6)
    assert editor._counts.text().endswith("× 1 left out")


def test_a_class_without_labels_is_named(editor):
    editor.show_labels(_labels((2.0, 12.0, 25.0), channel=()), _NAMES, None)
    assert _advice(editor) == [
        "⚠ “Channel” has no labels. Label it on two slices or more, or the model cannot learn it."
    ]


def test_a_class_on_one_slice_only_needs_another(editor):
    editor.show_labels(_labels((2.0, 12.0, 25.0), salt=(12.0,)), _NAMES, None)
    assert _advice(editor) == [
        "⚠ “Salt” is labelled only on inline 124. "
        "Label it on one more slice, or its score would mean nothing."
    ]


def test_a_class_missing_from_a_part_is_told_with_the_slices_that_have_it(editor):
    editor.show_labels(_labels((2.0, 6.0, 12.0, 20.0, 28.0), salt=(2.0, 6.0)), _NAMES, None)
    assert _advice(editor) == []  # the proposal validates on one of them
    editor.strip.show_split(28, 29, 2)
    editor.strip.changed.emit()
    assert _advice(editor) == [
        "⚠ No validation slice shows “Salt”. Choose validation slices with one of inline 104, "
        "inline 112, or label it on a validation slice, or its score would mean nothing."
    ]
    editor.strip.show_split(0, 8, 2)
    editor.strip.changed.emit()
    assert _advice(editor) == [
        "⚠ No training slice shows “Salt”. Leave one of inline 104, inline 112 for training, "
        "or the model cannot learn it."
    ]


def test_the_only_class_of_training_is_named(editor):
    editor.show_labels(_labels((2.0, 12.0), salt=(), channel=()), _NAMES, None)
    assert editor.problem.startswith("The training slices show only “Rock”.")


def test_of_many_missing_classes_the_first_are_explained_and_all_are_named(editor):
    pixels = np.zeros((3, 8), dtype=np.int64)
    pixels[:, 0], pixels[0, 1:] = 9, 1
    samples = SamplePlaces((2.0, 12.0, 25.0), _AXIS, pixels)
    names = tuple(f"Facies {k}" for k in range(8))
    editor.show_labels(CollectedLabels((), samples, propose_ranges(samples)), names, None)
    assert len(_advice(editor)) == 4
    assert _advice(editor)[-1].endswith(": “Facies 4”, “Facies 5”, “Facies 6”, “Facies 7”.")
