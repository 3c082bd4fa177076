"""Records in DASCore's own format, DASDAE, read with h5py.

DASCore reads files of its earlier versions through PyTables, which unpickles
attributes: a file could run a program. Here pickled attributes are left alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np

from engine.errors import ReadError
from engine.readers.das.array_source import ArraySource
from engine.readers.das.source import NO_STAMPS, RecordFacts
from engine.readers.das.time_stamps import channel_axis, regular_times
from engine.readers.hdf5_safety import opened

_NAME = "DASDAE"
_TEXTS = ("data_type", "data_units", "instrument_id")


def source_of_dasdae(path: Path) -> ArraySource | None:
    """Open a DASDAE file.

    Parameters
    ----------
    path : pathlib.Path
        An HDF5 file, checked.

    Returns
    -------
    ArraySource or None
        The largest patch; None if the file is of another format.

    Raises
    ------
    ReadError
        If it holds no patch of time by distance or channel.
    """
    with opened(path) as file:
        if _text(file.attrs.get("__format__")) != _NAME:
            return None
        version = _text(file.attrs.get("__DASDAE_version__")) or "1"
        waveforms = file.get("waveforms")
        groups = [] if waveforms is None else [g for g in waveforms.values() if _is_patch(g)]
        if not groups:
            raise ReadError(path, "holds no patch of time by distance", hint="Choose another file.")
        group = max(groups, key=lambda g: g["data"].size)
        return _source(path, group, version, len(groups))


def _source(path: Path, group: h5py.Group, version: str, n_patches: int) -> ArraySource:
    dims = _text(group.attrs["_dims"]).split(",")
    transposed = dims[1] == "time"
    along = dims[0] if transposed else dims[1]
    data = group["data"]
    times = np.asarray(group["_coord_time"]).astype(np.int64)
    place = group[f"_coord_{along}"]
    n_rows, n_channels = reversed(data.shape) if transposed else data.shape
    if times.shape != (n_rows,) or place.shape != (n_channels,):
        raise ReadError(
            path, "coordinates do not fit the data", hint="Copy or download the file again."
        )
    start_ns, step_ns, notes = regular_times(path, times)
    unit = _text(place.attrs.get("units"))
    channels, more = channel_axis(along, np.asarray(place, dtype=np.float64), unit)
    if n_patches > 1:
        more = (*more, f"The file holds {n_patches} patches; the largest is shown.")
    texts = {key: _text(group.attrs.get(f"_attrs_{key}")) for key in _TEXTS}
    facts = RecordFacts(
        format="dasdae",
        title=f"{_NAME} {version}",
        n_samples=n_rows,
        start_ns=start_ns,
        step_ns=step_ns,
        channels=channels,
        sample_type=str(data.dtype),
        quantity=texts["data_type"].replace("_", " "),
        unit=texts["data_units"],
        gauge_length_m=_number(group.attrs.get("_attrs_gauge_length")),
        instrument=texts["instrument_id"],
        attributes=_numbers(group),
        notes=(*notes, *more),
    )
    return ArraySource(path, facts, data.name, transposed, times if notes else NO_STAMPS)


def _is_patch(group: Any) -> bool:
    if not isinstance(group, h5py.Group) or not isinstance(group.get("data"), h5py.Dataset):
        return False
    dims = _text(group.attrs.get("_dims")).split(",")
    return (
        len(dims) == 2
        and "time" in dims
        and group["data"].ndim == 2
        and group["data"].size > 0
        and all(isinstance(group.get(f"_coord_{dim}"), h5py.Dataset) for dim in dims)
    )


def _text(value: Any) -> str:
    """Return a text attribute; empty for anything else, and for pickles."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    # Pickles of protocol 0 end so, and no unit or name does.
    return value if isinstance(value, str) and not value.endswith(".") else ""


def _number(value: Any) -> float | None:
    number = float(value) if isinstance(value, (int, float, np.number)) else float("nan")
    return number if np.isfinite(number) else None


def _numbers(group: h5py.Group) -> dict[str, Any]:
    found = {}
    for key, value in group.attrs.items():
        if key.startswith("_attrs_") and (number := _number(value)) is not None:
            found[key.removeprefix("_attrs_")] = number
    return found
