"""Trainings that were broken off, with a way to go on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class UnfinishedRuns(QWidget):
    """A line for each unfinished training; hidden without any.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    go_on_clicked = Signal(object)
    """Folder of the model whose training is to go on."""
    discard_clicked = Signal(object)
    """Folder of the model whose training is given up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._rows: list[QWidget] = []
        self.hide()

    @property
    def n_runs(self) -> int:
        """How many are offered."""
        return len(self._rows)

    def show_runs(self, runs: tuple[tuple[Path, int, int], ...]) -> None:
        """Offer trainings: folder of the model, epochs done and in all."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        self._rows = [self._row(*run) for run in runs]
        for row in self._rows:
            self._column.addWidget(row)
        self.setVisible(bool(self._rows))

    def _row(self, out: Path, done: int, total: int) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        text = self.tr("The training of {0} was broken off after {1} of {2} epochs.")
        go_on, discard = QPushButton(self.tr("Go on")), QPushButton(self.tr("Give up"))
        go_on.setObjectName("goOn")
        discard.setObjectName("giveUp")
        discard.setToolTip(self.tr("Remove its checkpoint; a model that it has made stays"))
        go_on.clicked.connect(lambda: self.go_on_clicked.emit(out))
        discard.clicked.connect(lambda: self.discard_clicked.emit(out))
        told = QLabel(text.format(out.name, done, total))
        told.setToolTip(str(out))
        line.addWidget(told)
        line.addWidget(go_on)
        line.addWidget(discard)
        line.addStretch(1)
        return row
