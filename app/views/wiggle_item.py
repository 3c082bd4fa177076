"""Traces drawn as curves, with their peaks filled."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from app.views.area_items import AreaItem
from engine.core.section import Section
from engine.preprocessing.wiggles import WiggleStyle, draw_wiggles, places

FILL_OVER_COLORS = 0.55
"""Opacity of filled peaks through which colours are still seen."""
_OPAQUE = 255


class WiggleItem(AreaItem):
    """Draws as many traces of a section as can be told apart."""

    def __init__(self) -> None:
        super().__init__()
        self._section: Section | None = None
        self._style = WiggleStyle(1.0)
        self._picture = QImage()
        self._drawn_for: tuple[QRectF, QRect, bool] | None = None
        self.stride = 1
        """Every which trace was drawn last."""

    def show_section(self, section: Section, limit: float) -> None:
        """Draw another section, or the same with another amplitude as the limit."""
        self._section = section
        self._draw_anew(replace(self._style, limit=limit))

    def set_style(self, *, flipped: bool, over_colors: bool) -> None:
        """Fill troughs instead of peaks if flipped; let colours behind shine through."""
        fill = FILL_OVER_COLORS if over_colors else 1.0
        self._draw_anew(replace(self._style, flipped=flipped, fill=fill))

    def _draw_anew(self, style: WiggleStyle) -> None:
        self._style = style
        self._drawn_for = None
        self.update()

    def paint_area(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the traces inside the visible part of a rectangle of pixels."""
        section, box = self._section, self.getViewBox()
        if section is None or box is None or rect.isEmpty():
            return
        seen = rect.intersected(box.sceneBoundingRect()).toAlignedRect()
        if seen.isEmpty():
            return
        # The crosshair repaints the view at each move of the mouse; the picture stays.
        if self._drawn_for != (rect, seen, self.swapped):
            self._picture = self._draw(section, rect, seen)
            self._drawn_for = (rect, seen, self.swapped)
        painter.drawImage(seen.topLeft(), self._picture)

    def _draw(self, section: Section, rect: QRectF, seen: QRect) -> QImage:
        left, top = rect.left() - seen.left(), rect.top() - seen.top()
        shape = (seen.height(), seen.width())
        if self.swapped:
            # Traces run to the right; drawn as if turned by a quarter, their peaks point up.
            down = places(section.rows, left, rect.width())
            across = seen.height() - places(section.cols, top, rect.height())
            turned = draw_wiggles(section.data, down, across, shape[::-1], self._style)
            ink, self.stride = np.ascontiguousarray(turned[0].T[::-1]), turned[1]
        else:
            down = places(section.rows, top, rect.height())
            across = places(section.cols, left, rect.width())
            ink, self.stride = draw_wiggles(section.data, down, across, shape, self._style)
        opacity = np.rint(ink * _OPAQUE).astype(np.uint8).tobytes()
        image = QImage(opacity, shape[1], shape[0], shape[1], QImage.Format.Format_Alpha8)
        return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
