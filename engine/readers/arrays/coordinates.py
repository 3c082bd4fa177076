"""From the coordinates that a file stores to regular axes with known names and units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.survey import Survey
from engine.readers.arrays.options import usual_unit

_TOLERANCE = 0.05
_LONGEST = 40
_NAMES = {
    "inline": ("inline", "iline", "il", "inlines", "inline_number"),
    "crossline": ("crossline", "xline", "xl", "crosslines", "crossline_number"),
    "twt": ("twt", "twtt", "two_way_time", "two_way_travel_time"),
    "depth": ("depth", "tvd", "tvdss"),
    "cdp": ("cdp", "cmp", "cdp_number"),
    "trace": ("trace", "traces", "tracf", "tracl", "cdp_trace"),
}
_LINES = frozenset({"inline", "crossline", "cdp", "trace"})
_SAMPLES = frozenset({"sample", "samples"})
_UNITS = {
    "m": ("m", "meter", "metre", "meters", "metres"),
    "ft": ("ft", "foot", "feet", "us survey foot"),
    "ms": ("ms", "msec", "millisecond", "milliseconds"),
    "s": ("s", "sec", "second", "seconds"),
    "deg": (
        *("deg", "degree", "degrees", "degrees_north", "degrees_east"),
        *("degree_north", "degree_east"),
    ),
    "1": ("1", "", "unitless", "none"),
}
_FARTHEST = 1e10
"""Numbers beyond it are no line numbers or coordinates on a planet."""
_LATTICE = 5
"""Places a survey is fitted to, along each axis."""


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A dimension of an array as a file stores it.

    Parameters
    ----------
    name : str
        As stored.
    size : int
        Number of positions.
    unit : str
        As stored; empty where the file does not tell.
    values : ndarray of float64, shape (size,), optional
        None where the file does not tell.
    """

    name: str
    size: int
    unit: str = ""
    values: NDArray[np.float64] | None = None


def unit_of(text: str) -> str:
    """Return a unit as axes write it, such as ``m`` for ``Meters``; others as they are."""
    word = text.strip()
    known = (unit for unit, spellings in _UNITS.items() if word.lower() in spellings)
    return next(known, word)[:_LONGEST]


def axes_of(coordinates: Sequence[Coordinate]) -> tuple[tuple[Axis, ...], tuple[str, ...]]:
    """Make axes of the dimensions of an array.

    Parameters
    ----------
    coordinates : sequence of Coordinate
        In the order of the array.

    Returns
    -------
    axes : tuple of Axis
        In the same order, each with a name of its own. Names of seismic axes are
        spelled as `Axis` does; ``time`` and ``sample`` beside lines are ``twt``. Dimensions whose
        values are not evenly spaced, or not told, are counted from 0.
    notes : tuple of str
        What is counted though the file tells values.
    """
    names = _axis_names(coordinates)
    axes, notes = [], []
    for name, coordinate in zip(names, coordinates, strict=True):
        axis, note = _axis(name, coordinate)
        axes.append(axis)
        notes += [note] if note else []
    return tuple(axes), tuple(notes)


def spacing(values: NDArray[np.float64]) -> float | None:
    """Return the distance of evenly spaced values; None if they are not.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Coordinates, as far as rounding kept them; 1 where there is a single one.
    """
    if not np.isfinite(values).all():
        return None
    if values.size == 1:
        return 1.0
    step = (float(values[-1]) - float(values[0])) / (values.size - 1)
    ideal = values[0] + step * np.arange(values.size)
    with np.errstate(over="ignore", invalid="ignore"):
        worst = float(np.abs(values - ideal).max())
    return step if step and np.isfinite(step) and worst <= _TOLERANCE * abs(step) else None


def lattice(n_rows: int, n_cols: int) -> list[tuple[int, int]]:
    """Return up to 25 evenly spread places of a grid, its corners among them."""
    rows, cols = (
        np.unique(np.linspace(0, n - 1, min(n, _LATTICE)).astype(int)).tolist()
        for n in (n_rows, n_cols)
    )
    return [(row, col) for row in rows for col in cols]


def fit_survey(
    axes: Sequence[Axis],
    places: Sequence[tuple[int, int]],
    coordinates: NDArray[np.float64],
    unit: str,
) -> Survey | None:
    """Fit the map from line numbers to coordinates to some places of a volume.

    Parameters
    ----------
    axes : sequence of Axis
        Inline and crossline.
    places : sequence of (int, int)
        Positions along them, from 0.
    coordinates : ndarray of float64, shape (n, 2)
        CDP X and Y there; those that are not finite, or on no planet, are left out.
    unit : str
        Of the coordinates.

    Returns
    -------
    Survey or None
        As `Survey.fit`; None with fewer than three places that tell theirs.
    """
    lines = np.array([[axes[0].value(row), axes[1].value(col)] for row, col in places])
    told = (np.abs(coordinates) < _FARTHEST).all(axis=1)  # NaN is not below it either
    if np.count_nonzero(told) < 3 or np.abs(lines).max() > _FARTHEST:
        return None
    return Survey.fit(lines[told], coordinates[told], unit=unit)


def _axis_names(coordinates: Sequence[Coordinate]) -> list[str]:
    names = [_axis_name(coordinate.name) for coordinate in coordinates]
    if _LINES & set(names):
        units = [unit_of(coordinate.unit) for coordinate in coordinates]
        names = [
            _samples_name(name, unit) if name in _SAMPLES | {"time"} else name
            for name, unit in zip(names, units, strict=True)
        ]
    for index, name in enumerate(names):
        if name in names[:index]:
            names[index] = f"{name} {index}"
    return names


def _axis_name(stored: str) -> str:
    word = stored.strip()
    known = (name for name, spellings in _NAMES.items() if word.lower() in spellings)
    kept = "".join(c for c in word if c.isprintable())[:_LONGEST]
    return next(known, kept.lower() if kept.lower() in _SAMPLES | {"time"} else kept or "axis")


def _samples_name(name: str, unit: str) -> str:
    """Return what samples along lines are: two-way time unless in metres or feet."""
    return "depth" if unit in {"m", "ft"} and name in _SAMPLES else "twt"


def _axis(name: str, coordinate: Coordinate) -> tuple[Axis, str]:
    unit = unit_of(coordinate.unit)
    if not unit or (unit == "1" and not coordinate.unit):
        unit = usual_unit(name)
    counted = Axis(name, "1", 0.0, 1.0, coordinate.size)
    values = coordinate.values
    if values is None:
        return counted, ""
    step = spacing(values)
    if step is None:
        return counted, f"{name} is not evenly spaced: its positions are counted from 0."
    # Seconds since 1970 would lose their fraction in a float of 32 bits, not here.
    return Axis(name, unit, float(values[0]), step, coordinate.size), ""
