"""Times on the axis ``utc``, in words; never local time."""

from __future__ import annotations

import numpy as np

NS_PER_S = 10**9
_FINEST = 9
_FLOAT_DECIMALS = 6


def iso_utc(nanoseconds: int) -> str:
    """Return nanoseconds since 1970 UTC as ``2022-06-04T15:27:44.800325476Z``."""
    return f"{np.datetime64(nanoseconds, 'ns')}Z"


def utc_date(seconds: float) -> str:
    """Return the date of seconds since 1970 UTC: ``2022-06-04``."""
    return _rounded(seconds, _FLOAT_DECIMALS)[:10]


def utc_dates(first: float, last: float) -> str:
    """Return the name of a time axis with its dates: ``UTC 2022-06-04``, or two of them."""
    began, ended = utc_date(first), utc_date(last)
    return f"UTC {began}" if began == ended else f"UTC {began} to {ended}"


def utc_clock(seconds: float, decimals: int = 0) -> str:
    """Return the time of day, rounded to decimals of a second: ``15:27:44.8``.

    Parameters
    ----------
    seconds : float
        Since 1970-01-01T00:00 UTC.
    decimals : int, default 0
        Of the seconds, at most 9; float64 resolves a quarter of a microsecond today.

    Returns
    -------
    str
        24 hours.
    """
    return _rounded(seconds, decimals)[11:]


def utc_text(seconds: float, decimals: int = 3) -> str:
    """Return date and time of day: ``2022-06-04 15:27:44.800``."""
    return _rounded(seconds, decimals).replace("T", " ")


def decimals_of(step: float) -> int:
    """Return how many decimals of a second tell positions of that spacing apart, at most 6."""
    return next((n for n in range(_FLOAT_DECIMALS) if step >= 10.0**-n * (1 - 1e-9)), 6)


def _rounded(seconds: float, decimals: int) -> str:
    """Return an ISO time, rounded first so that 59.9996 does not become 59.000."""
    places = min(max(decimals, 0), _FINEST)
    whole = int(np.floor(seconds))
    count = 10**places
    carry, parts = divmod(round((seconds - whole) * count), count)
    text = str(np.datetime64(whole + carry, "s"))
    return f"{text}.{parts:0{places}d}" if places else text
