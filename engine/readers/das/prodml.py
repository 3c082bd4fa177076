"""What DASCore leaves out of ProdML files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import h5py

from engine.core.utc import NS_PER_S
from engine.readers.das.hdf5_safety import opened

_START = "PartStartTime"


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
