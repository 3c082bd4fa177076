"""The card of keys and mouse."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

_Group = tuple[str, Sequence[tuple[str, str]]]

_N_COLUMNS = 3
_TITLE_ROWS = 2
_MOUSE = (
    ("Wheel", "Zoom"),
    ("Shift + wheel", "Zoom vertically"),
    ("Ctrl + wheel", "Zoom horizontally"),
    ("Middle drag, or Space + drag", "Pan"),
    ("Double-click", "Move the other sections there"),
    ("Drag while measuring", "Distance, dip, velocity"),
    ("Drag an end of the colours", "Clip"),
    ("Click on the map", "Go there"),
)
_LABELLING = (
    ("Shift while painting", "Leave the place out"),
    ("Alt + drag", "Brush size"),
    ("Polygon: drag", "Lasso"),
    ("Polygon: click, double-click", "Corner, fill"),
    ("Stick: click, double-click", "Seed, end"),
    ("Stick: Shift + click", "Start a new stick"),
    ("Stick: Ctrl + click", "Remove a node"),
    ("Stick: drag a node", "Move it"),
    ("Return, Backspace", "Fill, drop the last corner"),
)


class KeyCard(QDialog):
    """Lists keys and what they do.

    Parameters
    ----------
    groups : sequence of (str, sequence of (str, str))
        Title of each group, with its pairs of keys and meaning.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(
        self,
        groups: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and mouse"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mouse = [(self.tr("Mouse"), _MOUSE), (self.tr("Mouse with tools"), _LABELLING)]
        columns = _columns([*groups, *mouse])
        cells = "".join(f"<td style='padding-right: 28px'>{_table(part)}</td>" for part in columns)
        text = QLabel(f"<table><tr>{cells}</tr></table>")
        text.setTextFormat(Qt.TextFormat.RichText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(buttons)


def _columns(groups: Sequence[_Group]) -> list[list[_Group]]:
    """Return the groups in three columns of about the same height."""
    total = sum(len(pairs) + _TITLE_ROWS for _, pairs in groups)
    columns: list[list[_Group]] = [[] for _ in range(_N_COLUMNS)]
    above = 0
    for group in groups:
        n_rows = len(group[1]) + _TITLE_ROWS
        number = int((above + n_rows / 2) / total * _N_COLUMNS)
        columns[number].append(group)
        above += n_rows
    return columns


def _table(groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> str:
    rows = []
    for title, pairs in groups:
        rows.append(f"<tr><td colspan=2 style='padding-top: 8px'><b>{escape(title)}</b></td></tr>")
        for keys, meaning in pairs:
            rows.append(
                f"<tr><td style='padding-right: 14px'>{escape(keys)}</td>"
                f"<td>{escape(meaning)}</td></tr>"
            )
    return f"<table>{''.join(rows)}</table>"
