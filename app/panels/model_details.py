"""What the current model is, what made it, and how well it did."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.session_model import SessionModel
from app.widgets.elided_label import ElidedLabel
from app.widgets.fact_grid import FactGrid

_Label = TypeVar("_Label", bound=QWidget)
_LONGEST_HEAD = 12
"""Letters that a column of scores has room for."""


class ModelDetails(QWidget):
    """Facts and scores of the current model, with the way to its card and its folder.

    Parameters
    ----------
    model : SessionModel
        What it shows.
    parent : QWidget or None
        The usual Qt owner.
    """

    card_clicked = Signal()
    folder_clicked = Signal()

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._title = _bold(ElidedLabel())
        self._title.setObjectName("modelTitle")
        self._facts = FactGrid()
        self._facts.setObjectName("modelFacts")
        self._scores_title = _bold(QLabel(self.tr("Scores")))
        self._parts = FactGrid()
        self._parts.setObjectName("scoredParts")
        self._scores = FactGrid()
        self._scores.setObjectName("modelScores")
        card = QPushButton(self.tr("Model card\u2026"))
        card.setToolTip(self.tr("Read all that was written down about this model"))
        card.clicked.connect(self.card_clicked)
        self._folder = QPushButton(self.tr("Show folder"))
        self._folder.clicked.connect(self.folder_clicked)
        buttons = QHBoxLayout()
        buttons.addWidget(card)
        buttons.addWidget(self._folder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._title)
        column.addLayout(buttons)
        for widget in (self._facts, self._scores_title, self._parts, self._scores):
            column.addWidget(widget)
        model.model_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        present = self._model.session.model
        self.setVisible(present is not None)
        if present is None:
            return
        self._title.setText(present.name)
        self._folder.setToolTip(self.tr("Open {0} in the file browser").format(present.path))
        self._facts.show_facts((self.tr(name), value) for name, value in present.facts)
        table = present.scores
        heads, parts = _heads(table.parts)
        self._parts.show_facts(parts)
        self._scores.show_table(heads, [(self.tr(n), values) for n, values in table.rows])
        for widget in (self._scores_title, self._scores):
            widget.setVisible(bool(table.rows))
        self._parts.setVisible(bool(table.rows and parts))


def _heads(parts: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return heads that fit on a line, and what they stand for where they are letters."""
    if all(len(part) <= _LONGEST_HEAD for part in parts):
        return parts, ()
    letters = tuple(ascii_uppercase[: len(parts)])
    return letters, tuple(zip(letters, parts, strict=False))


def _bold(label: _Label) -> _Label:
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label
