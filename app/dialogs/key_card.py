"""The card of keys and mouse."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

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
        half = (len(groups) + 1) // 2
        columns = (groups[:half], [*groups[half:], (self.tr("Mouse"), _MOUSE)])
        cells = "".join(f"<td style='padding-right: 28px'>{_table(part)}</td>" for part in columns)
        text = QLabel(f"<table><tr>{cells}</tr></table>")
        text.setTextFormat(Qt.TextFormat.RichText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(buttons)


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
