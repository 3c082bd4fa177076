"""What a NetCDF file holds, whichever library reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.readers.arrays.stored_array import Selection

_LONGEST_TEXT = 10_000
_MOST_ATTRIBUTES = 60


@dataclass(frozen=True, slots=True)
class NetcdfVariable:
    """A variable.

    Parameters
    ----------
    name : str
        Its path in the file.
    dimensions : tuple of str
        Names of its dimensions; empty names for those that have none.
    shape : tuple of int
        Positions along each.
    dtype : numpy.dtype
        As stored.
    attributes : mapping of str to object
        Texts, numbers and lists of numbers.
    chunks : tuple of int, optional
        Of its blocks.
    """

    name: str
    dimensions: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    chunks: tuple[int, ...] | None = None

    def text(self, name: str) -> str:
        """Return a text attribute; empty without one."""
        value = self.attributes.get(name)
        return value.strip() if isinstance(value, str) else ""

    def number(self, name: str, usual: float) -> float:
        """Return an attribute that is a finite number, else the usual one."""
        value = self.attributes.get(name)
        return value if isinstance(value, float) and np.isfinite(value) else usual


class NetcdfFile(Protocol):
    """An opened file; any thread may read."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def title(self) -> str:
        """Its format for people."""

    @property
    def attributes(self) -> Mapping[str, Any]:
        """What the file says of itself: texts, numbers and lists of numbers."""

    @property
    def variables(self) -> Mapping[str, NetcdfVariable]:
        """All that hold numbers, by name."""

    def coordinate(self, dimension: str) -> NetcdfVariable | None:
        """Return the variable that holds the values along a dimension."""

    def read(self, name: str, selection: Selection) -> NDArray[Any]:
        """Return a copy of samples of a variable as they are stored.

        Raises
        ------
        ReadError
            If they cannot be read.
        ValueError
            If the file is closed.
        """

    def close(self) -> None:
        """Give up the file."""


def attribute_value(value: Any) -> Any:
    """Return an attribute as a text, a number or a list of numbers; None for anything else."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value[:_LONGEST_TEXT]
    if isinstance(value, (bool, int, float, np.number, np.bool_)):
        return float(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size <= _LONGEST_TEXT:
        return [float(number) for number in value.ravel()]
    return None


def told_attributes(attributes: Mapping[str, Any], *, without: tuple[str, ...]) -> dict[str, Any]:
    """Return attributes as JSON values to show: short texts and finite numbers."""
    told: dict[str, Any] = {}
    for name, value in attributes.items():
        if name.startswith("_") or name in without or len(told) >= _MOST_ATTRIBUTES:
            continue
        if isinstance(value, str) and value.strip() and len(value) <= 200:
            told[name] = value.strip()
        elif isinstance(value, float) and np.isfinite(value):
            told[name] = int(value) if value.is_integer() else value
    return told
