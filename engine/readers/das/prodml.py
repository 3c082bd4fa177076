"""Raw records in ProdML files, versions 2.0 and 2.1, read with h5py.

DASCore reads them too, but takes seconds to load, builds its whole model of the
file for each window, takes local time with an offset for UTC (0.1.24), and goes by
the first and last time stamp where a gap lies between. Files of frequency bands
without raw samples are left to it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.core.utc import NS_PER_S
from engine.errors import SettingsError
from engine.readers.das.array_source import ArraySource
from engine.readers.das.options import parse_utc
from engine.readers.das.source import NO_STAMPS, RecordFacts
from engine.readers.das.time_stamps import channel_axis, regular_times
from engine.readers.hdf5_safety import opened

_NS_PER_US = 1000
_ROWS, _CHANNELS = {"time"}, {"locus", "distance"}
_ARRAYS = ("RawData", "RawDataTime")
_STARTS, _ENDS = "PartStartTime", "PartEndTime"
_PLACES = ("SpatialSamplingInterval", "StartLocusIndex")
_REQUIRED = {"PulseRate", "PulseWidth", "NumberOfLoci", "schemaVersion", "uuid", *_PLACES}
_TOLD = {
    "PulseWidth": ("pulse_width", ("PulseWidth.uom", "PulseWidthUnit", "PulseWidthUnits")),
    "PulseRate": ("pulse_rate", ("PulseRate.uom", "PulseRateUnit", "PulseRateUnits")),
}


def source_of_prodml(path: Path) -> ArraySource | None:
    """Open a ProdML file that holds one raw record.

    Parameters
    ----------
    path : pathlib.Path
        An HDF5 file, checked.

    Returns
    -------
    ArraySource or None
        The largest raw record; None if the file is of another format, has none, or
        leaves times or places out.

    Raises
    ------
    ReadError
        If its time stamps do not run forward.
    """
    with opened(path) as file:
        acquisition = file.get("Acquisition")
        if not isinstance(acquisition, h5py.Group) or not set(acquisition.attrs) >= _REQUIRED:
            return None
        raws = [item for name, item in acquisition.items() if name.lower().startswith("raw")]
        found = [raw for raw in raws if _is_record(raw)]
        if not found:
            return None
        notes: tuple[str, ...] = ()
        if len(raws) > 1:
            notes = (f"The file holds {len(raws)} raw records; the largest is shown.",)
        if "Processed" in acquisition:
            notes = (*notes, "The file holds processed records too, which are not shown.")
        return _source(path, max(found, key=lambda raw: raw["RawData"].size), notes)


def offset_from_utc(path: Path) -> int:
    """Return by how much DASCore's times of a file are ahead of UTC.

    It cuts an offset such as ``+02:00`` off, and takes local time for UTC (0.1.24).

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
        if _STARTS in item.attrs:
            found.append(_text(item.attrs[_STARTS]))

    with opened(path) as file:
        file["Acquisition"].visititems(look)
        offset = dt.datetime.fromisoformat(found[0]).utcoffset() if found else None
    return 0 if offset is None else round(offset.total_seconds()) * NS_PER_S


def _is_record(raw: Any) -> bool:
    """Return whether a group holds samples with a time for every row."""
    data, times = (raw.get(name) if isinstance(raw, h5py.Group) else None for name in _ARRAYS)
    if not isinstance(data, h5py.Dataset) or not isinstance(times, h5py.Dataset):
        return False
    transposed = _transposed(data)
    if transposed is None or _span(times) is None:
        return False
    n_rows, n_channels = reversed(data.shape) if transposed else data.shape
    fits = int(raw.parent.attrs["NumberOfLoci"]) == n_channels
    return bool(fits and times.shape == (n_rows,) and n_rows > 1)


