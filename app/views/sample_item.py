"""The base of what is drawn over a section in positions of its samples."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QTransform

from engine.core.section import Section


class SampleItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws in columns and rows of a section, whose middles of samples are whole numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._area = QRectF()

    def lie_on(self, section: Section) -> None:
        """Lie where a section lies in survey numbers."""
        cols, rows = section.cols, section.rows
        area = QRectF(-0.5, -0.5, cols.size, rows.size)
        transform = QTransform(cols.step, 0, 0, rows.step, cols.first, rows.first)
        if area != self._area or transform != self.transform():
            self.prepareGeometryChange()
            self._area = area
            self.setTransform(transform)

    def boundingRect(self) -> QRectF:
        """Return the rectangle of the section."""
        return self._area
