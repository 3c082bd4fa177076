"""The hatching behind a section, seen where there is no data."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

NO_DATA_COLOR = QColor("#8d939b")
NO_DATA_HATCH = QColor("#6c727a")


def paint_no_data(painter: QPainter, rect: QRectF) -> None:
    """Fill a rectangle, in pixels, with the sign for no data."""
    painter.fillRect(rect, NO_DATA_COLOR)
    painter.fillRect(rect, QBrush(NO_DATA_HATCH, Qt.BrushStyle.BDiagPattern))


class NoDataItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Hatches a rectangle, with lines as far apart at every zoom."""

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()

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
        """Draw in device pixels, so that the hatching does not stretch."""
        device: Any = painter.worldTransform().mapRect(self._rect)
        painter.save()
        painter.resetTransform()
        paint_no_data(painter, device)
        painter.restore()
