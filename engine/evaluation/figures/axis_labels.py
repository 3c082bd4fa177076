"""Names and ticks of the axes of a section; times as times of day in UTC."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axis import Axis as DrawnAxis
from matplotlib.ticker import FuncFormatter, Locator

from engine.core.axes import Axis
from engine.core.ticks import clock_step, time_of_day
from engine.core.utc import utc_dates

_N_TICKS = 5


def label_axis(drawn: DrawnAxis, axis: Axis) -> None:
    """Write name, unit and round places beside an axis.

    Parameters
    ----------
    drawn : matplotlib.axis.Axis
        Where they are written.
    axis : Axis
        Whose they are; a ``utc`` axis has its date in the name and times of day at
        the ticks.
    """
    if axis.name != "utc":
        drawn.set_label_text(axis.label)
        return
    drawn.set_label_text(utc_dates(axis.first, axis.last))
    locator = _ClockLocator()
    drawn.set_major_locator(locator)
    drawn.set_major_formatter(FuncFormatter(lambda value, _place: locator.text(value)))


class _ClockLocator(Locator):
    """Puts ticks at round times of day."""

    def __init__(self) -> None:
        self._step = 1.0

    def __call__(self) -> Any:
        """Return the ticks of the present view."""
        return self.tick_values(*self.axis.get_view_interval())  # type: ignore[union-attr]

    def tick_values(self, vmin: float, vmax: float) -> Any:
        """Return the ticks between two times."""
        low, high = sorted((vmin, vmax))
        self._step = clock_step(high - low, _N_TICKS)
        first, last = math.ceil(low / self._step - 1e-9), math.floor(high / self._step + 1e-9)
        return [n * self._step for n in range(first, last + 1)]

    def text(self, value: float) -> str:
        """Return a time with as many decimals as the spacing needs."""
        decimals = max(0, -math.floor(math.log10(self._step) + 1e-9))
        return time_of_day(value, decimals, self._step)
