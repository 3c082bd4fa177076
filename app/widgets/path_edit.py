"""A field for the path of a file to be written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget


class PathEdit(QWidget):
    """A line to type a path into, and a button to choose one.

    Parameters
    ----------
    path : pathlib.Path
        What stands there first.
    name_filter : str
        For the file dialog.
    parent : QWidget or None
        The usual Qt owner.
    """

    changed = Signal()

    def __init__(self, path: Path, name_filter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = name_filter
        self._line = QLineEdit(str(path))
        self._line.setMinimumWidth(380)
        self._line.textChanged.connect(self.changed)
        self.setFocusProxy(self._line)
        choose = QPushButton(self.tr("Choose…"))
        choose.setAutoDefault(False)
        choose.clicked.connect(self._choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line, 1)
        layout.addWidget(choose)

    @property
    def path(self) -> Path | None:
        """The path, or None while nothing is typed."""
        text = self._line.text().strip()
        return Path(text).expanduser() if text else None

    def set_path(self, path: Path) -> None:
        """Put another path there."""
        self._line.setText(str(path))

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Write to"), self._line.text(), self._filter)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # The caller asks before it overwrites, whichever way the path was given.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(self._line.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
