"""A panel that scrolls when the window is low."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LEAST_HEIGHT = 60


class ColumnScroll(QScrollArea):
    """Scrolls a panel up and down; it is never narrower than the panel can be.

    Parameters
    ----------
    panel : QWidget
        What is scrolled.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(panel)
        self.setMaximumHeight(panel.maximumHeight())
        self.viewport().setAutoFillBackground(False)
        panel.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """Return the size that the panel would like."""
        return self._panel.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least width of the panel, with room for the scroll bar."""
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(self._panel.minimumSizeHint().width() + bar, _LEAST_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give wrapped text the height that it needs in another width."""
        super().resizeEvent(event)
        self._make_room()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Do the same when the panel shows something else."""
        taken = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._make_room()
        return taken

    def _make_room(self) -> None:
        layout = self._panel.layout()
        if layout is not None and layout.hasHeightForWidth():
            self._panel.setMinimumHeight(layout.totalHeightForWidth(self.viewport().width()))
        self.updateGeometry()
