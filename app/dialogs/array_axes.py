"""Asks what the axes of a plain array are: its file does not tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.workers.arrays import Arrays, read_arrays
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from engine.errors import SettingsError
from engine.readers.arrays.inspection import ArrayFacts
from engine.readers.arrays.options import ArrayOptions, usual_unit

_NAMES = ("inline", "crossline", "twt", "depth", "time", "distance", "channel", "row", "column")
_LIKELY = {2: ("row", "column"), 3: ("inline", "crossline", "twt")}
_MOST_AXES = 3
_WIDTH = 560


class ArrayAxesDialog(QDialog):
    """The arrays of a file, and name, unit, first value and step of each axis.

    Parameters
    ----------
    path : pathlib.Path
        The file, or the folder of a Zarr store.
    jobs : JobBridge
        The lane on which files are read.
    parent : QWidget or None
        The usual Qt owner.
    """

    chosen = Signal(dict, bool)
    """Options for the reader, and whether to remember them for the file."""
    failed = Signal(object)
    """The error that the file holds nothing that can be shown."""

    def __init__(self, path: Path, jobs: JobBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Axes of {0}").format(path.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(_WIDTH, 0)
        self._found: tuple[ArrayFacts, ...] = ()
        self._array = QComboBox()
        self._array.setAccessibleName(self.tr("Array"))
        self._rows = [_AxisRow(number, self) for number in range(_MOST_AXES)]
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._remember = QCheckBox(self.tr("Open this file so &from now on"))
        self._remember.setChecked(True)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        )
        self._lay_out()
        self._array.currentIndexChanged.connect(self._on_array)
        for row in self._rows:
            row.changed.connect(self._check)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.chosen.emit(self.options(), self._remember.isChecked()))
        self._reading = Latest(jobs, self)
        self._reading.arrived.connect(self._on_arrays)
        self._reading.failed.connect(self._on_failed)
        self._say(self.tr("Reading the file…"))
        self._reading.request(partial(read_arrays, path))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.addWidget(QLabel(self.tr("Array")), 0, 0)
        grid.addWidget(self._array, 0, 1, 1, 4)
        heads = (self.tr("Axis"), self.tr("Name"), self.tr("Unit"), self.tr("First"))
        for column, text in enumerate((*heads, self.tr("Step"))):
            head = QLabel(text)
            head.setEnabled(False)
            grid.addWidget(head, 1, column)
        for number, row in enumerate(self._rows):
            for column, widget in enumerate(row.widgets):
                grid.addWidget(widget, 2 + number, column)
        grid.setColumnStretch(1, 2)
        for column in (2, 3, 4):
            grid.setColumnStretch(column, 1)
        why = QLabel(self.tr("The file does not tell what its axes are. It stays as it is."))
        why.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addWidget(why)
        layout.addLayout(grid)
        layout.addWidget(self._problem)
        layout.addWidget(self._remember)
        layout.addWidget(self._buttons)

    @property
    def busy(self) -> bool:
        """Whether the file is being read."""
        return self._reading.busy

    def options(self) -> dict[str, Any]:
        """Return what was chosen, as options for the reader.

        Raises
        ------
        SettingsError
            If a field holds what it cannot.
        """
        facts = self._facts
        axes = [row.axis() for row in self._rows[: len(facts.shape)]] if facts else []
        options: dict[str, Any] = {"reader": "array", "axes": axes}
        if facts is not None and facts.name:
            options["dataset"] = facts.name
        return options

    def done(self, result: int) -> None:
        """Give up reading, then close."""
        self._reading.cancel()
        super().done(result)

    @property
    def _facts(self) -> ArrayFacts | None:
        index = self._array.currentIndex()
        return self._found[index] if 0 <= index < len(self._found) else None

    def _on_arrays(self, arrays: Arrays) -> None:
        self._found = arrays.found
        self._remember.setVisible(arrays.can_remember)
        self._remember.setChecked(arrays.can_remember)
        self._array.addItems([facts.title for facts in arrays.found])
        self._restore(arrays.remembered)
        self._check()

    def _restore(self, options: Mapping[str, Any]) -> None:
        """Show a choice that was made before, as far as it fits."""
        names = [facts.name for facts in self._found]
        if options.get("dataset") in names:
            self._array.setCurrentIndex(names.index(str(options["dataset"])))
        axes = options.get("axes")
        if isinstance(axes, Sequence) and not isinstance(axes, str):
            for row, axis in zip(self._rows, axes, strict=False):
                row.show_axis(axis)

    def _on_failed(self, error: BaseException) -> None:
        self.failed.emit(error)
        self.reject()

    def _on_array(self) -> None:
        shape = self._facts.shape if self._facts else ()
        for number, row in enumerate(self._rows):
            row.set_visible(visible=number < len(shape))
            if number < len(shape):
                row.show_size(shape[number])
                row.show_axis({"name": _LIKELY[len(shape)][number]})

    def _check(self) -> None:
        """Say what cannot be opened so, before it is tried."""
        if self._facts is None:
            return
        try:
            options = self.options()
            ArrayOptions(axes=options["axes"])
        except SettingsError as error:
            self._say(str(error))
        else:
            self._say("")

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(not problem)


class _AxisRow(QWidget):
    """The fields of one axis; its widgets lie in the dialog's grid."""

    changed = Signal()

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._size = QLabel()
        self._name = QComboBox()
        self._name.setEditable(True)
        self._name.addItems(_NAMES)
        self._unit, self._first, self._step = QLineEdit(), QLineEdit("0"), QLineEdit("1")
        for widget, name in zip(
            self.widgets[1:],
            (self.tr("Name"), self.tr("Unit"), self.tr("First"), self.tr("Step")),
            strict=True,
        ):
            widget.setAccessibleName(self.tr("{0} of axis {1}").format(name, number + 1))
        self._unit.setToolTip(self.tr("1 for plain numbers"))
        self._step.setToolTip(self.tr("From one position to the next; below zero where they fall"))
        self._name.currentTextChanged.connect(self._on_name)
        for edit in (self._unit, self._first, self._step):
            edit.textChanged.connect(self.changed)
        self.set_visible(visible=False)

    @property
    def widgets(self) -> tuple[QWidget, ...]:
        """In the order of the columns."""
        return self._size, self._name, self._unit, self._first, self._step

    def set_visible(self, *, visible: bool) -> None:
        """Show or hide all fields."""
        for widget in self.widgets:
            widget.setVisible(visible)

    def show_size(self, size: int) -> None:
        """Say how many positions there are."""
        self._size.setText(self.tr("{0} positions").format(size))

    def show_axis(self, axis: Mapping[str, Any]) -> None:
        """Fill the fields."""
        name = str(axis.get("name", ""))
        self._name.setCurrentText(name)
        self._unit.setText(str(axis.get("unit") or usual_unit(name)))
        self._first.setText(f"{axis.get('first', 0)}")
        self._step.setText(f"{axis.get('step', 1)}")

    def axis(self) -> dict[str, Any]:
        """Return what the fields hold; see `ArrayOptions`."""
        name = self._name.currentText().strip()
        return {
            "name": name,
            "unit": self._unit.text().strip(),
            "first": _number(name, self._first.text()),
            "step": _number(name, self._step.text()),
        }

    def _on_name(self, name: str) -> None:
        self._unit.setText(usual_unit(name))
        self.changed.emit()


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise SettingsError(
            f"axis {name}: {text!r} is no number", hint="Write a number."
        ) from error
