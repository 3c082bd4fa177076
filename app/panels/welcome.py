"""What stands in the middle while nothing is open."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCommandLinkButton, QLabel, QPushButton, QVBoxLayout, QWidget

from app.icons import icon

_N_SHOWN = 5
_WIDTH, _LEAST_WIDTH = 440, 200
"""Pixels of the column, and of its buttons where the window is narrow."""
_MARGIN = 24


class Welcome(QWidget):
    """Says what to do first.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    open_clicked = Signal()
    demo_clicked = Signal()
    recent_clicked = Signal(object)
    """A path."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        body = QWidget()
        body.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(body)
        title = QLabel(self.tr("Outcrop"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 2)
        font.setBold(True)
        title.setFont(font)
        column.addWidget(title)
        text = QLabel(
            self.tr(
                "Open a post-stack SEG-Y volume or line, a DAS record or an image, scroll "
                "through it, and let a model mark what it sees. Files can also be dropped here."
            )
        )
        text.setWordWrap(True)
        column.addWidget(text)
        column.addSpacing(8)
        opening = QCommandLinkButton(
            self.tr("Open…"), self.tr("A survey, DAS record or image of your own (Ctrl+O)")
        )
        opening.setIcon(icon("open"))
        opening.clicked.connect(self.open_clicked)
        demo = QCommandLinkButton(
            self.tr("Open the demo survey"),
            self.tr("A small synthetic survey with faults, made on this machine"),
        )
        demo.setIcon(icon("survey"))
        demo.clicked.connect(self.demo_clicked)
        for button in (opening, demo):
            button.setMinimumWidth(_LEAST_WIDTH)  # its text wraps
        column.addWidget(opening)
        column.addWidget(demo)
        self._recent_title = QLabel(self.tr("Opened last"))
        self._recent_title.setEnabled(False)
        column.addSpacing(8)
        column.addWidget(self._recent_title)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column.addLayout(self._recent)
        outer.addWidget(body, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        self.show_recent(())

    def show_recent(self, recent: tuple[str, ...]) -> None:
        """List the files opened last."""
        while self._recent.count():
            item = self._recent.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for name in recent[:_N_SHOWN]:
            button = QPushButton(self._shortened(name))
            button.setFlat(True)
            button.setStyleSheet("text-align: left; padding: 4px 8px;")
            button.setToolTip(name)
            button.clicked.connect(partial(self._on_recent, name))
            button.setMinimumSize(_LEAST_WIDTH, button.fontMetrics().height() + 12)
            self._recent.addWidget(button)
        self._recent_title.setVisible(bool(recent))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much of the paths as there is room for."""
        super().resizeEvent(event)
        for place in range(self._recent.count()):
            item = self._recent.itemAt(place)
            button = item.widget() if item is not None else None
            if isinstance(button, QPushButton):
                button.setText(self._shortened(button.toolTip()))

    def _shortened(self, name: str) -> str:
        room = min(self.width(), _WIDTH) - 2 * _MARGIN
        return self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room)

    def _on_recent(self, name: str, _checked: object = None) -> None:
        self.recent_clicked.emit(Path(name))
