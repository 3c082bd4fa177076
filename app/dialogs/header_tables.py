"""Text, binary and trace headers as they are shown to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from engine.readers.segy.header_fields import TRACE_FIELDS
from engine.readers.segy.header_report import HeaderReport

_COLUMNS = 80
_ROOM = 14


class TextHeaderView(QPlainTextEdit):
    """The textual headers, 80 columns wide.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setAccessibleName(self.tr("Text header"))
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * (_COLUMNS + 4))

    def show_report(self, report: HeaderReport) -> None:
        """Show all textual headers of a file."""
        blocks = [report.text, *report.extended_text]
        self.setPlainText("\n\n".join("\n".join(lines) for lines in blocks))


class HeaderTable(QTableWidget):
    """Rows of texts that can be copied; numbers to the right.

    Parameters
    ----------
    name : str
        For people who do not see it.
    name_column : int, default 1
        Where the names of the fields stand: this column takes the room that is left.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, name: str, name_column: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name_column = name_column
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 6)

    def show_rows(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Show a table instead of the present one."""
        lines = list(rows)
        self.setColumnCount(len(heads))
        self.setRowCount(len(lines))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for column in range(len(heads)):
            alignment = left if column == self._name_column else right
            head = QTableWidgetItem(heads[column])
            head.setTextAlignment(alignment)
            self.setHorizontalHeaderItem(column, head)
            for row, texts in enumerate(lines):
                item = QTableWidgetItem(texts[column])
                item.setTextAlignment(alignment)
                item.setToolTip(texts[column])
                self.setItem(row, column, item)
        self.resizeColumnsToContents()
        for column in range(len(heads)):
            self.setColumnWidth(column, self.columnWidth(column) + _ROOM)
        header = self.horizontalHeader()
        header.setSectionResizeMode(self._name_column, QHeaderView.ResizeMode.Stretch)


def binary_rows(report: HeaderReport) -> list[tuple[str, str, str]]:
    """Return byte, name and value of the fields of the binary header."""
    return [(str(field.byte), field.name, f"{value:g}") for field, value in report.binary]


def trace_heads(report: HeaderReport) -> list[str]:
    """Return the heads of the table of trace headers."""
    numbers = report.table.numbers if report.table is not None else ()
    return ["Byte", "Field", *(f"Trace {number}" for number in numbers), "Least", "Largest"]


def trace_rows(report: HeaderReport) -> list[tuple[str, ...]]:
    """Return the fields of the trace headers, those that are not zero first."""
    table = report.table
    if table is None:
        return []
    rows = []
    for row, field in enumerate(TRACE_FIELDS):
        numbers = (*table.values[row], table.minimum[row], table.maximum[row])
        rows.append((str(field.byte), field.name, *(str(number) for number in numbers)))
    return sorted(rows, key=lambda texts: not any(number != "0" for number in texts[2:]))
