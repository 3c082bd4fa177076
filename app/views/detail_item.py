"""A part of a large image, drawn in its place over the overview."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF

from app.views.placing import section_rect
from app.workers.windows import WindowImage
from engine.core.section import Section


class DetailItem(pg.ImageItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws the window that was read last; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__(axisOrder="row-major")
        self.shown: WindowImage | None = None

    def show_window(self, shown: WindowImage) -> None:
        """Draw another window, in its place."""
        self.shown = shown
        self.setImage(shown.image, autoLevels=False, levels=(0, 255))
        self.setRect(section_rect(shown.section))
        self.show()

    def forget(self) -> None:
        """Draw nothing."""
        self.shown = None
        self.hide()

    def section_at(self, point: QPointF) -> Section | None:
        """Return the window's pixels if a place, in survey numbers, lies among them."""
        if self.shown is None or not section_rect(self.shown.section).contains(point):
            return None
        return self.shown.section
