"""Axes with survey numbers and units."""

from __future__ import annotations

import math

import pyqtgraph as pg

from engine.core.axes import Axis
from engine.core.utc import utc_clock, utc_date

_STEPS = (1.0, 2.0, 5.0, 10.0)
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_CLOCK_STEPS = (
    *(15.0, 30.0, _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE),
    *(_HOUR, 2 * _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY),
)
_SECONDS = 10.0


def nice_step(span: float, n_ticks: int, least: float) -> float:
    """Return a round distance between ticks.

    Parameters
    ----------
    span : float
        Visible range, above zero.
    n_ticks : int
        About how many ticks fit.
    least : float
        The distance between two positions; ticks are not closer.

    Returns
    -------
    float
        1, 2 or 5 times a power of ten, or `least` when that is larger.
    """
    raw = max(span / max(n_ticks, 1), least, 1e-12)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in _STEPS if step * power >= raw * (1 - 1e-9))


def clock_step(span_s: float, n_ticks: int) -> float:
    """Return a round distance between times of day.

    Parameters
    ----------
    span_s : float
        Visible range in seconds, above zero.
    n_ticks : int
        About how many ticks fit.

    Returns
    -------
    float
        Seconds: 1, 2 or 5 times a power of ten up to ten seconds, then what divides
        minutes, hours and days, then days.
    """
    raw_s = span_s / max(n_ticks, 1)
    if raw_s <= _SECONDS:
        return nice_step(span_s, n_ticks, 1e-6)
    days = nice_step(span_s / _DAY, n_ticks, 1.0) * _DAY
    return next((step for step in _CLOCK_STEPS if step >= raw_s), days)


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
        self._spacing_px = 90 if orientation in {"top", "bottom"} else 60

    def set_axis(self, axis: Axis) -> None:
        """Take name, unit and spacing of an axis."""
        self._least = abs(axis.step) if axis.unit == "1" else 1e-6
        self._is_utc = axis.name == "utc"
        self.setLabel(_dated(axis) if self._is_utc else axis.label)
        self.picture = None
        self.update()

    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, list[float]]]:
        """Return round survey numbers; see `pyqtgraph.AxisItem.tickValues`."""
        low, high = sorted((minVal, maxVal))
        if high <= low:
            return []
        n_ticks = int(size / self._spacing_px)
        step = nice_step(high - low, n_ticks, self._least)
        if self._is_utc:
            step = clock_step(high - low, n_ticks)
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        return [(step, [n * step for n in range(first, last + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return numbers or times of day with as many decimals as the spacing needs."""
        decimals = max(0, -math.floor(math.log10(spacing) + 1e-9)) if spacing > 0 else 0
        if self._is_utc:
            return [_time_of_day(value, decimals, spacing) for value in values]
        return [f"{value:.{decimals}f}" for value in values]


def _dated(axis: Axis) -> str:
    first, last = utc_date(axis.first), utc_date(axis.last)
    return f"UTC {first}" if first == last else f"UTC {first} to {last}"


def _time_of_day(value: float, decimals: int, spacing: float) -> str:
    """Return a time, or the date where a day begins and times would not tell days apart."""
    if value % _DAY == 0 and spacing >= _MINUTE:
        return utc_date(value)
    return utc_clock(value, decimals)
