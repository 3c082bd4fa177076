"""What is drawn behind and over a section."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

NO_DATA_COLOR = QColor("#8d939b")
NO_DATA_HATCH = QColor("#6c727a")
_VEIL_ALPHA = 140


def paint_no_data(painter: QPainter, rect: QRectF) -> None:
    """Fill a rectangle, in pixels, with the sign for no data."""
    painter.fillRect(rect, NO_DATA_COLOR)
    painter.fillRect(rect, QBrush(NO_DATA_HATCH, Qt.BrushStyle.BDiagPattern))


class AreaItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Covers a rectangle given in survey numbers; what it paints is in pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()
        self.swapped = False
        """Whether it was drawn last with rows to the right and columns downwards."""

    def set_rect(self, rect: QRectF) -> None:
        """Cover another rectangle, in survey numbers."""
        self.prepareGeometryChange()
        self._rect = rect.normalized()

    def boundingRect(self) -> QRectF:
        """Return the rectangle."""
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw in device pixels, so that a pattern does not stretch."""
        device: Any = painter.worldTransform().mapRect(self._rect)
        self.swapped = painter.worldTransform().isRotating()
        painter.save()
        painter.resetTransform()
        self.paint_area(painter, device)
        painter.restore()

    def paint_area(self, painter: QPainter, rect: QRectF) -> None:
        """Draw into a rectangle of pixels."""
        raise NotImplementedError


class NoDataItem(AreaItem):
    """The hatching behind a section, seen where there is no data."""

    def paint_area(self, painter: QPainter, rect: QRectF) -> None:
        """Hatch."""
        paint_no_data(painter, rect)


class VeilItem(AreaItem):
    """Fades a section that is not the current one any more."""

    def paint_area(self, painter: QPainter, rect: QRectF) -> None:
        """Lay the window's colour over the section."""
        scene = self.scene()
        views = scene.views() if scene is not None else []
        color = QColor(views[0].palette().color(QPalette.ColorRole.Window) if views else "#808080")
        color.setAlpha(_VEIL_ALPHA)
        painter.fillRect(rect, color)
