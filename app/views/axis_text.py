"""Positions on an axis, in words."""

from __future__ import annotations

from engine.core.axes import Axis
from engine.core.utc import decimals_of, utc_text


def decimals(axis: Axis) -> int:
    """Return how many decimals the values of an axis need, at most three."""
    for n in range(3):
        if all(abs(v * 10**n - round(v * 10**n)) < 1e-6 for v in (axis.first, axis.step)):
            return n
    return 3


def value_text(axis: Axis, value: float) -> str:
    """Return a position with its unit, or date and time of day on a ``utc`` axis."""
    if axis.name == "utc":
        return utc_text(value, decimals_of(abs(axis.step)))
    if axis.name == "time":
        return f"{value:.{decimals_of(abs(axis.step))}f} {axis.unit}"
    unit = "" if axis.unit == "1" else f" {axis.unit}"
    return f"{value:.{decimals(axis)}f}{unit}"
