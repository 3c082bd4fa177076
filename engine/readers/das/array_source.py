"""Records that are one array of an HDF5 file, read with h5py alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.utc import NS_PER_S
from engine.errors import ReadError, ShapeError
from engine.readers.das.hdf5_safety import ArrayEntry, opened
from engine.readers.das.options import DasOptions, parse_utc
from engine.readers.das.source import RecordFacts

_LISTED = 12


@dataclass(frozen=True, slots=True)
class ArraySource:
    """Rows of one two-dimensional array.

    Parameters
    ----------
    path : pathlib.Path
        The HDF5 file.
    facts : RecordFacts
        What is known of it.
    name : str
        Path of the array inside the file.
    transposed : bool
        Whether the array has channels first, then time.
    """

    path: Path
    facts: RecordFacts
    name: str
    transposed: bool

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read some rows; see `RecordSource.read`."""
        with opened(self.path) as file:
            array = file[self.name]
            data = array[:, start:stop].T if self.transposed else array[start:stop]
        return np.array(data, dtype=np.float32, order="C")


def source_of_array(
    path: Path, entries: tuple[ArrayEntry, ...], options: DasOptions
) -> ArraySource:
    """Take the array that the user named.

    Parameters
    ----------
    path : pathlib.Path
        The HDF5 file, checked.
    entries : tuple of ArrayEntry
        Its arrays.
    options : DasOptions
        With `dataset` and `sampling_rate`.

    Returns
    -------
    ArraySource
        The record.

    Raises
    ------
    ReadError
        If there is no such array, or it is not two-dimensional or no numbers.
    """
    name = "/" + (options.dataset or "").strip("/")
    with opened(path) as file:
        array = file.get(name)
        # A soft link may lead out through another file: only arrays seen here count.
        if not isinstance(array, h5py.Dataset) or array.name not in {e.name for e in entries}:
            raise ReadError(path, f"no array {name}", hint=arrays_hint(entries))
        if array.ndim != 2 or array.dtype.kind not in "iuf" or 0 in array.shape:
            raise ReadError(
                path,
                f"{ArrayEntry(name, array.shape, str(array.dtype))} is not a table of numbers",
                hint=arrays_hint(entries),
            )
        rows, columns = reversed(array.shape) if options.transpose else array.shape
        dtype = str(array.dtype)
    spacing = options.channel_spacing
    channels = (
        Axis("channel", "1", 0.0, 1.0, columns)
        if spacing is None
        else Axis("distance", "m", 0.0, spacing, columns)
    )
    facts = RecordFacts(
        format="hdf5",
        title=f"HDF5 array {name}",
        n_samples=rows,
        start_ns=0 if options.start is None else parse_utc(options.start),
        step_ns=NS_PER_S / float(options.sampling_rate or 1.0),
        channels=channels,
        sample_type=dtype,
        notes=("Times and distances are as given, not from the file.",),
    )
    return ArraySource(path, facts, name, options.transpose)


def arrays_hint(entries: tuple[ArrayEntry, ...]) -> str:
    """Return a hint that lists the arrays that could be a record.

    Parameters
    ----------
    entries : tuple of ArrayEntry
        All arrays of a file.

    Returns
    -------
    str
        Largest first; what to do with them.
    """
    tables = [e for e in entries if len(e.shape) == 2 and 0 not in e.shape]
    tables.sort(key=lambda e: -e.shape[0] * e.shape[1])
    if not tables:
        return "The file holds no two-dimensional array."
    listed = ", ".join(str(e) for e in tables[:_LISTED])
    more = f", and {len(tables) - _LISTED} more" if len(tables) > _LISTED else ""
    return f"Name one of its arrays with --dataset, and --sampling-rate: {listed}{more}."


_DATA_NAMES = frozenset({"raw", "data"})
_TIME_NAMES = frozenset({"timestamp", "timestamps", "time"})
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
        start_ns, stop_ns = (_epoch_ns(file[times[0].name][k]) for k in (0, -1))
        first_last = None
        if places and len(places[0].shape) == 1 and places[0].shape[0] == shape[not transposed]:
            first_last = tuple(float(file[places[0].name][k]) for k in (0, -1))
    if stop_ns <= start_ns:
        raise ReadError(path, f"{times[0]} does not run forward", hint=arrays_hint(entries))
    facts = RecordFacts(
        format="h5simple",
        title="H5Simple 1",
        n_samples=n_times,
        start_ns=start_ns,
        step_ns=(stop_ns - start_ns) / (n_times - 1),
        channels=_channel_axis(shape[not transposed], first_last, places),
        sample_type=data[0].dtype,
    )
    return ArraySource(path, facts, data[0].name, transposed)


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


def _epoch_ns(value: np.generic) -> int:
    """Return nanoseconds since 1970; times are seconds, or whole numbers of a finer unit."""
    number = value.item()
    if isinstance(number, float):
        seconds, rest = divmod(number, 1.0)
        return int(seconds) * NS_PER_S + round(rest * NS_PER_S)
    for limit, factor in ((10**11, NS_PER_S), (10**14, 10**6), (10**17, 10**3)):
        if abs(number) < limit:
            return int(number) * factor
    return int(number)
