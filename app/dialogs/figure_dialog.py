"""Asks how a figure of the section is to look, and where to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.widgets.path_edit import PathEdit
from app.workers.figures import FigureChoice

_WIDTH_MM, _SMALLEST_MM, _LARGEST_MM = 180, 60, 1200
_DPI, _LEAST_DPI, _MOST_DPI = 300, 72, 1200
_SUFFIXES = (".png", ".svg")


class FigureDialog(QDialog):
    """Part, size, resolution and file of a figure.

    Parameters
    ----------
    suggested : pathlib.Path
        A file to write to.
    proportion : float
        Height of the view over its width.
    has_classes : bool
        Whether there are classes to draw, or what else a model says.
    has_labels : bool
        Whether labels are seen.
    said : str, default ""
        What a model says that is seen, if it is not the classes.
    parent : QWidget or None
        The usual Qt owner.
    """

    chosen = Signal(object)
    """A `FigureChoice`."""

    def __init__(
        self,
        suggested: Path,
        proportion: float,
        *,
        has_classes: bool,
        has_labels: bool,
        said: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export figure"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._part = QComboBox()
        self._part.addItem(self.tr("What is on the screen"), False)  # noqa: FBT003 - the item's data
        self._part.addItem(self.tr("The whole section"), True)  # noqa: FBT003 - the item's data
        self._part.setAccessibleName(self.tr("Part"))
        self._width = _number(_WIDTH_MM, _SMALLEST_MM, _LARGEST_MM, " mm")
        self._width.setAccessibleName(self.tr("Width"))
        height_mm = min(max(round(_WIDTH_MM * proportion), _SMALLEST_MM), _LARGEST_MM)
        self._height = _number(height_mm, _SMALLEST_MM, _LARGEST_MM, " mm")
        self._height.setAccessibleName(self.tr("Height"))
        self._dpi = _number(_DPI, _LEAST_DPI, _MOST_DPI, " dpi")
        self._dpi.setAccessibleName(self.tr("Resolution"))
        drawn = self.tr("Draw the classes, with a legend")
        self._classes = QCheckBox(self.tr("Draw: {0}").format(said) if said else drawn)
        self._classes.setChecked(has_classes)
        self._classes.setEnabled(has_classes)
        self._labels = QCheckBox(self.tr("Draw the labels, with a legend"))
        self._labels.setChecked(has_labels)
        self._labels.setEnabled(has_labels)
        self._path = PathEdit(suggested, self.tr("Figures (*.png *.svg)"))
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        # Empty it keeps its line, so that no button moves under the pointer.
        self._problem.setMinimumHeight(self.fontMetrics().lineSpacing())
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._write = self._buttons.addButton(
            self.tr("Write"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._lay_out()
        self._path.changed.connect(self._check)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.accepted.connect(self._on_accepted)
        self._check()

    @property
    def with_classes(self) -> bool:
        """Whether classes are to be drawn."""
        return self._classes.isChecked()

    @property
    def with_labels(self) -> bool:
        """Whether labels are to be drawn."""
        return self._labels.isChecked()

    def _lay_out(self) -> None:
        size = QHBoxLayout()
        size.addWidget(self._width)
        size.addWidget(QLabel("×"))
        size.addWidget(self._height)
        size.addStretch(1)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Show"), self._part)
        form.addRow("", self._classes)
        form.addRow("", self._labels)
        form.addRow(self.tr("Size"), size)
        form.addRow(self.tr("Resolution"), self._dpi)
        form.addRow(self.tr("Write to"), self._path)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self._problem)
        layout.addWidget(self._buttons)

    def _check(self) -> None:
        path = self._path.path
        problem = ""
        if path is None:
            problem = self.tr("Name a file.")
        elif path.suffix.lower() not in _SUFFIXES:
            problem = self.tr("Give it a name that ends in .png or .svg.")
        elif not path.is_absolute():
            problem = self.tr("Give the whole path, with its folder.")
        self._problem.setText(problem)
        self._write.setEnabled(not problem)
        self._dpi.setEnabled(path is None or path.suffix.lower() != ".svg")

    def _on_accepted(self) -> None:
        path = self._path.path
        if path is not None:
            whole = bool(self._part.currentData())
            size = (self._width.value(), self._height.value(), self._dpi.value())
            self.chosen.emit(FigureChoice(path, *size, whole))


def _number(value: int, least: int, most: int, unit: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(least, most)
    box.setValue(value)
    box.setSuffix(unit)
    return box
