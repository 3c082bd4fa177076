"""Records in a bare HDF5 layout: samples beside their times."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.utc import NS_PER_S
from engine.errors import ReadError, ShapeError
from engine.readers.das.array_source import ArraySource, arrays_hint
from engine.readers.das.source import NO_STAMPS, RecordFacts
from engine.readers.das.time_stamps import regular_times
from engine.readers.hdf5_safety import ArrayEntry, opened

_DATA_NAMES = frozenset({"raw", "data"})
_TIME_NAMES = frozenset({"timestamp", "timestamps", "time"})
_LATEST = (2**63 - 1, (2**63 - 1) / NS_PER_S)
"""Largest time in nanoseconds, and in seconds; NaN is not below either."""
_CHANNEL_NAMES = frozenset({"channels", "distance"})


def source_of_simple(path: Path, entries: tuple[ArrayEntry, ...]) -> ArraySource | None:
    """Recognise the layout of FORESEE in PubDAS: ``raw`` or ``data`` beside ``timestamp``.

    DASCore knows it as H5Simple, but reads it through PyTables, which unpickles
    attributes.

    Parameters
    ----------
    path : pathlib.Path
        The HDF5 file, checked.
    entries : tuple of ArrayEntry
        Its arrays.

    Returns
    -------
    ArraySource or None
        None for other layouts.

    Raises
    ------
    ReadError
        If the times do not fit the data.
    """
    by_name = {e.name.strip("/"): e for e in entries}
    data, times, places = (
        [by_name[name] for name in sorted(names & by_name.keys())]
        for names in (_DATA_NAMES, _TIME_NAMES, _CHANNEL_NAMES)
    )
    if len(data) != 1 or len(times) != 1 or len(data[0].shape) != 2 or len(times[0].shape) != 1:
        return None
    shape, n_times = data[0].shape, times[0].shape[0]
    if n_times < 2 or n_times not in shape:
        raise ReadError(
            path,
            f"{times[0]} does not fit {data[0]}",
            hint=arrays_hint(entries),
        )
    # Of a square array DASCore cannot tell either: time comes first, as it usually does.
    transposed = shape[0] != n_times
    with opened(path) as file:
        stored = file[times[0].name][()]
        if not (np.abs(stored) < _LATEST[stored.dtype.kind == "f"]).all():
            raise ReadError(path, f"{times[0]} holds no times", hint=arrays_hint(entries))
        stamps = _epoch_ns(stored)
        first_last = None
        if places and len(places[0].shape) == 1 and places[0].shape[0] == shape[not transposed]:
            first_last = tuple(float(file[places[0].name][k]) for k in (0, -1))
    start_ns, step_ns, notes = regular_times(path, stamps)
    facts = RecordFacts(
        format="h5simple",
        title="H5Simple 1",
        n_samples=n_times,
        start_ns=start_ns,
        step_ns=step_ns,
        channels=_channel_axis(shape[not transposed], first_last, places),
        sample_type=data[0].dtype,
        notes=notes,
    )
    return ArraySource(path, facts, data[0].name, transposed, stamps if notes else NO_STAMPS)


def _channel_axis(
    size: int, first_last: tuple[float, ...] | None, places: list[ArrayEntry]
) -> Axis:
    plain = Axis("channel", "1", 0.0, 1.0, size)
    if first_last is None or size < 2:
        return plain
    first, last = first_last
    named = places[0].name == "/distance"
    try:
        axis = Axis("distance", "m", first, (last - first) / (size - 1), size)
        return axis if named else replace(axis, name="channel", unit="1")
    except ShapeError:
        return plain


def _epoch_ns(stamps: NDArray[Any]) -> NDArray[np.int64]:
    """Return nanoseconds since 1970; times are seconds, or whole numbers of a finer unit."""
    if stamps.dtype.kind == "f":
        seconds = np.floor(stamps.astype(np.float64))
        rest = np.rint((stamps - seconds) * NS_PER_S)
        exact: NDArray[np.int64] = seconds.astype(np.int64) * NS_PER_S + rest.astype(np.int64)
        return exact
    whole: NDArray[np.int64] = stamps.astype(np.int64)
    largest = abs(int(whole[0]))
    for limit, factor in ((10**11, NS_PER_S), (10**14, 10**6), (10**17, 10**3)):
        if largest < limit:
            return whole * factor
    return whole
