"""Records that are one array of an HDF5 file, read with h5py alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.utc import NS_PER_S
from engine.errors import ReadError
from engine.readers.das.options import DasOptions, parse_utc
from engine.readers.das.source import NO_STAMPS, RecordFacts
from engine.readers.hdf5_safety import ArrayEntry, opened

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
    stamps : ndarray of int64, optional
        See `RecordSource.stamps`.
    """

    path: Path
    facts: RecordFacts
    name: str
    transposed: bool
    stamps: NDArray[np.int64] = field(default_factory=lambda: NO_STAMPS)

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
