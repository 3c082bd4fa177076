"""Which variable of a NetCDF file is shown, and on which coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.survey import Survey
from engine.core.utc import NS_PER_S
from engine.errors import ReadError
from engine.readers.arrays.coordinates import Coordinate, fit_survey, lattice, unit_of
from engine.readers.netcdf.cf import epoch_ns
from engine.readers.netcdf.structure import NetcdfFile, NetcdfVariable

_SHOWN = 8
_X_NAMES = frozenset({"cdp_x", "cdpx", "x", "easting"})
_Y_NAMES = frozenset({"cdp_y", "cdpy", "y", "northing"})


@dataclass(frozen=True, slots=True)
class StoredCoordinate:
    """Values along one dimension, as they are stored.

    Parameters
    ----------
    name : str
        Of the variable, else of the dimension; without folders.
    size : int
        Number of positions.
    variable : NetcdfVariable, optional
        None where the dimension has a size only.
    values : ndarray, optional
        The same.
    """

    name: str
    size: int
    variable: NetcdfVariable | None = None
    values: NDArray[np.generic] | None = None

    @property
    def units(self) -> str:
        """As stored; empty without."""
        return "" if self.variable is None else self.variable.text("units")

    def times_ns(self) -> NDArray[np.int64] | None:
        """Return nanoseconds since 1970 UTC; None where these are no times with a date."""
        if self.variable is None or self.values is None:
            return None
        return epoch_ns(self.values, self.units, self.variable.text("calendar"))

    def coordinate(self) -> Coordinate:
        """Return the values as an axis may have them: times with a date in seconds since 1970."""
        times = self.times_ns()
        if times is not None:
            return Coordinate("utc", self.size, "s", times / NS_PER_S)
        values = None if self.values is None else self.values.astype(np.float64)
        return Coordinate(self.name, self.size, self.units, values)


def choose_variable(
    file: NetcdfFile, name: str | None
) -> tuple[NetcdfVariable, tuple[NetcdfVariable, ...]]:
    """Choose what to show.

    Parameters
    ----------
    file : NetcdfFile
        The file.
    name : str or None
        As the user named it; the largest one when None.

    Returns
    -------
    chosen : NetcdfVariable
        Of two or three dimensions.
    others : tuple of NetcdfVariable
        What could be shown instead.

    Raises
    ------
    ReadError
        If there is none, or none of that name.
    """
    found = _candidates(file)
    if name is not None:
        wanted = [v for v in found if v.name.strip("/") == name.strip("/")]
        if not wanted:
            listed = _listed(found) or "none"
            raise ReadError(file.path, f"has no array {name!r}", hint=f"There are: {listed}.")
        return wanted[0], ()
    if not found:
        raise ReadError(
            file.path,
            "holds no array of numbers with two or three dimensions",
            hint="Name another file.",
        )
    chosen = max(found, key=lambda v: prod(v.shape))
    return chosen, tuple(v for v in found if v is not chosen)


def others_note(others: tuple[NetcdfVariable, ...]) -> tuple[str, ...]:
    """Return a note that names what else a file holds; none without."""
    if not others:
        return ()
    return (f"The file also holds {_listed(list(others))}: name one with --dataset.",)


def coordinates_of(file: NetcdfFile, variable: NetcdfVariable) -> tuple[StoredCoordinate, ...]:
    """Read the coordinates along each dimension of a variable; see `StoredCoordinate`."""
    return tuple(
        _coordinate(file, variable, dimension, size)
        for dimension, size in zip(variable.dimensions, variable.shape, strict=True)
    )


def survey_of(file: NetcdfFile, variable: NetcdfVariable, axes: tuple[Axis, ...]) -> Survey | None:
    """Fit the map to CDP coordinates that are stored by inline and crossline.

    Parameters
    ----------
    file : NetcdfFile
        The file.
    variable : NetcdfVariable
        What is shown.
    axes : tuple of Axis
        Of its dimensions, in their order.

    Returns
    -------
    Survey or None
        None where there are no such coordinates, or they do not follow the lines.
    """
    names = [axis.name for axis in axes]
    if not {"inline", "crossline"} <= set(names):
        return None
    at = [names.index("inline"), names.index("crossline")]
    dimensions = tuple(variable.dimensions[i] for i in at)
    found = [_place(file, wanted, dimensions) for wanted in (_X_NAMES, _Y_NAMES)]
    x, y = found
    if x is None or y is None:
        return None
    pair = [axes[i] for i in at]
    places = lattice(pair[0].size, pair[1].size)
    values = np.array(
        [[_value(file, place, dimensions, row, col) for place in (x, y)] for row, col in places]
    )
    unit = unit_of(x.text("units"))
    return fit_survey(pair, places, values, unit if unit in {"m", "ft"} else "m")


def _candidates(file: NetcdfFile) -> list[NetcdfVariable]:
    auxiliary = set(_X_NAMES | _Y_NAMES)
    for variable in file.variables.values():
        auxiliary.update(variable.text("coordinates").split())
        auxiliary.update((variable.text("bounds"), variable.text("grid_mapping")))
    return [
        variable
        for variable in file.variables.values()
        if len(variable.shape) in (2, 3)
        and min(variable.shape) > 0
        and _base(variable.name) not in auxiliary
    ]


def _coordinate(
    file: NetcdfFile, variable: NetcdfVariable, dimension: str, size: int
) -> StoredCoordinate:
    found = file.coordinate(dimension) if dimension else None
    if found is None and dimension:
        told = variable.text("coordinates").split()
        beside = (v for v in file.variables.values() if v.dimensions == (dimension,))
        found = next((v for v in beside if _base(v.name) in told), None)
    if found is None or found.shape != (size,):
        return StoredCoordinate(_base(dimension) or "axis", size)
    return StoredCoordinate(_base(found.name), size, found, file.read(found.name, (slice(None),)))


def _place(
    file: NetcdfFile, names: frozenset[str], dimensions: tuple[str, ...]
) -> NetcdfVariable | None:
    for variable in file.variables.values():
        if _base(variable.name).lower() in names and set(variable.dimensions) == set(dimensions):
            return variable
    return None


def _value(
    file: NetcdfFile, variable: NetcdfVariable, dimensions: tuple[str, ...], row: int, col: int
) -> float:
    index = {dimensions[0]: row, dimensions[1]: col}
    return float(file.read(variable.name, tuple(index[name] for name in variable.dimensions)))


def _base(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def _listed(variables: list[NetcdfVariable]) -> str:
    more = f" and {len(variables) - _SHOWN} more" if len(variables) > _SHOWN else ""
    return ", ".join(v.name.strip("/") for v in variables[:_SHOWN]) + more
