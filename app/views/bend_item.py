"""Where an arbitrary line bends."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.views.area_items import AreaItem
from app.views.map_lines import LINE_COLOR
from app.views.placing import section_rect
from app.workers.slices import SliceImage
from engine.core.arbitrary_line import ARBITRARY
from engine.core.lined_volume import LinedVolume

_PAPER = QColor(255, 255, 255, 210)
_TICK_PX = 18.0
_MARGIN_PX = 3.0


@dataclass(frozen=True, slots=True)
class Bend:
    """One bend of a line.

    Parameters
    ----------
    place : float
        On the axis of the line.
    text : str
        Inline and crossline number there.
    """

    place: float
    text: str


class BendItem(AreaItem):
    """A tick at each bend, at the upper and lower edge of what is seen, with its numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.bends: tuple[Bend, ...] = ()

    def show_bends(self, shown: SliceImage) -> None:
        """Mark the bends of a section; of others than along arbitrary lines nothing is drawn."""
        request, cols = shown.request, shown.section.cols
        volume = request.volume
        found: tuple[tuple[int, float, float], ...] = ()
        if request.direction == ARBITRARY and isinstance(volume, LinedVolume):
            found = volume.bends(request.index)
        self.bends = tuple(
            Bend(cols.value(col), f"IL {inline:.0f}, XL {crossline:.0f}")
            for col, inline, crossline in found
        )
        self.set_rect(section_rect(shown.section))
        self.setVisible(bool(self.bends))
        self.update()

    def paint_area(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the ticks; a number that would run into the one before is left out."""
        seen = self.sceneTransform().mapRect(self.getViewBox().viewRect())
        edges = rect.intersected(seen)
        metrics, taken = painter.fontMetrics(), edges.left()
        for bend in self.bends:
            x = rect.left() + (bend.place - self._rect.left()) * rect.width() / self._rect.width()
            if not edges.left() <= x <= edges.right():
                continue
            for width, color in ((3.0, _PAPER), (1.0, LINE_COLOR)):
                painter.setPen(QPen(color, width))
                for end, down in ((edges.top(), 1), (edges.bottom(), -1)):
                    painter.drawLine(QPointF(x, end), QPointF(x, end + down * _TICK_PX))
            room = metrics.horizontalAdvance(bend.text) + 2 * _MARGIN_PX
            left = min(max(x - room / 2, edges.left()), edges.right() - room)
            if left >= taken:
                box = QRectF(left, edges.top() + _TICK_PX, room, metrics.height())
                painter.fillRect(box, _PAPER)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, bend.text)
                taken = box.right() + _MARGIN_PX
