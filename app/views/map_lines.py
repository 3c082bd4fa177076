"""Arbitrary lines on the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

LINE_COLOR = QColor("#8250df")
_EDGE = QColor("#ffffff")
_NODE_PX = 4.0
_REACH_PX = 8.0

Nodes = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class MapLines:
    """What a map shows of arbitrary lines.

    Parameters
    ----------
    lines : tuple of nodes
        Inline and crossline numbers of their nodes.
    chosen : int, optional
        The one that is looked along.
    drawing : nodes, optional
        Those of a line that is being drawn; empty before the first.
    """

    lines: tuple[Nodes, ...] = ()
    chosen: int | None = None
    drawing: Nodes | None = None

    @property
    def movable(self) -> Nodes:
        """Nodes that can be dragged: of the chosen line, unless another is being drawn."""
        if self.chosen is None or self.drawing is not None:
            return ()
        return self.lines[self.chosen]


def node_near(nodes: Sequence[QPointF], at: QPointF) -> int | None:
    """Return which node, in pixels, is near enough to be taken hold of."""
    reach = [(node - at).manhattanLength() for node in nodes]
    nearest = min(range(len(nodes)), key=reach.__getitem__, default=None)
    return nearest if nearest is not None and reach[nearest] <= _REACH_PX else None


def paint_lines(
    painter: QPainter,
    lines: MapLines,
    to_pixels: Callable[[float, float], QPointF],
    area: QRect,
) -> None:
    """Draw lines with their numbers, nodes of the chosen one, and the one being drawn.

    Parameters
    ----------
    painter : QPainter
        Draws in pixels of the map.
    lines : MapLines
        What to draw.
    to_pixels : callable
        From an inline and a crossline number to pixels.
    area : QRect
        The map.
    """
    for number, nodes in enumerate(lines.lines):
        places = [to_pixels(*node) for node in nodes]
        chosen = number == lines.chosen
        painter.setPen(QPen(LINE_COLOR, 3 if chosen else 1.2))
        painter.drawPolyline(QPolygonF(places))
        if chosen:
            _paint_nodes(painter, places)
        painter.setPen(LINE_COLOR)
        painter.drawText(places[0] + QPointF(6, -6), str(number + 1))
    if lines.drawing is None:
        return
    places = [to_pixels(*node) for node in lines.drawing]
    painter.setPen(QPen(LINE_COLOR, 2, Qt.PenStyle.DashLine))
    painter.drawPolyline(QPolygonF(places))
    _paint_nodes(painter, places)
    painter.setPen(LINE_COLOR)
    text = QCoreApplication.translate(
        "MapView", "Click the nodes; double-click ends the line, Esc leaves."
    )
    align = int(
        Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    )
    painter.drawText(area.adjusted(4, 2, -28, -4), align, text)


def _paint_nodes(painter: QPainter, places: Sequence[QPointF]) -> None:
    painter.setPen(QPen(_EDGE, 1))
    painter.setBrush(LINE_COLOR)
    for place in places:
        painter.drawEllipse(place, _NODE_PX, _NODE_PX)
