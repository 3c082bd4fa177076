"""Regular axes with a name and a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ShapeError

SAMPLE_AXES = frozenset({"twt", "depth", "time", "utc"})
_DOWNWARD_AXES = SAMPLE_AXES | {"row"}


@dataclass(frozen=True, slots=True)
class Axis:
    """Regularly spaced positions.

    Parameters
    ----------
    name : str
        ``inline``, ``crossline``, ``trace``, ``cdp``, ``twt``, ``depth``; ``utc``
        for seconds since 1970-01-01T00:00 UTC, ``time`` for seconds since the
        start of a record that does not tell when it was taken; ``channel``,
        ``distance``; ``row`` and ``column`` of an image, ``easting``,
        ``northing``, ...
    unit : str
        ``ms``, ``s``, ``m``, ``ft``, ``deg``; ``1`` for plain numbers.
    first : float
        Value at index 0.
    step : float
        Distance between neighbours; not zero.
    size : int
        Number of positions, at least one.

    Raises
    ------
    ShapeError
        If `size` is below one or `step` is zero or not finite.
    """

    name: str
    unit: str
    first: float
    step: float
    size: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ShapeError(f"axis {self.name}: size {self.size} is below one")
        if not np.isfinite(self.step) or self.step == 0 or not np.isfinite(self.first):
            raise ShapeError(f"axis {self.name}: first {self.first}, step {self.step}")

    @property
    def last(self) -> float:
        """Value at the last index."""
        return self.value(self.size - 1)

    @property
    def is_samples(self) -> bool:
        """Whether this is the time or depth axis."""
        return self.name in SAMPLE_AXES

    @property
    def points_down(self) -> bool:
        """Whether larger values are drawn further down."""
        return self.name in _DOWNWARD_AXES

    @property
    def label(self) -> str:
        """Name and unit for people, such as ``TWT (ms)``; of times of day the name alone."""
        name = self.name.upper() if self.name in {"twt", "cdp", "utc"} else self.name.capitalize()
        plain = self.unit == "1" or self.name == "utc"
        return name if plain else f"{name} ({self.unit})"

    def value(self, index: float) -> float:
        """Return the value at an index, which may lie between two positions."""
        return self.first + self.step * index

    def values(self) -> NDArray[np.float64]:
        """Return all values, shape ``(size,)``."""
        return self.first + self.step * np.arange(self.size, dtype=np.float64)

    def index(self, value: float) -> int:
        """Find the position nearest to a value.

        Parameters
        ----------
        value : float
            In the axis' unit.

        Returns
        -------
        int
            Index from 0.

        Raises
        ------
        ShapeError
            If the value lies more than half a step outside the axis.
        """
        index = round((value - self.first) / self.step)
        if not 0 <= index < self.size:
            raise ShapeError(
                f"{self.name} {value:g} lies outside {self.first:g} to {self.last:g}",
                hint=f"Choose a number from {self.first:g} to {self.last:g}.",
            )
        return index

    def clamp(self, value: float) -> int:
        """Return the index nearest to a value, the ends for values outside."""
        return min(max(round((value - self.first) / self.step), 0), self.size - 1)

    def to_json(self) -> dict[str, Any]:
        """Return name, unit, first, last, step and size."""
        return {
            "name": self.name,
            "unit": self.unit,
            "first": self.first,
            "last": self.last,
            "step": self.step,
            "size": self.size,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Axis:
        """Build an axis from what `to_json` returned."""
        return cls(
            str(value["name"]),
            str(value["unit"]),
            float(value["first"]),
            float(value["step"]),
            int(value["size"]),
        )
