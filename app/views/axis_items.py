"""Axes with survey numbers and units."""

from __future__ import annotations

import math

import pyqtgraph as pg

from engine.core.axes import Axis

_STEPS = (1.0, 2.0, 5.0, 10.0)


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


class SurveyAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of line numbers, times or depths, without SI prefixes.

    Parameters
    ----------
    orientation : {"left", "top"}
        Side of the plot.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation, maxTickLength=-6)
        self.enableAutoSIPrefix(enable=False)
        self._least = 1.0
        self._spacing_px = 90 if orientation in {"top", "bottom"} else 60

    def set_axis(self, axis: Axis) -> None:
        """Take name, unit and spacing of an axis."""
        self._least = abs(axis.step) if axis.unit == "1" else 1e-6
        self.setLabel(axis.label)
        self.picture = None
        self.update()

    def tickValues(
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, list[float]]]:
        """Return round survey numbers; see `pyqtgraph.AxisItem.tickValues`."""
        low, high = sorted((minVal, maxVal))
        if high <= low:
            return []
        step = nice_step(high - low, int(size / self._spacing_px), self._least)
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        return [(step, [n * step for n in range(first, last + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return plain numbers with as many decimals as the spacing needs."""
        decimals = max(0, -math.floor(math.log10(spacing) + 1e-9)) if spacing > 0 else 0
        return [f"{value:.{decimals}f}" for value in values]
