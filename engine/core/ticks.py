"""Round places on axes: numbers, and times of day."""

from __future__ import annotations

import math

from engine.core.utc import utc_clock, utc_date

_STEPS = (1.0, 2.0, 5.0, 10.0)
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_CLOCK_STEPS = (
    *(15.0, 30.0, _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE),
    *(_HOUR, 2 * _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, _DAY),
)
_SECONDS = 10.0


def nice_step(span: float, n_ticks: float, least: float) -> float:
    """Return a round distance between ticks.

    Parameters
    ----------
    span : float
        Visible range, above zero.
    n_ticks : float
        About how many ticks fit; one if fewer do.
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


def clock_step(span_s: float, n_ticks: float) -> float:
    """Return a round distance between times of day.

    Parameters
    ----------
    span_s : float
        Visible range in seconds, above zero.
    n_ticks : float
        About how many ticks fit; one if fewer do.

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


def time_of_day(value_s: float, decimals: int, spacing_s: float) -> str:
    """Return what stands at a tick of a time axis.

    Parameters
    ----------
    value_s : float
        Seconds since 1970 UTC.
    decimals : int
        Of the seconds.
    spacing_s : float
        Between ticks.

    Returns
    -------
    str
        A time, or the date where a day begins and times would not tell days apart.
    """
    if value_s % _DAY == 0 and spacing_s >= _MINUTE:
        return utc_date(value_s)
    return utc_clock(value_s, decimals)
