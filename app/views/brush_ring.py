"""The ring that shows where a brush would paint."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.views.sample_item import SampleItem

_EDGE = QColor(10, 12, 15, 230)
_LINE_PX, _EDGE_PX = 1.6, 3.4


class BrushRing(SampleItem):
    """An ellipse in samples that is a circle on the screen, with a dark edge."""

    def __init__(self) -> None:
        super().__init__()
        self._ring = QRectF()
        self._color = QColor("white")

    @property
    def ring(self) -> QRectF:
        """The ellipse, in columns and rows."""
        return self._ring

    def show_at(self, centre: tuple[float, float], radii: tuple[float, float], color: str) -> None:
        """Draw the ring round a place (column, row) with radii along columns and rows."""
        self.prepareGeometryChange()
        across, down = radii
        self._ring = QRectF(
            QPointF(centre[0] - across, centre[1] - down),
            QPointF(centre[0] + across, centre[1] + down),
        )
        self._color = QColor(color)
        self.show()
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the ellipse with room for the line."""
        across, down = 2 + self._ring.width() * 0.1, 2 + self._ring.height() * 0.1
        return self._ring.adjusted(-across, -down, across, down)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw both lines, of constant width."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in ((_EDGE, _EDGE_PX), (self._color, _LINE_PX)):
            pen = QPen(color, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawEllipse(self._ring)
