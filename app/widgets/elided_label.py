"""A line of text that may be shorter than it wants to be."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class ElidedLabel(QWidget):
    """Cuts its text with an ellipsis where room is short; the tool tip has it all.

    It may have a shorter text for that, which keeps its room unless the label is given
    a minimum width of its own; where not even that has room nothing is drawn. It is no
    `QLabel`, since that has all around it laid out anew at each text, also where its
    room stays.

    Parameters
    ----------
    n_characters : int, default 0
        Width it would like to have; that of its text for 0.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, n_characters: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._n_characters = n_characters
        self._text = self._short = ""
        self._alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return all of the text."""
        return self._text

    def setText(self, text: str) -> None:
        """Show another text; where room for it was asked for beforehand, it keeps that."""
        if text == self._text and not self._short:
            return
        had_short = bool(self._short)
        self._text, self._short = text, ""
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update(self.contentsRect())
        if had_short or not self._n_characters:
            self.updateGeometry()

    def clear(self) -> None:
        """Show nothing."""
        self.setText("")

    def set_texts(self, text: str, short: str) -> None:
        """Show another text, or a shorter one where there is no room for it."""
        self.setText(text)
        self._short = short
        self.updateGeometry()

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        """Put the text elsewhere in its room; on the left at first."""
        self._alignment = alignment
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for its text, or for as many characters as were asked for."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance("0") * self._n_characters
        width = width or metrics.horizontalAdvance(self._text) + 2
        return QSize(width, metrics.height()).grownBy(self.contentsMargins())

    def minimumSizeHint(self) -> QSize:
        """Return room for the shorter text, or for the ellipsis."""
        metrics = self.fontMetrics()
        least = QSize(metrics.horizontalAdvance(self._short or "…") + 2, metrics.height())
        return least.grownBy(self.contentsMargins())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        # A new text repaints the inside of the margins only.
        room = self.contentsRect()
        metrics = self.fontMetrics()
        fits = metrics.horizontalAdvance(self._text) <= room.width()
        text = self._text if fits or not self._short else self._short
        if not self._short:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        elif metrics.horizontalAdvance(text) > room.width():
            text = ""
        painter.drawText(room, int(self._alignment), text)
        painter.end()
