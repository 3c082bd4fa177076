"""Fault sticks and polylines over a section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.views.sample_item import SampleItem
from engine.core.labels import CERTAIN, POSSIBLE, PROBABLE

_EDGE = QColor(15, 18, 22, 220)
_DASHES_PX = {PROBABLE: (11.0, 7.0), POSSIBLE: (4.0, 7.0)}
"""Lengths of dashes and gaps, by certainty."""
_LINE_PX, _EDGE_PX, _NODE_PX = 2.5, 4.5, 7.0
_ACTIVE_PX = 2.0


@dataclass(frozen=True, slots=True)
class DrawnPick:
    """A line with nodes.

    Parameters
    ----------
    nodes : tuple of (float, float)
        Column and row of each.
    color : str
        ``#rrggbb``.
    certainty : int, default `CERTAIN`
        Dashed where probable, dotted where only possible.
    active : bool, default False
        Whether it is being picked.
    """

    nodes: tuple[tuple[float, float], ...]
    color: str
    certainty: int = CERTAIN
    active: bool = False


class PickItem(SampleItem):
    """Lines of constant width on the screen, with square nodes."""

    def __init__(self) -> None:
        super().__init__()
        self._picks: tuple[DrawnPick, ...] = ()

    @property
    def picks(self) -> tuple[DrawnPick, ...]:
        """What is drawn."""
        return self._picks

    def show_picks(self, picks: Sequence[DrawnPick]) -> None:
        """Draw other lines."""
        if self._picks != tuple(picks):
            self._picks = tuple(picks)
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the section's rectangle and some more, for nodes at its border."""
        return self._area.adjusted(-8, -8, 8, 8)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw each line over a dark edge, so that it is seen on any colour."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pick in self._picks:
            line = QPolygonF([QPointF(*node) for node in pick.nodes])
            color = QColor(pick.color)
            wider = _ACTIVE_PX if pick.active else 0.0
            for pen in (_pen(_EDGE, _EDGE_PX), _pen(color, _LINE_PX)):
                if pick.certainty in _DASHES_PX:
                    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
                    pen.setDashPattern([px / pen.widthF() for px in _DASHES_PX[pick.certainty]])
                painter.setPen(pen)
                painter.drawPolyline(line)
            for pen in (
                _pen(_EDGE, _NODE_PX + 2 + wider),
                _pen(QColor("white") if pick.active else color, _NODE_PX + wider),
            ):
                pen.setCapStyle(Qt.PenCapStyle.SquareCap)
                painter.setPen(pen)
                painter.drawPoints(line)


def _pen(color: QColor, width_px: float) -> QPen:
    pen = QPen(color, width_px)
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
