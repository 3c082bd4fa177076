"""Traces drawn as curves, with their peaks filled."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from app.views.area_items import AreaItem
from engine.core.axes import Axis
from engine.core.section import Section
from engine.preprocessing.wiggles import strongest_samples, trace_stride, wiggle_coverage

_FILL_OVER_COLORS = 0.55
_OPAQUE = 255
_REACH = 1.3
"""Spacings that an amplitude at the limit swings from its trace."""
_CLIP = 1.25
"""Amplitudes beyond so many limits are drawn there, so that one spike does not hide others."""


@dataclass(frozen=True, slots=True)
class _Window:
    """Positions of an axis that are on the screen, and where."""

    first: int
    stop: int
    origin_px: float
    step_px: float

    @classmethod
    def of(
        cls, axis: Axis, start_px: float, length_px: float, seen: tuple[float, float]
    ) -> _Window:
        """Take an axis whose positions fill a stretch of pixels; `seen` is the visible one."""
        step_px = length_px / axis.size
        origin_px = start_px + step_px / 2
        ends = [(place - origin_px) / step_px for place in seen]
        first = max(math.floor(min(ends)) - 1, 0)
        stop = min(math.ceil(max(ends)) + 2, axis.size)
        return cls(first, max(stop, first), origin_px, step_px)


class WiggleItem(AreaItem):
    """Draws as many traces of a section as can be told apart.

    What it draws depends on the screen and not on the size of the section: at
    most two samples a row of pixels, and one trace in seven columns.
    """

    def __init__(self) -> None:
        super().__init__()
        self._section: Section | None = None
        self._limit = 1.0
        self._sign = 1
        self._fill = 1.0
        self._picture = QImage()
        self._drawn_for: tuple[QRectF, QRect] | None = None
        self.stride = 1
        """Every which trace was drawn last."""

    def show_section(self, section: Section, limit: float) -> None:
        """Draw another section, or the same with another amplitude as the limit."""
        self._section, self._limit = section, limit
        self._drawn_for = None
        self.update()

    def set_style(self, *, flipped: bool, over_colors: bool) -> None:
        """Fill troughs instead of peaks if flipped; let colours behind shine through."""
        self._sign = -1 if flipped else 1
        self._fill = _FILL_OVER_COLORS if over_colors else 1.0
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
        key = (rect, seen)
        if key != self._drawn_for:
            ink = np.ascontiguousarray(self._draw(section, rect, seen))
            height, width = ink.shape
            self._picture = QImage(
                ink.tobytes(), width, height, width, QImage.Format.Format_Alpha8
            ).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
            self._drawn_for = key
        painter.drawImage(seen.topLeft(), self._picture)

    def _draw(self, section: Section, rect: QRectF, seen: QRect) -> NDArray[np.uint8]:
        """Return the opacity of the ink in each pixel that is seen."""
        cols = _window(section.cols, rect.left(), rect.right(), (seen.left(), seen.right()))
        rows = _window(section.rows, rect.top(), rect.bottom(), (seen.top(), seen.bottom()))
        self.stride = trace_stride(abs(cols.step_px))
        first = -(-cols.first // self.stride) * self.stride
        columns = np.arange(max(first - self.stride, 0), cols.stop, self.stride)
        part = section.data[rows.first : rows.stop, columns]
        if part.size == 0:
            return np.zeros((seen.height(), seen.width()), dtype=np.uint8)
        spacing_px = self.stride * abs(cols.step_px)
        scaled = np.clip(part * np.float32(self._sign / self._limit), -_CLIP, _CLIP)
        places, values = strongest_samples(scaled, math.ceil(seen.height()))
        if rows.step_px < 0:
            places, values = places[::-1], values[::-1]
        down = rows.origin_px + (places + rows.first) * rows.step_px - seen.top()
        across = cols.origin_px + columns.astype(np.float64) * cols.step_px - seen.left()
        curves, lobes = wiggle_coverage(
            down, values * np.float32(spacing_px * _REACH), across, (seen.height(), seen.width())
        )
        ink = np.maximum(curves, lobes * np.float32(self._fill))
        return np.asarray(np.rint(ink * _OPAQUE), dtype=np.uint8)


def _window(axis: Axis, low_px: float, high_px: float, seen: tuple[float, float]) -> _Window:
    """Take an axis that runs from low to high, or from high to low if its step is negative."""
    if axis.step > 0:
        return _Window.of(axis, low_px, high_px - low_px, seen)
    return _Window.of(axis, high_px, low_px - high_px, seen)
