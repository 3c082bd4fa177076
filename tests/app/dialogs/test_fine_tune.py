"""The dialog before a training: split, recipe, cost."""

from dataclasses import replace
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

from app.dialogs.cost_text import cost_text
from app.dialogs.fine_tune import FineTuneDialog
from app.dialogs.recipe_form import RecipeForm
from app.workers.training_choice import ModelPlace, TrainingDefaults, TrainingRecipe
from app.workers.training_labels import CollectedLabels
from engine.core.labels import CERTAIN, LabelledSection
from engine.core.memory_use import MemoryUse
from engine.errors import DataError
from engine.session.open_volume import OpenVolume
from engine.training.training_cost import TrainingCost
from tests.app.fakes import CLASSES, FakeVolume, model_info

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


def _sections(indices=(2, 6, 20), held=(0, 1)):
    volume = FakeVolume()
    sections = []
    for index in indices:
        classes = np.full(volume.section("inline", index).data.shape, 255, dtype=np.uint8)
        for k in held:
            classes[5 + 4 * k : 9 + 4 * k, 5:20] = k
        certainty = np.where(classes < 255, CERTAIN, 0).astype(np.uint8)
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
        volume = self.dialog._opened.volume
        self.dialog.show_labels(CollectedLabels.of(self.sections, volume, len(CLASSES)))

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
    assert "Time: 1 min 20 s for 10 epochs on cpu. One epoch takes 7.0 s: 5 steps of 1.0 s" in text
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


def test_what_the_base_model_suggests_is_told_to_be_read_until_it_is_or_cannot_be(asked):
    dialog = asked.dialog
    assert dialog._problem.isVisible()
    assert dialog._problem.text() == "Reading what other suggests…"
    dialog.show_error(DataError("it is damaged"))
    assert not dialog._problem.isVisible()
    dialog._base.activated.emit(1)
    assert dialog._problem.text() == "Reading what other suggests…"
    dialog.show_defaults(_defaults())
    assert not dialog._problem.isVisible()


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


def test_all_weights_on_few_slices_are_warned_of(asked):
    asked.dialog.show_defaults(_defaults())
    few, form = asked.dialog.findChild(QLabel, "fewLabels"), asked.dialog.recipe_form
    assert not few.isVisible()  # adapters
    form._method.setCurrentIndex(form._method.findData("full"))
    assert few.isVisible()
    assert "All weights soon know 2 training slices by heart" in few.text()
    first, *_, last = asked.sections
    asked.sections = (*(replace(first, index=index) for index in range(0, 24, 3)), last)
    asked.show_labels()
    assert not few.isVisible()


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
    assert text == "⚠ Every labelled pixel is Rock. Label two classes."
    assert not asked.start.isEnabled()  # it would fail in the same way
    asked.dialog.recipe_form._epochs.setValue(3)
    assert asked.start.isEnabled()
    assert asked.dialog._note.isVisible()


def test_what_does_not_fit_is_told():
    cost = TrainingCost(3, 1, 5, 2, 10, 4, 8, MemoryUse(10**9, 0), 10**7, 10**10, "cuda")
    assert "⚠ Only 4 of 8 samples fit" in cost_text(cost)
    assert "stay free" not in cost_text(cost)


def test_what_is_measured_is_said_once(asked):
    asked.dialog.show_defaults(_defaults())
    cost = asked.dialog.findChild(QLabel, "trainingCost")
    assert cost.text() == "Measuring the cost…"
    asked.dialog.show_measuring("taking two steps")
    assert cost.text() == "Measuring the cost: taking two steps…"
    asked.dialog.show_measuring("")
    assert cost.text() == "Measuring the cost…"


def test_with_one_labelled_slice_it_says_which_to_label_next(qtbot):
    asked = _Asked(qtbot, _sections((3,)))
    asked.dialog.show_defaults(_defaults())
    assert not asked.start.isEnabled()
    text = asked.dialog._problem.text()
    assert "Label at least one more: one to train on, one to validate." in text
    assert "A good one is inline 132" in text
    assert not asked.dialog.split_editor.strip.isEnabled()


def test_training_slices_of_one_class_cannot_be_started_with(qtbot):
    asked = _Asked(qtbot, _sections(held=(1,)))
    asked.dialog.show_defaults(_defaults())
    assert not asked.start.isEnabled()
    assert "The training slices show only “fault”." in asked.dialog._problem.text()


def test_a_class_missing_from_validation_is_warned_of_before_the_start(qtbot):
    sections = (*_sections((2, 6)), *_sections((20, 25, 29), held=(0,)))
    asked = _Asked(qtbot, sections)
    asked.dialog.show_defaults(_defaults())
    advice = asked.dialog.findChild(QLabel, "classAdvice")
    assert not advice.isVisible()  # the proposal validates on a slice with faults
    asked.dialog.split_editor._first.setValue(158)
    asked.dialog.split_editor._last.setValue(158)
    assert advice.isVisible()
    assert advice.text().startswith("⚠ No validation slice shows “fault”.")
    assert asked.start.isEnabled()  # it is for the user to decide


def test_return_takes_a_number_over_and_starts_only_from_elsewhere(qtbot, asked):
    asked.dialog.show_defaults(_defaults())
    epochs = asked.dialog.recipe_form._epochs
    asked.dialog.activateWindow()
    epochs.setFocus()
    qtbot.waitUntil(epochs.hasFocus, timeout=3000)
    epochs.selectAll()
    qtbot.keyClicks(epochs, "9")
    qtbot.keyClick(epochs, Qt.Key.Key_Return)
    assert asked.dialog.isVisible()
    assert asked.dialog.choice.recipe.epochs == 9
    asked.dialog._name.setFocus()
    qtbot.keyClick(asked.dialog._name, Qt.Key.Key_Return)
    assert len(asked.chosen) == 1


def test_escape_leaves_without_a_training(qtbot, asked):
    asked.dialog.show_defaults(_defaults())
    qtbot.keyClick(asked.dialog._name, Qt.Key.Key_Escape)
    assert not asked.dialog.isVisible()
    assert asked.chosen == []


def test_the_tab_key_goes_from_field_to_field_as_they_are_read(asked):
    asked.dialog.show_defaults(_defaults())
    dialog, places = asked.dialog, []
    widget = dialog._name
    while True:
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        if takes and widget.isVisible() and widget.isEnabled():
            corner = widget.mapTo(dialog, QPoint(0, widget.height() // 2))
            places.append((round(corner.y() / 8), corner.x()))
        widget = widget.nextInFocusChain()
        if widget is dialog._name:
            break
    assert len(places) > 12
    assert places == sorted(places)


@pytest.mark.parametrize("held", [(0, 1), (0,)])
def test_no_text_is_cut_whatever_it_has_to_say(qtbot, asked, held):
    asked.dialog.show_defaults(_defaults(note="A note that goes on and on. " * 6))
    asked.sections = _sections((2, 3, 4), held)
    asked.show_labels()
    asked.dialog.show_error(DataError("a sentence of many words " * 12, hint="Do this. " * 9))

    def cut():
        labels = [one for one in asked.dialog.findChildren(QLabel) if one.isVisible()]
        return [one.text() for one in labels if one.height() < one.heightForWidth(one.width())]

    qtbot.waitUntil(lambda: cut() == [], timeout=3000)
