"""Lengths along axes, for true proportions."""

from __future__ import annotations

import math

from engine.core.axes import Axis
from engine.core.survey import Survey

_METRES = {"m": 1.0, "km": 1000.0, "ft": 0.3048}
_POLE_DEG = 90.0
_SECONDS = {"s": 1.0, "ms": 1e-3}


def metres_per_unit(axis: Axis, survey: Survey | None, velocity_m_s: float) -> float | None:
    """Return how long one unit of an axis is on the ground or in the earth.

    Parameters
    ----------
    axis : Axis
        Line numbers, two-way times, depths or distances.
    survey : Survey or None
        Gives line numbers their spacing.
    velocity_m_s : float
        Turns two-way time into depth, metres per second.

    Returns
    -------
    float or None
        Metres per unit, above zero; None where the axis is no length. Pixels
        of an image count as metres: only the ratio of two axes means anything.
    """
    if axis.unit in _METRES:
        return _METRES[axis.unit]
    if axis.unit == "px":
        return 1.0
    if axis.name == "twt" and axis.unit in _SECONDS:
        return velocity_m_s / 2 * _SECONDS[axis.unit]
    steps = {} if survey is None else _line_steps(survey)
    return steps.get(axis.name) or None


def metres_per_degree(rows: Axis, cols: Axis, radius_m: float) -> tuple[float, float] | None:
    """Return how long a degree is across and down at the middle of a map.

    Parameters
    ----------
    rows, cols : Axis
        Latitude and longitude, in degrees.
    radius_m : float
        Of the body, taken as a sphere, metres.

    Returns
    -------
    tuple of float or None
        Metres in a degree of longitude at the middle latitude, and in one of
        latitude; None where the axes are no such angles, or the middle is a pole.
    """
    if (rows.name, cols.name) != ("latitude", "longitude") or rows.unit != "deg":
        return None
    middle = (rows.first + rows.last) / 2
    down = math.radians(1.0) * radius_m
    return (math.cos(math.radians(middle)) * down, down) if abs(middle) < _POLE_DEG else None


def _line_steps(survey: Survey) -> dict[str, float]:
    metres = _METRES.get(survey.unit, 0.0)
    return {
        "inline": math.hypot(*survey.per_inline) * metres,
        "crossline": math.hypot(*survey.per_crossline) * metres,
    }
