"""What a user tells about a plain array: which one it is, and its axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.axes import Axis
from engine.errors import SettingsError
from engine.readers.base import refuse_unknown

_UNITS = {"twt": "ms", "depth": "m", "time": "s", "utc": "s", "distance": "m", "row": "px"}
_UNITS |= {"column": "px", "easting": "m", "northing": "m", "latitude": "deg", "longitude": "deg"}
_KEYS = ("name", "unit", "first", "step")
_LONGEST = 40
_WRITE = (
    "Write NAME:UNIT:FIRST:STEP for each axis, such as inline::100:2,crossline::300,twt:ms:0:4."
)


@dataclass(frozen=True, slots=True)
class AxisSpec:
    """An axis before its size is known.

    Parameters
    ----------
    name : str
        As in `Axis`.
    unit : str
        As in `Axis`; ``1`` for plain numbers.
    first, step : float
        Value at index 0, and distance of neighbours.

    Raises
    ------
    SettingsError
        If the name is empty or too long, or a number is not finite or the step zero.
    """

    name: str
    unit: str
    first: float = 0.0
    step: float = 1.0

    def __post_init__(self) -> None:
        for text in (self.name, self.unit):
            if not text or len(text) > _LONGEST or not text.isprintable():
                raise SettingsError(f"{text!r} is no name or unit of an axis", hint=_WRITE)
        if not (math.isfinite(self.first) and math.isfinite(self.step)) or self.step == 0:
            raise SettingsError(
                f"axis {self.name}: first {self.first:g}, step {self.step:g}",
                hint="Give finite numbers, and a step that is not zero.",
            )

    def sized(self, size: int) -> Axis:
        """Return the axis with its number of positions."""
        return Axis(self.name, self.unit, self.first, self.step, size)


@dataclass(frozen=True, slots=True)
class ArrayOptions:
    """Options of `ArrayReader.open`.

    Parameters
    ----------
    dataset : str, optional
        Path of the array inside an HDF5 file or a Zarr store; not needed where
        there is only one.
    axes : str or sequence of mapping, optional
        The axes in the order of the array. As text ``NAME:UNIT:FIRST:STEP`` with
        commas between, all but the name may be left out; or a list of objects with
        ``name``, ``unit``, ``first`` and ``step``.

    Raises
    ------
    SettingsError
        If a value cannot be what it should.
    """

    dataset: str | None = None
    axes: str | Sequence[Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        if self.dataset is not None and not isinstance(self.dataset, str):
            raise SettingsError(f"dataset {self.dataset!r} is no name", hint="Name it as text.")
        self.specs()

    def specs(self) -> tuple[AxisSpec, ...] | None:
        """Return the axes that were named; None where none were."""
        if self.axes is None:
            return None
        if isinstance(self.axes, str):
            found = tuple(_from_text(part) for part in self.axes.split(","))
        elif isinstance(self.axes, Sequence):
            found = tuple(_from_json(item) for item in self.axes)
        else:
            raise SettingsError(f"axes {self.axes!r} are no list", hint=_WRITE)
        names = [spec.name for spec in found]
        if len(set(names)) < len(names):
            raise SettingsError(
                f"two axes have one name: {', '.join(names)}", hint="Give each its own."
            )
        return found

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> ArrayOptions:
        """Build options from keyword arguments.

        Raises
        ------
        SettingsError
            If a name is unknown or a value cannot be what it should.
        """
        refuse_unknown(values, cls, "arrays have")
        return cls(**values)


def usual_unit(name: str) -> str:
    """Return the unit that an axis of a name usually has; ``1`` for plain numbers."""
    return _UNITS.get(name.strip().lower(), "1")


def _from_text(text: str) -> AxisSpec:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) > len(_KEYS):
        raise SettingsError(f"axis {text!r} has more than four parts", hint=_WRITE)
    given = dict(zip(_KEYS, parts, strict=False))
    return _from_json({key: value for key, value in given.items() if value})


def _from_json(value: Any) -> AxisSpec:
    if not isinstance(value, Mapping) or "name" not in value or not set(value) <= set(_KEYS):
        raise SettingsError(f"{value!r} is no axis", hint=_WRITE)
    name = str(value["name"]).strip().lower()
    try:
        first, step = float(value.get("first", 0.0)), float(value.get("step", 1.0))
    except (TypeError, ValueError) as error:
        raise SettingsError(f"axis {name}: {error}", hint=_WRITE) from error
    return AxisSpec(name, str(value.get("unit") or usual_unit(name)), first, step)
