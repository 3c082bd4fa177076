"""The dialog before a training: split, recipe, cost."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.dialogs.fine_tune import FineTuneDialog, cost_text
from app.dialogs.recipe_form import RecipeForm
from app.dialogs.split_editor import SplitEditor
from app.widgets.split_strip import SplitStrip
from app.workers.training_choice import ModelPlace, TrainingDefaults, TrainingRecipe
from app.workers.training_labels import CollectedLabels
from engine.core.axes import Axis
from engine.core.labels import CERTAIN, LabelledSection
from engine.core.memory_use import MemoryUse
from engine.core.survey import Survey
from engine.data.slice_ranges import SliceRanges
from engine.errors import DataError
from engine.session.open_volume import OpenVolume
from engine.training.training_cost import TrainingCost
from tests.app.fakes import CLASSES, FakeVolume, model_info

_AXIS = Axis("inline", "1", 100.0, 2.0, 30)
_SURVEY = Survey((0.0, 0.0), (0.0, 12.5), (25.0, 0.0))
_RECIPE = TrainingRecipe("pup", "lora", 40, 8, 1e-5, 1e-4, 5e-4)


_PLACES = (
    ModelPlace(Path("/models"), frozenset({"faults"})),
    ModelPlace(Path("/projects/north.outcrop/models"), frozenset({"fake-other"})),
    ModelPlace(Path("/disk/models"), frozenset()),
)


def _defaults(**changes):
    values = {
        "base": Path("/models/faults"),
        "recipe": _RECIPE,
        "decoders": ("linear", "pup"),
        "methods": ("frozen", "lora", "norms", "full"),
        "note": "",
    }
    return TrainingDefaults(**{**values, **changes})


@pytest.fixture
def strip(qtbot):
    strip = SplitStrip()
    qtbot.addWidget(strip)
    strip.resize(616, strip.sizeHint().height())
    strip.show_axis((2.0, 20.0), 30, str)
    strip.show_split(18, 24, 4)
    strip.show()
    return strip


def _drag(qtbot, strip, start, end, y=12):
    places = [QPoint(round(strip.x_of(border)), y) for border in (start, end)]
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=places[0])
    qtbot.mouseMove(strip, places[1])
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=places[1])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (18, 15.5, (15, 24, 4)),
        (25, 21.5, (18, 21, 4)),
        (14, 10.5, (18, 24, 8)),
        (29, 26.5, (18, 24, 2)),
        (18, 28.5, (24, 24, 4)),  # not beyond the other border
        (8, 3, (18, 24, 4)),  # there is no border
    ],
)
def test_each_border_of_the_strip_is_dragged(qtbot, strip, start, end, expected):
    told = []
    strip.changed.connect(lambda: told.append(strip.split))
    _drag(qtbot, strip, start, end)
    assert strip.split == expected
    assert bool(told) == (expected != (18, 24, 4))


def test_a_buffer_can_be_drawn_out_of_the_border_of_validation(qtbot, strip):
    strip.show_split(18, 24, 0)
    _drag(qtbot, strip, 18, 14.5, y=24)
    assert strip.split == (18, 24, 4)


def test_the_strip_paints_each_part_in_its_colour(strip):
    image = strip.grab().toImage()
    colors = {
        name: image.pixelColor(round(strip.x_of(place)), 20).name()
        for name, place in (("training", 5.5), ("validation", 22.5))
    }
    assert len(set(colors.values())) == 2
    strip.setEnabled(False)
    assert strip.grab().toImage() != image


@pytest.fixture
def editor(qtbot):
    editor = SplitEditor()
    qtbot.addWidget(editor)
    editor.show_labels((2.0, 6.0, 10.0, 20.0, 25.0), _AXIS, _SURVEY)
    editor.show()
    return editor


def _leak(editor):
    return editor.findChild(QLabel, "leakMeter").text()


def test_a_split_is_proposed_and_the_leak_meter_tells_its_distance(editor):
    assert editor.ranges == SliceRanges(((0, 22),), ((25, 29),))
    assert "4 training" in _leak(editor)
    assert "1 validation" in _leak(editor)
    assert "5 slices from the nearest trained on (125 m)" in _leak(editor)


def test_numbers_and_strip_are_the_same_split_in_line_numbers(editor):
    editor._first.setValue(134)
    editor._buffer.setValue(3)
    assert editor.strip.split == (17, 29, 3)
    assert editor.ranges.validation == ((17, 29),)
    editor.strip.show_split(20, 22, 1)
    editor.strip.changed.emit()
    assert (editor._first.value(), editor._last.value(), editor._buffer.value()) == (140, 144, 1)
    assert editor.ranges.training == ((0, 18), (24, 29))


def test_neighbours_are_warned_of_and_an_empty_part_is_no_split(editor):
    editor.show_labels((3.0, 4.0), _AXIS, None)
    assert "⚠ 1 slice from the nearest trained on: nearly the same picture" in _leak(editor)
    editor.strip.show_split(10, 12, 0)
    editor.strip.changed.emit()
    assert editor.ranges is None
    assert "Both parts need a labelled slice" in _leak(editor)
    editor.show_labels((3.0,), _AXIS, None)
    assert "at least two slices" in _leak(editor)


def test_parts_of_a_line_lie_columns_apart(editor):
    editor.show_labels((0.0, 410.0), Axis("column", "px", 1.0, 1.0, 900), None)
    assert "410 columns from the nearest trained on" in _leak(editor)


def test_left_out_slices_are_counted(editor):
    editor._buffer.setValue(6)
    assert "1 left out" in _leak(editor)


@pytest.fixture
def form(qtbot):
    form = RecipeForm()
    qtbot.addWidget(form)
    form.show_defaults(_defaults())
    form.show()
    return form


def test_a_recipe_is_shown_and_read_back(form):
    assert form.recipe == _RECIPE


@pytest.mark.parametrize(
    ("method", "visible"),
    [("frozen", ""), ("lora", "adapters"), ("norms", "adapters"), ("full", "encoder")],
)
def test_only_rates_that_the_tuning_uses_are_shown(form, method, visible):
    form._method.setCurrentIndex(form._method.findData(method))
    assert form._adapter_rate.isVisible() == (visible == "adapters")
    assert form._encoder_rate.isVisible() == (visible == "encoder")
    assert form.recipe.method == method


@pytest.mark.parametrize("text", ["", "abc", "0", "2", "-1e-4"])
def test_a_rate_that_cannot_be_is_no_recipe(form, text):
    form._decoder_rate.setText(text)
    assert form.recipe is None


def _sections(indices=(2, 6, 20)):
    volume = FakeVolume()
    sections = []
    for index in indices:
        classes = np.full(volume.section("inline", index).data.shape, 255, dtype=np.uint8)
        classes[5:9, 5:20] = 1
        certainty = np.where(classes == 1, CERTAIN, 0).astype(np.uint8)
        sections.append(LabelledSection("inline", index, classes, certainty))
    return tuple(sections)


class _Asked:
    """A dialog with what it asked for."""

    def __init__(self, qtbot, sections=None, *, answered=True):
        self.window = QWidget()
        qtbot.addWidget(self.window)
        volume = FakeVolume()
        opened = OpenVolume.centred(1, volume, volume.statistics())
        self.sections = _sections() if sections is None else sections
        self.dialog = FineTuneDialog(
            opened,
            (model_info(), model_info("broken", available=False), model_info("other")),
            directions={"inline": len(self.sections)},
            classes=CLASSES,
            parent=self.window,
        )
        self.bases, self.measured, self.chosen, self.directions = [], [], [], []
        self.dialog.direction_changed.connect(self.directions.append)
        self.dialog.base_changed.connect(self.bases.append)
        self.dialog.settled.connect(self.measured.append)
        self.dialog.chosen.connect(self.chosen.append)
        self.dialog.begin(model_info("other"), "cpu", (("inline", 15),))
        self.dialog.show_places(_PLACES, None)
        self.dialog.show()
        if answered:
            self.show_labels()

    def show_labels(self):
        places = tuple(float(section.index) for section in self.sections)
        axis = self.dialog._opened.volume.axis_along("inline") if places else None
        self.dialog.show_labels(CollectedLabels(self.sections, places, axis))

    @property
    def start(self):
        box = self.dialog.findChild(QDialogButtonBox)
        return next(b for b in box.buttons() if "Start" in b.text())


@pytest.fixture
def asked(qtbot):
    return _Asked(qtbot)


def test_usable_models_are_offered_beginning_with_the_present_one(asked):
    base = asked.dialog.findChild(QComboBox)
    assert [base.itemText(i).split()[0] for i in range(base.count())] == ["faults", "other"]
    assert [info.name for info in asked.bases] == ["other"]
    assert not asked.start.isEnabled()  # until its recipe is known


def test_the_cost_is_measured_when_nothing_has_changed_for_a_while(qtbot, asked):
    asked.dialog.show_defaults(_defaults())
    asked.dialog.recipe_form._epochs.setValue(7)
    asked.dialog.recipe_form._epochs.setValue(8)
    qtbot.waitUntil(lambda: len(asked.measured) == 1, timeout=3000)
    choice = asked.measured[0]
    assert choice.recipe.epochs == 8
    assert choice.out == Path("/models/fake-other")
    assert choice.ranges.validation == ((20, 29),)
    assert choice.pins == (("inline", 15), ("inline", 20))
    cost = TrainingCost(3, 1, 5, 2, 10, 8, 8, MemoryUse(10**9, 2 * 10**9), 10**7, 10**10, "cpu")
    asked.dialog.show_cost(cost)
    text = asked.dialog.findChild(QLabel, "trainingCost").text()
    assert "7.0 s an epoch" in text
    assert "It fits." in text


def test_the_model_can_lie_in_the_project_or_any_folder_under_a_name_that_is_free_there(asked):
    dialog = asked.dialog
    dialog.show_defaults(_defaults())
    box = dialog._place.findChild(QComboBox)
    titles = [box.itemText(i) for i in range(box.count())]
    assert titles == ["My models", "Project north", "/disk/models"]
    box.setCurrentIndex(1)
    assert dialog.choice.out == Path("/projects/north.outcrop/models/fake-other-2")
    dialog.show_places(_PLACES, Path("/disk/models"))
    assert dialog.choice.out == Path("/disk/models/fake-other")


def test_a_name_of_ones_own_stays_in_another_folder(qtbot, asked):
    dialog = asked.dialog
    dialog.show_defaults(_defaults())
    dialog._name.selectAll()
    qtbot.keyClicks(dialog._name, "north")
    dialog.show_places(_PLACES, Path("/disk/models"))
    assert dialog.choice.out == Path("/disk/models/north")


def test_another_folder_is_asked_for(qtbot, asked):
    wanted = []
    asked.dialog.place_wanted.connect(wanted.append)
    other = next(b for b in asked.dialog.findChildren(QPushButton) if b.text() == "Other…")
    qtbot.mouseClick(other, Qt.MouseButton.LeftButton)
    asked.dialog.findChild(QFileDialog).fileSelected.emit("/elsewhere")
    assert wanted == [Path("/elsewhere")]


def test_nothing_can_be_started_before_the_labels_are_collected(qtbot):
    asked = _Asked(qtbot, answered=False)
    asked.dialog.show_defaults(_defaults())
    assert asked.directions == ["inline"]
    asked.dialog.show_collecting(3, 40)
    assert "Collecting the labels: 3 of 40" in asked.dialog._problem.text()
    assert not asked.start.isEnabled()
    asked.show_labels()
    assert not asked.dialog._problem.isVisible()
    qtbot.mouseClick(asked.start, Qt.MouseButton.LeftButton)
    assert [section.index for section in asked.chosen[0].sections] == [2, 6, 20]
    assert not asked.dialog.isVisible()


def test_closing_the_dialog_starts_nothing(qtbot, asked):
    asked.dialog.show_defaults(_defaults())
    asked.dialog.reject()
    assert asked.chosen == []
    assert not asked.dialog.isVisible()


@pytest.mark.parametrize("name", ["", "faults", "a/b", "../x", ".hidden"])
def test_a_name_that_cannot_be_or_is_taken_cannot_be_started(asked, name):
    asked.dialog.show_defaults(_defaults())
    assert asked.start.isEnabled()
    asked.dialog.findChild(QLineEdit).setText(name)
    assert not asked.start.isEnabled()
    asked.dialog._name.setText("north faults 2")
    assert asked.start.isEnabled()


def test_without_labels_it_says_what_to_do(qtbot):
    asked = _Asked(qtbot, ())
    asked.dialog.show_defaults(_defaults())
    assert not asked.start.isEnabled()
    assert "Nothing is labelled yet" in asked.dialog._problem.text()


def test_what_prevents_a_training_is_told_in_the_dialog(asked):
    asked.dialog.show_defaults(_defaults(note="its decoder is learned anew"))
    asked.dialog.show_error(DataError("every labelled pixel is Rock", hint="Label two classes."))
    text = asked.dialog.findChild(QLabel, "trainingCost").text()
    assert text == "⚠ every labelled pixel is Rock Label two classes."
    assert asked.dialog._note.isVisible()


def test_what_does_not_fit_is_told():
    cost = TrainingCost(3, 1, 5, 2, 10, 4, 8, MemoryUse(10**9, 0), 10**7, 10**10, "cuda", ("odd",))
    assert "⚠ only 4 of 8 samples fit" in cost_text(cost)
    assert "⚠ odd" in cost_text(cost)
    assert "stay free" not in cost_text(cost)
