"""Where samples lie along the axis they were cut from."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.survey import Survey
from engine.errors import DataError, SettingsError

UNITS = ("slices", "m", "s")
"""What positions and buffers are measured in."""

_METRES = {"m": 1.0, "ft": 0.3048}
_NUMBERED = re.compile(r"(\D*)([0-9]{1,15})(\D*)")


@dataclass(frozen=True, slots=True)
class Positions:
    """One position for each sample, in the units that are known.

    Parameters
    ----------
    slices : tuple of float
        Number of the slice, neighbours one apart.
    metres : tuple of float, optional
        Distance along the slice axis, m.
    seconds : tuple of float, optional
        Two-way time of the slice, s.
    measured : bool, default True
        False where the numbers are only read from the names of files.
    """

    slices: tuple[float, ...]
    metres: tuple[float, ...] | None = None
    seconds: tuple[float, ...] | None = None
    measured: bool = True

    @property
    def units(self) -> tuple[str, ...]:
        """The units in which the positions are known."""
        values = (self.slices, self.metres, self.seconds)
        return tuple(unit for unit, known in zip(UNITS, values, strict=True) if known is not None)

    def in_unit(self, unit: str) -> NDArray[np.float64]:
        """Give the positions in one unit.

        Parameters
        ----------
        unit : {"slices", "m", "s"}
            The unit.

        Returns
        -------
        ndarray of float64, shape (n_samples,)
            Positions.

        Raises
        ------
        SettingsError
            If there is no such unit.
        DataError
            If the positions are not known in it.
        """
        if unit not in UNITS:
            raise SettingsError(
                f"no unit {unit!r} of positions", hint=f"Use {', '.join(UNITS[:-1])} or s."
            )
        values = {"slices": self.slices, "m": self.metres, "s": self.seconds}[unit]
        if values is None:
            raise DataError(
                f"the positions of the samples are not known in {unit}",
                hint=f"Give the buffer in {' or '.join(self.units)}.",
            )
        return np.asarray(values, dtype=np.float64)


def positions_from_names(names: Sequence[str]) -> Positions | None:
    """Read slice numbers from the names of files.

    Parameters
    ----------
    names : sequence of str
        Such as ``inline_1075``.

    Returns
    -------
    Positions or None
        None unless the names differ by one whole number only.
    """
    matches = [_NUMBERED.fullmatch(name) for name in names]
    frames = {(match[1], match[3]) if match else None for match in matches}
    numbers = [float(match[2]) for match in matches if match]
    if len(frames) != 1 or None in frames or len(set(numbers)) != len(names):
        return None
    return Positions(tuple(numbers), measured=False)


def positions_along(axis: Axis, indices: tuple[int, ...], survey: Survey | None) -> Positions:
    """Say where the sections of a volume lie.

    Parameters
    ----------
    axis : Axis
        Along which they are stacked.
    indices : tuple of int
        Which of them, from 0.
    survey : Survey or None
        Gives the distance of neighbouring lines, if it is known.

    Returns
    -------
    Positions
        In slices; in metres or seconds as far as axis or survey tell.
    """
    values = [axis.value(index) for index in indices]
    slices = tuple(float(index) for index in indices)
    if axis.name == "twt":
        return Positions(slices, seconds=tuple(value / 1000 for value in values))
    spacing = _METRES.get(axis.unit) if axis.name == "depth" else _spacing_m(axis.name, survey)
    if spacing is None:
        return Positions(slices)
    return Positions(slices, metres=tuple(value * spacing for value in values))


def _spacing_m(direction: str, survey: Survey | None) -> float | None:
    """Distance of neighbouring line numbers, square to the lines, m; None if not known."""
    if survey is None or survey.unit not in _METRES or direction not in {"inline", "crossline"}:
        return None
    (ax, ay), (bx, by) = survey.per_inline, survey.per_crossline
    along = (bx, by) if direction == "inline" else (ax, ay)
    length = math.hypot(*along)
    area = abs(ax * by - ay * bx)
    return area / length * _METRES[survey.unit] if length and area else None
