"""Asks how a model is to be trained on the labels, and says what that will take."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.cost_text import cost_text, sentence
from app.dialogs.output_place import OutputPlace
from app.dialogs.recipe_form import RecipeForm
from app.dialogs.split_editor import SplitEditor
from app.dialogs.training_name import training_name
from app.workers.training_choice import ModelPlace, TrainingChoice, TrainingDefaults
from app.workers.training_labels import CollectedLabels
from engine.core.class_scheme import ClassScheme
from engine.core.labels import LabelledSection
from engine.session.model_info import ModelInfo
from engine.session.open_volume import OpenVolume
from engine.training.training_cost import TrainingCost

_SETTLE_MS = 700
_NAME = re.compile(r"[\w][\w .()+-]{0,79}")
_SPACE = 8
_COST_LINES = 4
"""Room for them, so that the dialog does not jump when they come."""


class FineTuneDialog(QDialog):
    """Base model, recipe, split and cost of a training.

    Parameters
    ----------
    opened : OpenVolume
        What is labelled.
    models : tuple of ModelInfo
        To start from; those that cannot be used are not offered.
    directions : dict of str to int
        Directions with labels, and how many sections each.
    classes : ClassScheme
        The classes of the labels.
    parent : QWidget or None
        The usual Qt owner.
    """

    direction_changed = Signal(str)
    """The direction whose labels are wanted; `show_labels` is awaited."""
    base_changed = Signal(object)
    """The `ModelInfo` to start from; `show_defaults` is awaited."""
    place_wanted = Signal(object)
    """Another folder for the model; `show_places` is awaited."""
    settled = Signal(object)
    """A `TrainingChoice` whose cost is to be measured; `show_cost` is awaited."""
    chosen = Signal(object)
    """The `TrainingChoice` to start."""

    def __init__(
        self,
        opened: OpenVolume,
        models: tuple[ModelInfo, ...],
        *,
        directions: dict[str, int],
        classes: ClassScheme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Fine-tune a model on the labels"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._opened = opened
        self.classes = classes
        self._device = "auto"
        self._pins: tuple[tuple[str, int], ...] = ()
        self._defaults: TrainingDefaults | None = None
        self._name = QLineEdit()
        self._name.setAccessibleName(self.tr("Name of the new model"))
        self._place = OutputPlace()
        self._base = QComboBox()
        self._base.setAccessibleName(self.tr("Start from"))
        for model in models:
            if model.available:
                self._base.addItem(f"{model.name}  –  {model.task_title or model.task}", model)
        self._direction = QComboBox()
        self._direction.setAccessibleName(self.tr("Direction of the sections"))
        for direction, n in directions.items():
            text = self.tr("{0} ({1} labelled)").format(direction.capitalize(), n)
            self._direction.addItem(text, direction)
        self.recipe_form = RecipeForm()
        self.split_editor = SplitEditor()
        self._note, self._cost, self._problem, self._few = (_text() for _ in range(4))
        self._few.setObjectName("fewLabels")
        self._cost.setObjectName("trainingCost")
        self._cost.setMinimumHeight(_COST_LINES * self.fontMetrics().lineSpacing())
        self._cost.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._start = self._buttons.addButton(
            self.tr("Start training"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._pause = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._sections: tuple[LabelledSection, ...] | None = None
        self._measuring = self.tr("Measuring the cost…")
        self._refused = False
        self._reading = ""
        self._lay_out()
        self._connect()

    def begin(self, base: ModelInfo | None, device: str, pins: tuple[tuple[str, int], ...]) -> None:
        """Start with a model, on a device, with sections that are shown meanwhile."""
        self._device, self._pins = device, pins
        names = [self._base.itemData(i) for i in range(self._base.count())]
        if base in names:
            self._base.setCurrentIndex(names.index(base))
        self._on_direction()
        self._on_base()
        self._name.setFocus()

    @property
    def choice(self) -> TrainingChoice | None:
        """What is chosen; None while something is missing."""
        recipe, ranges = self.recipe_form.recipe, self.split_editor.ranges
        sections = self._sections
        base, out = self._base.currentData(), self._out
        complete = self._defaults is not None and base is not None and out is not None
        if not (complete and sections) or recipe is None or ranges is None or out is None:
            return None
        return TrainingChoice(
            out=out,
            base=base.path,
            recipe=recipe,
            classes=self.classes,
            volume=self._opened.volume,
            reader_options=self._opened.reader_options,
            sections=sections,
            ranges=ranges,
            device=self._device,
            pins=self._pins_with_validation(int(ranges.validation[0][0])),
        )

    def show_labels(self, labels: CollectedLabels) -> None:
        """Take the labels of the direction."""
        self._sections = labels.sections
        self.split_editor.show_labels(labels, self.classes.names, self._opened.volume.survey)
        self._on_changed()

    def show_collecting(self, done: int, total: int) -> None:
        """Say how many sections with labels were collected."""
        if self._sections is None:
            self._problem.setText(self.tr("Collecting the labels: {0} of {1}…").format(done, total))
            self._problem.show()

    def show_defaults(self, defaults: TrainingDefaults) -> None:
        """Take what the base model suggests."""
        self._defaults, self._reading = defaults, ""
        self._suggest_name()
        self._note.setText(defaults.note)
        self._note.setVisible(bool(defaults.note))
        self.recipe_form.show_defaults(defaults)

    def show_places(self, places: tuple[ModelPlace, ...], chosen: Path | None) -> None:
        """Offer folders for the model, one of them first."""
        self._place.show_places(places, chosen)

    def show_cost(self, cost: TrainingCost) -> None:
        """Say what was measured."""
        self._cost.setText(cost_text(cost))

    def show_measuring(self, text: str) -> None:
        """Say what the measurement is at."""
        self._cost.setText(
            self.tr("Measuring the cost: {0}…").format(text) if text else self._measuring
        )

    def show_error(self, error: BaseException) -> None:
        """Say why it cannot be measured, and so not be trained until something is changed."""
        hint = getattr(error, "hint", "")
        self._cost.setText(f"⚠ {sentence(str(error))} {hint}".rstrip())
        self._refused, self._reading = True, ""
        self._check()

    @property
    def _out(self) -> Path | None:
        """Folder of the new model; None while it has no name, or one that is taken."""
        name, place = self._name.text().strip(), self._place.place
        if place is None or not _NAME.fullmatch(name) or name in place.taken:
            return None
        return place.path / name

    def _pins_with_validation(self, first: int) -> tuple[tuple[str, int], ...]:
        """Add the first labelled validation slice, which was never trained on."""
        directions = self._opened.volume.directions
        held = next((s for s in self._sections or () if s.index >= first), None)
        if held is None or held.direction not in directions:
            return self._pins[:2]
        return tuple(dict.fromkeys((*self._pins[:1], (held.direction, held.index))))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Name"), self._name)
        form.addRow(self.tr("Save in"), self._place)
        form.addRow(self.tr("Start from"), self._base)
        form.addRow("", self._note)
        if self._direction.count() > 1:
            form.addRow(self.tr("Sections"), self._direction)
        column = QVBoxLayout(self)
        column.setSpacing(_SPACE)
        column.addLayout(form)
        for title, part in (
            (self.tr("Recipe"), self.recipe_form),
            (self.tr("Training and validation"), self.split_editor),
            (self.tr("Time, memory and disk"), self._cost),
        ):
            box = QGroupBox(title)
            inside = QVBoxLayout(box)
            inside.addWidget(part)
            if part is self.recipe_form:
                inside.addWidget(self._few)
            column.addWidget(box)
        column.addStretch(1)
        column.addWidget(self._problem)
        column.addWidget(self._buttons)
        self._note.hide()
        cancel = self._buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self.setTabOrder(self._start, cancel)
        self.setMinimumWidth(640)

    def _connect(self) -> None:
        self._base.activated.connect(self._on_base)
        self._direction.activated.connect(self._on_direction)
        self._name.textChanged.connect(self._check)
        self._place.changed.connect(self._on_place)
        self._place.wanted.connect(self.place_wanted)
        self.recipe_form.changed.connect(self._on_changed)
        self.split_editor.changed.connect(self._on_changed)
        self._pause.timeout.connect(self._measure)
        self._buttons.accepted.connect(self._on_start)
        self._buttons.rejected.connect(self.reject)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Return take a number over without starting the training."""
        number = isinstance(self.focusWidget(), QAbstractSpinBox)
        if number and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Grow with its texts, which a layout of a window does not do by itself."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            layout = self.layout()
            needed = 0 if layout is None else layout.totalHeightForWidth(self.width())
            if needed > self.height():
                self.resize(self.width(), needed)
        return done

    def _on_base(self) -> None:
        base = self._base.currentData()
        self._defaults = None
        if base is not None:
            self._reading = base.name
            self.base_changed.emit(base)
        self._check()

    def _on_direction(self) -> None:
        self._sections = None
        self.direction_changed.emit(self._direction.currentData() or "")
        self._on_changed()

    def _on_changed(self) -> None:
        self._refused = False
        self._check()
        if self.choice is None or self.split_editor.problem:
            self._pause.stop()
            self._cost.setText("")
            return
        self._cost.setText(self._measuring)
        self._pause.start()

    def _measure(self) -> None:
        if (choice := self.choice) is not None:
            self.settled.emit(choice)

    def _check(self) -> None:
        recipe = self.recipe_form.recipe
        whole = recipe is not None and recipe.method == "full"
        self._few.setText(self.split_editor.few_for_all_weights if whole else "")
        self._few.setVisible(bool(self._few.text()))
        problem, waiting = "", self._sections is None or bool(self._sections and self._reading)
        if not self._base.count():
            problem = self.tr("No model that could be started from was found.")
        elif self._sections is None:
            problem = self.tr("Collecting the labels…")
        elif not self._sections:
            problem = self.tr(
                "Nothing is labelled yet: paint on two slices, or two parts of an image."
            )
        elif self._reading:
            problem = self.tr("Reading what {0} suggests…").format(self._reading)
        elif self._place.place is not None and self._out is None:
            problem = self.tr(
                "Give the model another name: one that is free, of letters, digits, "
                "spaces and .()+-_, and begins with a letter or digit."
            )
        elif self.recipe_form.recipe is None and self._defaults is not None:
            problem = self.tr("A learning rate must be a number above 0, and 1 at most.")
        else:
            problem = self.split_editor.problem
        self._problem.setText(f"⚠ {problem}" if problem and not waiting else problem)
        self._problem.setVisible(bool(problem))
        ready = not problem and not self._refused and self.choice is not None
        self._start.setEnabled(ready)

    def _on_start(self) -> None:
        if (choice := self.choice) is not None:
            self.accept()
            self.chosen.emit(choice)

    def _on_place(self) -> None:
        self._suggest_name()
        self._on_changed()

    def _suggest_name(self) -> None:
        """Give the model a name that is free there, unless the user gave it one."""
        place = self._place.place
        if place is not None and not self._name.isModified():
            base = self._base.currentData()
            data = self._opened.volume.path.stem
            name = training_name(data, "" if base is None else base.name, place.taken)
            self._name.setText(name)


def _text() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
