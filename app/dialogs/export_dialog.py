"""Asks what to export of a segmented volume, and where to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.widgets.path_edit import PathEdit
from app.widgets.prediction_options_edit import PredictionOptionsEdit
from engine.core.prediction_options import PLAIN, PredictionOptions
from engine.exporters.base import CLASSES, PROBABILITIES

_SEGY = (".sgy", ".segy")
"""Of their source the headers are kept; others become arrays."""


class ExportDialog(QDialog):
    """Direction, content and output of an export.

    Parameters
    ----------
    source : pathlib.Path
        The volume's file.
    model_name : str
        The model that will be used.
    directions : sequence of (str, str)
        Key, and title with the number of slices.
    class_names : sequence of str
        For the explanation.
    options : PredictionOptions, optional
        What is chosen at first beyond the model's plain answer.
    parent : QWidget or None
        The usual Qt owner.
    """

    chosen = Signal()
    """The choice stands in the properties."""

    def __init__(
        self,
        source: Path,
        model_name: str,
        directions: Sequence[tuple[str, str]],
        class_names: Sequence[str],
        options: PredictionOptions = PLAIN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Segment and export {0}").format(source.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._source = source
        self._folder = source.parent
        self._model_name = model_name
        self._direction = QComboBox()
        self._direction.setAccessibleName(self.tr("Direction"))
        for key, title in directions:
            self._direction.addItem(title, key)
        self._classes = QRadioButton(self.tr("Classes: one file of class numbers"))
        self._classes.setChecked(True)
        self._probabilities = QRadioButton(
            self.tr("Probabilities: one file for each of the {0} classes").format(len(class_names))
        )
        self._options = PredictionOptionsEdit()
        self._options.show_options(options)
        self._path = PathEdit(
            self._suggested(), self.tr("SEG-Y (*.sgy *.segy);;NumPy array (*.npy)")
        )
        self._nan = QCheckBox(self.tr("Take NaN and infinite samples as no data"))
        self._nan.setToolTip(self.tr("Otherwise such samples stop the export."))
        self._problem = QLabel()
        self._problem.setWordWrap(True)
        # Empty it keeps its line, so that no button moves under the pointer.
        self._problem.setMinimumHeight(self.fontMetrics().lineSpacing())
        numbers = ", ".join(f"{number} {name}" for number, name in enumerate(class_names))
        note = QLabel(
            self.tr(
                "Class numbers: {0}. Headers and geometry of the source are kept; "
                "where the source has no data, the export has none either."
            ).format(numbers)
        )
        note.setWordWrap(True)
        note.setEnabled(False)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._export = self._buttons.addButton(
            self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        self._lay_out(note)
        self._probabilities.toggled.connect(lambda: self._path.set_path(self._suggested()))
        self._classes.toggled.connect(self._options.set_regions_enabled)
        self._path.changed.connect(self._check)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.accepted.connect(self._on_accepted)
        self._check()

    def _lay_out(self, note: QLabel) -> None:
        note.setWordWrap(True)
        note.setEnabled(False)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Model"), QLabel(self._model_name))
        form.addRow(self.tr("Sections"), self._direction)
        form.addRow(self.tr("Content"), self._classes)
        form.addRow("", self._probabilities)
        form.addRow(self.tr("Prediction"), self._options)
        form.addRow(self.tr("Write to"), self._path)
        form.addRow("", self._nan)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addWidget(self._problem)
        layout.addWidget(self._buttons)

    def propose_folder(self, folder: Path) -> None:
        """Propose to write elsewhere than beside the source."""
        self._folder = folder
        self._path.set_path(self._suggested())

    @property
    def content(self) -> str:
        """What is to be written."""
        return PROBABILITIES if self._probabilities.isChecked() else CLASSES

    @property
    def direction(self) -> str:
        """Direction of the sections that the model sees."""
        return str(self._direction.currentData())

    @property
    def path(self) -> Path:
        """The output."""
        return self._path.path or self._suggested()

    @property
    def options(self) -> PredictionOptions:
        """What is done beyond the model's plain answer."""
        return self._options.options

    @property
    def nan_as_no_data(self) -> bool:
        """Whether samples that are not finite count as missing."""
        return self._nan.isChecked()

    def _suggested(self) -> Path:
        suffix = self._source.suffix if self._source.suffix.lower() in _SEGY else ".npy"
        name = f"{self._source.stem}-{self._model_name}-{self.content}{suffix}"
        return self._folder / name

    def _check(self) -> None:
        path = self._path.path
        problem = ""
        if path is None:
            problem = self.tr("Name a file.")
        elif path == self._source:
            problem = self.tr("The output must not be the file that is open.")
        elif not path.is_absolute():
            problem = self.tr("Give the whole path, with its folder.")
        self._problem.setText(problem)
        self._export.setEnabled(not problem)

    def _on_accepted(self) -> None:
        if self._path.path is not None:
            self.chosen.emit()
