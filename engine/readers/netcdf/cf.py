"""Times and packed samples, as the CF conventions write them.

Sources: CF conventions 1.11, sections 4.4 (time), 8.1 (packed data) and 2.5.1 (missing
data); NetCDF User's Guide, default fill values.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.utc import NS_PER_S
from engine.readers.netcdf.structure import NetcdfVariable

_UNITS_NS = {
    1: ("ns", "nsec", "nanosecond", "nanoseconds"),
    1000: ("us", "usec", "microsecond", "microseconds"),
    10**6: ("ms", "msec", "millisec", "millisecond", "milliseconds"),
    NS_PER_S: ("s", "sec", "secs", "second", "seconds"),
    60 * NS_PER_S: ("min", "mins", "minute", "minutes"),
    3600 * NS_PER_S: ("h", "hr", "hrs", "hour", "hours"),
    86_400 * NS_PER_S: ("d", "day", "days"),
}
_CALENDARS = frozenset({"", "standard", "gregorian", "proleptic_gregorian"})
_SINCE = re.compile(r"(\w+)\s+since\s+(.+)", re.IGNORECASE)
_MOMENT = re.compile(
    r"(\d{1,4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(\.\d*)?)?)?"
    r"\s*(?:Z|UTC|GMT|([+-])(\d{1,2}):?(\d{2})?)?",
    re.IGNORECASE,
)
_LATEST_NS = float(2**62)
_FILLS: Mapping[str, float] = {
    "f4": 9.969209968386869e36,
    "f8": 9.969209968386869e36,
    "i2": -32767,
    "i4": -2147483647,
    "i8": -9223372036854775806,
    "u2": 65535,
    "u4": 4294967295,
}
"""What the library writes where nothing was written, by kind and bytes of a sample."""


def unit_ns(word: str) -> int | None:
    """Return the nanoseconds of a unit of time; None for other units."""
    units = _UNITS_NS.items()
    return next((ns for ns, spellings in units if word.strip().lower() in spellings), None)


def epoch_ns(values: NDArray[Any], units: str, calendar: str) -> NDArray[np.int64] | None:
    """Return times as nanoseconds since 1970-01-01T00:00 UTC.

    Parameters
    ----------
    values : ndarray, shape (n,)
        As stored.
    units : str
        Such as ``seconds since 2023-03-22 12:00:00``; without an offset it is UTC.
    calendar : str
        Empty for the usual one.

    Returns
    -------
    ndarray of int64 or None
        None where the units or the calendar are of another kind, a value is not
        finite, or a time lies outside of the years 1824 to 2116.
    """
    found = _SINCE.fullmatch(units.strip())
    factor = unit_ns(found[1]) if found else None
    start = _moment_ns(found[2]) if found else None
    if factor is None or start is None or calendar.strip().lower() not in _CALENDARS:
        return None
    if values.size == 0 or not np.isfinite(values).all():
        return None
    largest = max(abs(float(values.min())), abs(float(values.max())))
    if largest * factor + abs(start) > _LATEST_NS:
        return None
    if values.dtype.kind in "iu":
        return values.astype(np.int64) * factor + start
    return np.rint(values.astype(np.float64) * factor).astype(np.int64) + start


def _moment_ns(text: str) -> int | None:
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    numbers = [int(part or 0) for part in found.groups()[:6]]
    sign, hours, minutes = found[8], int(found[9] or 0), int(found[10] or 0)
    try:
        moment = dt.datetime(*numbers, tzinfo=dt.UTC)  # type: ignore[arg-type,misc] # six numbers
    except ValueError:
        return None
    since = moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    offset = (hours * 60 + minutes) * 60 * (-1 if sign == "-" else 1)
    fraction = round(float(f"0{found[7]}") * NS_PER_S) if found[7] and found[7] != "." else 0
    return (since.days * 86_400 + since.seconds - offset) * NS_PER_S + fraction


@dataclass(frozen=True, slots=True)
class Packing:
    """How samples are stored.

    Parameters
    ----------
    scale, offset : float
        A sample is its stored number times `scale` plus `offset`.
    missing : tuple of float
        Stored numbers that stand for no data.
    """

    scale: float = 1.0
    offset: float = 0.0
    missing: tuple[float, ...] = ()

    @classmethod
    def of(cls, variable: NetcdfVariable) -> Packing:
        """Read it from the attributes of a variable."""
        missing: list[float] = []
        for name in ("_FillValue", "missing_value"):
            value = variable.attributes.get(name)
            told = value if isinstance(value, list) else [value]
            missing += [number for number in told if isinstance(number, float)]
        usual = _FILLS.get(variable.dtype.str[1:])
        if "_FillValue" not in variable.attributes and usual is not None:
            missing.append(usual)
        return cls(
            variable.number("scale_factor", 1.0),
            variable.number("add_offset", 0.0),
            tuple(number for number in missing if np.isfinite(number)),
        )

    def unpack(self, raw: NDArray[Any]) -> NDArray[np.float32]:
        """Return samples, NaN where there is no data."""
        with np.errstate(over="ignore", invalid="ignore"):
            if self.scale == 1.0 and self.offset == 0.0:
                data = np.array(raw, dtype=np.float32, order="C")
            else:
                data = (raw * self.scale + self.offset).astype(np.float32)
        for value in self.missing:
            # In the precision of the samples, in which the value was stored too.
            same = raw == (raw.dtype.type(value) if raw.dtype.kind == "f" else value)
            data[same] = np.nan
        return data
