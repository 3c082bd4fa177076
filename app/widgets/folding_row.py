"""Widgets beside each other, or above each other where the room is narrow."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget


class FoldingRow(QWidget):
    """A row that becomes a column when it gets too narrow.

    Parameters
    ----------
    parts : tuple of (QWidget, int)
        What is shown, from left to right or from top to bottom, and its share of the
        width of a row.
    least_width : int
        Narrower than that, pixels, it is a column.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(
        self,
        parts: tuple[tuple[QWidget, int], ...],
        least_width: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._least_width = least_width
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._parts = tuple(part for part, _ in parts)
        for part, share in parts:
            self._layout.addWidget(part, share)

    @property
    def folded(self) -> bool:
        """Whether it is a column."""
        return self._layout.direction() is QBoxLayout.Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:
        """Return the width of its widest part: it can be folded."""
        widths = [part.minimumSizeHint().width() for part in self._parts if not part.isHidden()]
        return QSize(max(widths, default=0), self._layout.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold."""
        super().resizeEvent(event)
        narrow = self.width() < self._least_width
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
