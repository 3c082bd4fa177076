"""Names and values in columns."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

_HYPHEN = "\u2011"
"""Lines do not break at it."""


class FactGrid(QWidget):
    """Shows rows of texts; values wrap, and can be selected and copied.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[str, ...], ...] = ()
        # Labels are used again: to make new ones for each model takes longer than to draw it.
        self._labels: dict[tuple[int, int], QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)

    def show_facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Show pairs of name and value."""
        self._show(tuple(pairs), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def show_table(self, heads: Iterable[str], rows: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        """Show a table of short values, each column under its head."""
        titles = tuple(head.replace("-", _HYPHEN) for head in heads)
        lines = (("", *titles), *((name, *values) for name, values in rows))
        self._show(lines, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)

    def _show(self, rows: tuple[tuple[str, ...], ...], alignment: Qt.AlignmentFlag) -> None:
        if rows == self._shown:
            return
        self._shown = rows
        texts = {
            (row, column): text
            for row, values in enumerate(rows)
            for column, text in enumerate(values)
        }
        for place in sorted(texts.keys() - self._labels.keys()):
            self._labels[place] = _label(alignment) if place[1] else _name()
            self._grid.addWidget(self._labels[place], *place)
        for place, label in self._labels.items():
            text = texts.get(place, "")
            if text != label.text():
                label.setText(text)
                label.setToolTip(text)
            label.setVisible(bool(text))
        n_columns = max((len(values) for values in rows), default=0)
        for column in range(1, self._grid.columnCount()):
            self._grid.setColumnStretch(column, int(column < n_columns))


def _name() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    return label


def _label(alignment: Qt.AlignmentFlag) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(alignment)
    label.setWordWrap(True)
    # A long word may be cut; it must not widen the panel.
    label.setMinimumWidth(1)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
