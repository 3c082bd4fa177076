"""The two lines through a place of the section."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

_INK = QColor(30, 30, 30, 150)


class Crosshair:
    """Lines across a whole view, in survey numbers.

    Parameters
    ----------
    box : pyqtgraph.ViewBox
        Where they are drawn.
    depth : float
        How far in front of other things.
    color : QColor, optional
        Theirs.
    """

    def __init__(self, box: pg.ViewBox, depth: float, color: QColor = _INK) -> None:
        pen = pg.mkPen(color, width=1)
        self._lines = [pg.InfiniteLine(angle=angle, pen=pen) for angle in (90, 0)]
        for line in self._lines:
            line.setZValue(depth)
            box.addItem(line, ignoreBounds=True)
        self.hide()

    def show_at(self, x: float | None, y: float | None) -> None:
        """Move the upright line to one place and the level one to another; None hides it."""
        for line, place in zip(self._lines, (x, y), strict=True):
            line.setVisible(place is not None)
            if place is not None:
                line.setPos(place)

    def hide(self) -> None:
        """Draw nothing."""
        self.show_at(None, None)

    @property
    def place(self) -> QPointF | None:
        """Where both lines cross, while both are drawn."""
        if not all(line.isVisible() for line in self._lines):
            return None
        return QPointF(self._lines[0].value(), self._lines[1].value())
