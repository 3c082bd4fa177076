"""Axes with survey numbers and units."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtGui import QFontMetrics

from app.views.view_box import SectionViewBox
from engine.core.axes import Axis
from engine.core.ticks import clock_step, nice_step, time_of_day
from engine.core.utc import utc_dates

_FEW = 5
_GAP_PX = 14


class SurveyAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of line numbers, times or depths, without SI prefixes.

    Seconds since 1970 are shown as times of day in UTC, with the date beside.

    Parameters
    ----------
    orientation : {"left", "top"}
        Side of the plot.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, maxTickLength=-6)
        self.enableAutoSIPrefix(enable=False)
        self._least = 1.0
        self._is_utc = False
        self._is_level = orientation in {"top", "bottom"}
        self._spacing_px = 90 if self._is_level else 60

    def set_axis(self, axis: Axis) -> None:
        """Take name, unit and spacing of an axis."""
        self._least = abs(axis.step) if axis.unit == "1" else 1e-6
        self._is_utc = axis.name == "utc"
        self.setLabel(utc_dates(axis.first, axis.last) if self._is_utc else axis.label)
        self.picture = None
        self.update()

    def linkToView(self, view: pg.ViewBox) -> None:
        """Follow a view, which may come to draw rows or columns along this side."""
        super().linkToView(view)
        if isinstance(view, SectionViewBox):
            view.sigRangeChanged.connect(self.linkedViewChanged)

    def linkedViewChanged(
        self, view: pg.ViewBox, newRange: tuple[float, float] | None = None
    ) -> None:
        """Follow what runs along this side: rows or columns, as the view draws them."""
        if isinstance(view, SectionViewBox):
            self.setRange(*view.ends(vertical=self.orientation in {"left", "right"}))
        else:
            super().linkedViewChanged(view, newRange)

    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, list[float]]]:
        """Return round survey numbers; see `pyqtgraph.AxisItem.tickValues`."""
        low, high = sorted((minVal, maxVal))
        if high <= low:
            return []
        n_ticks = size / self._spacing(low, high, size)
        step = nice_step(high - low, n_ticks, self._least)
        if self._is_utc:
            step = clock_step(high - low, n_ticks)
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        return [(step, [n * step for n in range(first, last + 1)])]

    def _spacing(self, low: float, high: float, size: float) -> float:
        """Return the least pixels between ticks: fewer on a short axis, if numbers fit."""
        if self._is_utc:
            return self._spacing_px
        metrics = QFontMetrics(self.style["tickFont"] or self.font())
        least = metrics.height()
        if self._is_level:
            least = max(metrics.horizontalAdvance(f"{value:.0f}") for value in (low, high))
        return min(self._spacing_px, max(size / _FEW, least + _GAP_PX))

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return numbers or times of day with as many decimals as the spacing needs."""
        decimals = max(0, -math.floor(math.log10(spacing) + 1e-9)) if spacing > 0 else 0
        if self._is_utc:
            return [time_of_day(value, decimals, spacing) for value in values]
        return [f"{value:.{decimals}f}" for value in values]