def _source(path: Path, raw: h5py.Group, notes: tuple[str, ...]) -> ArraySource:
    data, about = raw["RawData"], raw.parent.attrs
    transposed, span = bool(_transposed(data)), _span(raw["RawDataTime"]) or (0, 1)
    n_rows, n_channels = reversed(data.shape) if transposed else data.shape
    start_ns, step_ns = span[0], (span[1] - span[0]) / (n_rows - 1)
    irregular: tuple[str, ...] = ()
    stamps = _stamps(raw["RawDataTime"], start_ns, step_ns)
    if stamps.size:
        start_ns, step_ns, irregular = regular_times(path, stamps)
    unit = _text(about.get("SpatialSamplingInterval.uom", about.get("SpatialSamplingIntervalUnit")))
    places = float(about[_PLACES[0]]) * (int(about[_PLACES[1]]) + np.arange(n_channels))
    channels, more = channel_axis("distance", places, unit)
    version = _text(about["schemaVersion"])
    facts = RecordFacts(
        format="prodml",
        title=f"PRODML {version}",
        n_samples=n_rows,
        start_ns=start_ns,
        step_ns=step_ns,
        channels=channels,
        sample_type=str(data.dtype),
        quantity=_text(raw.attrs.get("RawDescription")).lower(),
        unit=_text(raw.attrs.get("RawDataUnit")),
        gauge_length_m=_gauge_length(about),
        attributes={**_told(about), "schema_version": version},
        notes=(*notes, *irregular, *more),
    )
    return ArraySource(path, facts, data.name, transposed, stamps if irregular else NO_STAMPS)


def _transposed(data: h5py.Dataset) -> bool | None:
    """Return whether channels come first; None if these are no samples by time and place."""
    if data.ndim != 2 or data.dtype.kind not in "iuf" or 0 in data.shape:
        return None
    told = data.attrs.get("Dimensions", b"time, locus")
    words = [_text(word) for word in np.ravel(told)]
    names = " ".join(words).replace(",", " ").lower().split()
    if len(names) != 2 or not ({names[0]} <= _ROWS or {names[1]} <= _ROWS):
        return None
    other = names[1] if names[0] in _ROWS else names[0]
    return names[1] in _ROWS if other in _CHANNELS else None


def _span(times: h5py.Dataset) -> tuple[int, int] | None:
    """Return the first and last time, nanoseconds since 1970 UTC, if they are told."""
    try:
        start, end = (parse_utc(_text(times.attrs[name])) for name in (_STARTS, _ENDS))
    except (KeyError, SettingsError):
        return None
    return (start, end) if end > start else None


def _stamps(times: h5py.Dataset, start_ns: int, step_ns: float) -> NDArray[np.int64]:
    """Return the stored time of every row, if these are microseconds that begin with the record."""
    if times.dtype.kind not in "iu":
        return NO_STAMPS
    stamps: NDArray[np.int64] = times[()].astype(np.int64) * _NS_PER_US
    begins = abs(int(stamps[0]) - start_ns) <= step_ns
    return stamps if begins and stamps[-1] > stamps[0] else NO_STAMPS


def _gauge_length(about: h5py.AttributeManager) -> float | None:
    length = about.get("GaugeLength")
    unit = next((_text(about[k]) for k in ("GaugeLength.uom", "GaugeLengthUnit") if k in about), "")
    number = float(length) if isinstance(length, (int, float, np.number)) else float("nan")
    return number if np.isfinite(number) and unit in {"", "m"} else None


def _told(about: h5py.AttributeManager) -> dict[str, Any]:
    """Return what else the file says, with its unit."""
    found: dict[str, Any] = {}
    for name, (key, units) in _TOLD.items():
        value = about[name]
        if isinstance(value, (int, float, np.number)) and np.isfinite(value):
            unit = next((_text(about[k]) for k in units if k in about), "")
            found[key] = f"{float(value):g} {unit}".strip() if unit else float(value)
    return found


def _text(value: Any) -> str:
    """Return a text attribute; empty for anything else."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value if isinstance(value, str) else str(value) if np.isscalar(value) else ""
