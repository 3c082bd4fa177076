"""Names and values in two columns."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

_HYPHEN = "\u2011"
"""Lines do not break at it."""


class FactGrid(QWidget):
    """Shows pairs of texts; values wrap, and can be selected and copied.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[str, ...], ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(3)

    def show_facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Show other pairs of name and value."""
        rows = tuple(pairs)
        if self._replace(rows):
            for number, (name, value) in enumerate(rows):
                self._grid.addWidget(_name(name), number, 0, Qt.AlignmentFlag.AlignTop)
                self._grid.addWidget(_value(value), number, 1, Qt.AlignmentFlag.AlignTop)
            self._grid.setColumnStretch(1, 1)

    def show_table(self, heads: Iterable[str], rows: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        """Show a table of short values, each column under its head."""
        titles, lines = tuple(heads), tuple(rows)
        if self._replace((titles, *((name, *values) for name, values in lines))):
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
            for column, title in enumerate(titles, start=1):
                head = _name(title.replace("-", _HYPHEN))
                head.setWordWrap(True)
                head.setAlignment(right)
                self._grid.addWidget(head, 0, column)
                self._grid.setColumnStretch(column, 1)
            for number, (name, values) in enumerate(lines, start=1):
                self._grid.addWidget(_name(name), number, 0)
                for column, value in enumerate(values, start=1):
                    self._grid.addWidget(_value(value), number, column, right)

    def _replace(self, shown: tuple[tuple[str, ...], ...]) -> bool:
        """Remove what is there if something else is to be shown; tell whether it is."""
        if shown == self._shown:
            return False
        self._shown = shown
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        return True


def _name(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _value(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    # A long word may be cut; it must not widen the panel.
    label.setMinimumWidth(1)
    label.setToolTip(text)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
