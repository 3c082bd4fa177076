"""What DASCore leaves out of ProdML files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.core.utc import NS_PER_S
from engine.readers.das.source import NO_STAMPS, RecordFacts
from engine.readers.hdf5_safety import opened

_START = "PartStartTime"
_NS_PER_US = 1000


def offset_from_utc(path: Path) -> int:
    """Return by how much the times of a file are ahead of UTC.

    DASCore 0.1.24 cuts an offset such as ``+02:00`` off, and takes local time for
    UTC.

    Parameters
    ----------
    path : pathlib.Path
        A ProdML file, checked.

    Returns
    -------
    int
        Nanoseconds; 0 where no offset is written.
    """
    found: list[str] = []

    def look(_name: str, item: h5py.Group | h5py.Dataset) -> None:
        value = item.attrs.get(_START)
        if value is not None:
            found.append(value.decode() if isinstance(value, bytes) else str(value))

    with opened(path) as file:
        file["Acquisition"].visititems(look)
        offset = dt.datetime.fromisoformat(found[0]).utcoffset() if found else None
    return 0 if offset is None else round(offset.total_seconds()) * NS_PER_S


def stored_stamps(path: Path, facts: RecordFacts) -> NDArray[np.int64]:
    """Return the stored time of every row, where they are not regular.

    DASCore goes by the first and the last, so that a gap between would stretch
    everything.

    Parameters
    ----------
    path : pathlib.Path
        A ProdML file, checked.
    facts : RecordFacts
        Its record.

    Returns
    -------
    ndarray of int64, shape (n_samples,)
        Nanoseconds since 1970 UTC; empty where they are regular, or are no
        microseconds that begin with the record as the specification has it.
    """
    found: list[NDArray[np.int64]] = []

    def look(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if not name.endswith("DataTime") or not isinstance(item, h5py.Dataset):
            return
        if item.shape == (facts.n_samples,) and item.dtype.kind == "i":
            found.append(item[()].astype(np.int64) * _NS_PER_US)

    with opened(path) as file:
        file["Acquisition"].visititems(look)
    if not found or abs(int(found[0][0]) - facts.start_ns) > facts.step_ns:
        return NO_STAMPS
    stamps = found[0]
    forward = facts.n_samples > 1 and bool((np.diff(stamps) > 0).all())
    ideal = stamps[0] + np.arange(facts.n_samples) * facts.step_ns
    regular = bool(np.abs(stamps - ideal).max() < facts.step_ns / 2)
    return stamps if forward and not regular else NO_STAMPS
