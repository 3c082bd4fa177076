"""Tells DAS records among NetCDF variables: samples by time and by place along a fibre."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.utc import NS_PER_S
from engine.readers.arrays.coordinates import spacing, unit_of
from engine.readers.das.source import NO_STAMPS, RecordFacts
from engine.readers.das.time_stamps import channel_axis, regular_times
from engine.readers.netcdf.cf import unit_ns
from engine.readers.netcdf.contents import StoredCoordinate
from engine.readers.netcdf.samples import NetcdfRecord
from engine.readers.netcdf.structure import NetcdfFile, NetcdfVariable, told_attributes

_TIMES = frozenset({"time", "times", "t", "utc", "datetime"})
_PLACES = ("distance", "channel", "fibre", "fiber", "cable", "location", "locus", "das")
_GAUGE_LENGTHS = ("gauge_length", "gauge_length_m", "GaugeLength", "gaugeLength")


def record_of(
    file: NetcdfFile,
    variable: NetcdfVariable,
    coordinates: tuple[StoredCoordinate, ...],
    notes: tuple[str, ...],
) -> NetcdfRecord | None:
    """Take a variable as a record.

    Parameters
    ----------
    file : NetcdfFile
        The file.
    variable : NetcdfVariable
        What is shown.
    coordinates : tuple of StoredCoordinate
        Along its dimensions.
    notes : tuple of str
        To be told of the record too.

    Returns
    -------
    NetcdfRecord or None
        None where it is not one of time and place: without two dimensions, one of
        them times in a unit of time, the other one's name saying that it is along a fibre.

    Raises
    ------
    ReadError
        If the times do not run forward.
    """
    if len(coordinates) != 2:
        return None
    times = [_times_ns(coordinate) for coordinate in coordinates]
    places = [
        any(word in coordinate.name.lower() for word in _PLACES) for coordinate in coordinates
    ]
    transposed = times[0] is None or places[0]
    stamps = times[transposed]
    if stamps is None or not places[not transposed]:
        return None
    start_ns, step_ns, irregular = regular_times(file.path, stamps)
    channels, more = _channels(coordinates[not transposed])
    facts = RecordFacts(
        format="netcdf",
        title=file.title,
        n_samples=stamps.size,
        start_ns=start_ns,
        step_ns=step_ns,
        channels=channels,
        sample_type=variable.dtype.newbyteorder("=").name,
        quantity=variable.text("long_name") or variable.text("standard_name"),
        unit=variable.text("units"),
        gauge_length_m=_gauge_length(file, variable),
        attributes=told_attributes(file.attributes, without=_GAUGE_LENGTHS),
        notes=(*notes, *irregular, *more),
    )
    return NetcdfRecord(file, variable, facts, transposed, stamps if irregular else NO_STAMPS)


def _times_ns(coordinate: StoredCoordinate) -> NDArray[np.int64] | None:
    """Return times with a date, or since the start where only a unit of time is told."""
    dated = coordinate.times_ns()
    if dated is not None or coordinate.values is None:
        return dated
    factor = unit_ns(coordinate.units or "s") if coordinate.name.lower() in _TIMES else None
    values = coordinate.values.astype(np.float64)
    if factor is None or not np.isfinite(values).all() or np.abs(values).max() * factor > 2.0**62:
        return None
    since: NDArray[np.int64] = np.rint((values - values[0]) * factor).astype(np.int64)
    return since


def _channels(coordinate: StoredCoordinate) -> tuple[Axis, tuple[str, ...]]:
    size, values = coordinate.size, coordinate.values
    if values is None or spacing(values.astype(np.float64)) is None:
        note = "Places along the fibre are not evenly spaced: channels are numbered."
        return Axis("channel", "1", 0.0, 1.0, size), () if values is None else (note,)
    unit = unit_of(coordinate.units)
    name = "distance" if unit in {"m", "ft"} or "distance" in coordinate.name.lower() else "channel"
    return channel_axis(name, values.astype(np.float64), "" if unit == "1" else unit)


def _gauge_length(file: NetcdfFile, variable: NetcdfVariable) -> float | None:
    for attributes in (variable.attributes, file.attributes):
        for name in _GAUGE_LENGTHS:
            value = attributes.get(name)
            unit = attributes.get(f"{name}_units") or attributes.get(f"{name}_unit") or "m"
            if isinstance(value, float) and 0 < value < NS_PER_S and unit_of(str(unit)) == "m":
                return value
    return None
