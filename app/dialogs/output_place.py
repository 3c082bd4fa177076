"""Chooses the folder of a new model."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.workers.training_choice import ModelPlace
from engine.session.project_file import SUFFIX

_LEAST_LETTERS = 20


class OutputPlace(QWidget):
    """Folders for new models, and a way to another one.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    changed = Signal()
    wanted = Signal(object)
    """Another folder, to be looked at; `show_places` is awaited."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QComboBox()
        self._box.setAccessibleName(self.tr("Folder of the new model"))
        self._box.setMinimumContentsLength(_LEAST_LETTERS)
        self._box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        other = QPushButton(self.tr("Other…"))
        other.setAutoDefault(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._box, 1)
        row.addWidget(other)
        self._box.currentIndexChanged.connect(self._on_changed)
        other.clicked.connect(self._ask)

    @property
    def place(self) -> ModelPlace | None:
        """The folder that is chosen; None before any is known."""
        place: ModelPlace | None = self._box.currentData()
        return place

    def show_places(self, places: tuple[ModelPlace, ...], chosen: Path | None) -> None:
        """Offer folders, that of the user's models first.

        Parameters
        ----------
        places : tuple of ModelPlace
            What lies in them is known.
        chosen : pathlib.Path or None
            The one to begin with; the first if it is none of them.
        """
        folders = [place.path for place in places]
        with QSignalBlocker(self._box):
            self._box.clear()
            for number, place in enumerate(places):
                self._box.addItem(self._title(number, place.path), place)
            self._box.setCurrentIndex(folders.index(chosen) if chosen in folders else 0)
        self._on_changed()

    def _title(self, number: int, folder: Path) -> str:
        if number == 0:
            return self.tr("My models")
        if folder.parent.suffix == SUFFIX:
            return self.tr("Project {0}").format(folder.parent.stem)
        return str(folder)

    def _on_changed(self) -> None:
        place = self.place
        self._box.setToolTip("" if place is None else str(place.path))
        self.changed.emit()

    def _ask(self) -> None:
        place = self.place
        start = "" if place is None else str(place.path)
        dialog = QFileDialog(self, self.tr("Folder for the new model"), start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.wanted.emit(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
