"""Records of the interrogators' formats, through DASCore: the only module that loads it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import dascore as dc
import numpy as np
from dascore.io.core import FiberIO
from dascore.utils.io import IOResourceManager
from numpy.typing import NDArray

from engine.errors import ReadError
from engine.readers.das.febus import FebusSource, source_of_febus
from engine.readers.das.prodml import offset_from_utc
from engine.readers.das.source import NO_STAMPS, RecordFacts
from engine.readers.das.time_stamps import channel_axis, regular_times

# Without what unpickles (PICKLE, DASDAE, H5Simple) and what is no DAS.
HDF5_FORMATS = (
    "PRODML",
    "TERRA15",
    "febus",
    "OptoDAS",
    "APSensing",
    "Silixa_H5",
    "DASHDF5",
    "GDR_DAS",
    "NeubrexDAS",
    "Uptech_H5",
    "febus_mtx_h5",
    "febus_bsl_h5",
    "DASVader",
)
BINARY_FORMATS = ("TDMS", "Sintela_Binary", "sentek")

_BLOCKWISE = "febus"
_PRODML = "PRODML"
_READ_WHOLE = frozenset(BINARY_FORMATS)
_LARGEST_WHOLE = 1 << 31
_PROBED = 16
_STANDARD = {
    "data_type",
    "data_units",
    "instrument_id",
    "history",
    "dims",
    "coords",
    "path",
    "file_format",
    "file_version",
    "gauge_length",
    "gauge_length_units",
    "instrumet_id",
}


@dataclass(slots=True)
class DascoreSource:
    """Rows that DASCore selects.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    facts : RecordFacts
        What DASCore found.
    fiber : dascore.io.FiberIO
        Reads the format.
    times : ndarray of int64
        Nanoseconds of every row where they are not regular; empty where they are.
    ahead_ns : int, default 0
        How far DASCore's times are ahead of UTC.
    stamps : ndarray of int64, optional
        See `RecordSource.stamps`; not always the `times` DASCore selects by.
    """

    path: Path
    facts: RecordFacts
    fiber: FiberIO
    times: NDArray[np.int64]
    ahead_ns: int = 0
    stamps: NDArray[np.int64] = field(default_factory=lambda: NO_STAMPS)
    _whole: NDArray[Any] | None = field(default=None, init=False)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read some rows; see `RecordSource.read`."""
        with _translated(self.path):
            if self.fiber.name in _READ_WHOLE:
                if self._whole is None:
                    self._whole = _rows(_call(self.path, self.fiber.read), self.facts)
                data = self._whole[start:stop]
            else:
                half = max(1, int(self.facts.step_ns // 2))
                first, last = (
                    self._time(row) + self.ahead_ns + sign * half
                    for row, sign in ((start, -1), (stop - 1, 1))
                )
                bounds = (np.datetime64(first, "ns"), np.datetime64(last, "ns"))
                data = _rows(_call(self.path, self.fiber.read, time=bounds), self.facts)
        if data.shape != (stop - start, self.facts.channels.size):
            raise ReadError(
                self.path,
                f"rows {start} to {stop - 1} come as {data.shape[0]} x {data.shape[1]} samples",
                hint="The time stamps of the file are damaged; export it again.",
            )
        return np.array(data, dtype=np.float32, order="C")

    def _time(self, row: int) -> int:
        if self.times.size:
            return int(self.times[row])
        return self.facts.start_ns + round(row * self.facts.step_ns)


def open_with_dascore(path: Path, formats: tuple[str, ...]) -> DascoreSource | FebusSource | None:
    """Open a file with the format of DASCore that knows it.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    formats : tuple of str
        Names of formats to ask, in this order.

    Returns
    -------
    DascoreSource, FebusSource or None
        None if none knows the file.

    Raises
    ------
    ReadError
        If one does, but the file is damaged or holds no record.
    """
    with _translated(path):
        for name in formats:
            newest = FiberIO.manager.get_fiberio(format=name)
            found = _call(path, newest.get_format)
            if not found:
                continue
            fiber = FiberIO.manager.get_fiberio(format=found[0], version=found[1])
            return _open(path, fiber, str(found[1]))
    return None


def _open(path: Path, fiber: FiberIO, version: str) -> DascoreSource | FebusSource:
    if fiber.name in _READ_WHOLE and path.stat().st_size > _LARGEST_WHOLE:
        raise ReadError(
            path,
            f"{fiber.name} files are read whole, and this one is larger than 2 GiB",
            hint="Convert it to HDF5 with the interrogator's software.",
        )
    scanned = _call(path, fiber.scan)
    records = [attrs for attrs in scanned if _place(attrs.dim_tuple)]
    if not records:
        raise ReadError(
            path, f"{fiber.name} file without a record of time by distance", hint="Check the file."
        )
    attrs = max(records, key=_size)
    if fiber.name in _READ_WHOLE and not _size(attrs) <= path.stat().st_size:
        raise ReadError(
            path, "promises more samples than it holds", hint="Copy or download the file again."
        )
    notes: tuple[str, ...] = ()
    if len(records) > 1:
        notes = (f"The file holds {len(records)} arrays; the largest is shown.",)
    if fiber.name in _READ_WHOLE:
        notes = (*notes, "DASCore reads files of this format whole.")
    times = _irregular_times(path, fiber, attrs)
    facts = _facts(path, fiber, attrs, times, notes)
    facts = replace(facts, title=f"{fiber.name} {version}")
    if fiber.name == _BLOCKWISE:
        return source_of_febus(path, facts)
    if fiber.name != _PRODML:
        return DascoreSource(path, facts, fiber, times, stamps=times)
    ahead_ns = offset_from_utc(path)
    facts = replace(facts, start_ns=facts.start_ns - ahead_ns)
    return DascoreSource(path, facts, fiber, times - ahead_ns, ahead_ns, times - ahead_ns)


def _irregular_times(path: Path, fiber: FiberIO, attrs: Any) -> NDArray[np.int64]:
    """Return the time of every row, or nothing where a first and a step tell them."""
    if not np.isnat(attrs.coords["time"].step or np.timedelta64("NaT")):
        return np.empty(0, dtype=np.int64)
    place = _place(attrs.dim_tuple)
    lowest = attrs.coords[place].min
    column = _call(path, fiber.read, **{place: (lowest, lowest)})[0]
    stamps = np.asarray(column.get_array("time")).astype("datetime64[ns]")
    return stamps.astype(np.int64)


def _facts(
    path: Path, fiber: FiberIO, attrs: Any, times: NDArray[np.int64], notes: tuple[str, ...]
) -> RecordFacts:
    summary = attrs.coords["time"]
    start_ns, stop_ns = _ns(summary.min), _ns(summary.max)
    if times.size:
        start_ns, step_ns, more = regular_times(path, times)
        n_samples, notes = times.size, (*notes, *more)
    else:
        n_samples = 1 + round((stop_ns - start_ns) / _ns(summary.step))
        step_ns = (stop_ns - start_ns) / max(1, n_samples - 1) or float(_ns(summary.step))
    # A few rows tell the places of all channels and how samples are stored.
    bounds = (np.datetime64(start_ns, "ns"), np.datetime64(start_ns + int(_PROBED * step_ns), "ns"))
    patch = _patch(_call(path, fiber.read, time=bounds), None)
    place = _place(patch.dims)
    unit = patch.get_coord(place).units
    places = np.asarray(patch.get_array(place), dtype=np.float64)
    channels, more = channel_axis(place, places, "" if unit is None else f"{unit.units:~P}")
    return RecordFacts(
        format=fiber.name.lower(),
        title=fiber.name,
        n_samples=n_samples,
        start_ns=start_ns,
        step_ns=step_ns,
        channels=channels,
        sample_type=str(patch.data.dtype),
        quantity=attrs.data_type.replace("_", " ").replace("strainrate", "strain rate"),
        unit=_unit(attrs.data_units),
        gauge_length_m=_gauge_length(attrs),
        instrument=_instrument(attrs),
        attributes=_attributes(attrs),
        notes=(*notes, *more),
    )


def _patch(spool: dc.BaseSpool, n_channels: int | None) -> dc.Patch:
    """Return the largest record among what was read, of so many channels if told."""
    found = [
        patch
        for patch in spool
        if (place := _place(patch.dims))
        and n_channels in (None, patch.data.shape[patch.dims.index(place)])
    ]
    if not found:
        raise ValueError("no samples at these times")
    return max(found, key=lambda patch: patch.data.size)


def _rows(spool: dc.BaseSpool, facts: RecordFacts) -> NDArray[Any]:
    patch = _patch(spool, facts.channels.size)
    data: NDArray[Any] = patch.data if patch.dims[0] == "time" else patch.data.T
    return data


def _place(dims: tuple[str, ...]) -> str:
    """Return the dimension beside time; empty if these are not a record's."""
    others = [dim for dim in dims if dim != "time"]
    return others[0] if len(dims) == 2 and len(others) == 1 else ""


def _size(attrs: Any) -> float:
    size = 1.0
    for dim in attrs.dim_tuple:
        summary = attrs.coords[dim]
        with contextlib.suppress(TypeError, ZeroDivisionError, ValueError):
            size *= float((summary.max - summary.min) / summary.step)
    return size


def _ns(value: Any) -> int:
    kind = "timedelta64[ns]" if isinstance(value, np.timedelta64) else "datetime64[ns]"
    return int(np.asarray(value).astype(kind).astype(np.int64))


def _unit(units: Any) -> str:
    if units is None:
        return ""
    scale = "" if units.magnitude == 1 else f"{units.magnitude:g} "
    return f"{scale}{units.units:~P}"


def _gauge_length(attrs: Any) -> float | None:
    value = getattr(attrs, "gauge_length", None)
    number = float(value) if isinstance(value, (int, float, np.number)) else float("nan")
    return number if np.isfinite(number) else None


def _instrument(attrs: Any) -> str:
    # DASCore's AP Sensing reader misspells it.
    named = attrs.instrument_id or getattr(attrs, "instrumet_id", "")
    return str(named)


def _attributes(attrs: Any) -> dict[str, Any]:
    """Return what else is known, as JSON values."""
    found: dict[str, Any] = {}
    for key, value in attrs.model_dump().items():
        if key in _STANDARD or key.startswith("_") or value is None:
            continue
        plain = value.item() if isinstance(value, np.generic) else value
        if isinstance(plain, float) and not np.isfinite(plain):
            continue
        if plain != "":
            found[key] = plain if isinstance(plain, (bool, int, float, str)) else str(plain)
    return found


def _call(path: Path, method: Callable[..., Any], **selection: Any) -> Any:
    """Call a method of a format, and close what it opened even if it fails."""
    with IOResourceManager(str(path)) as resources:
        try:
            return method(resources.get_resource(method), _pre_cast=True, **selection)
        except Exception:
            if method.__name__ == "get_format":
                return False  # a file of another format may make it fail in any way
            raise


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file makes DASCore raise into a `ReadError`."""
    try:
        yield
    except ReadError:
        raise
    except Exception as error:  # its parsers check little, and fail in any way
        words = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ReadError(
            path, f"cannot be read as DAS ({words})", hint="Copy or download the file again."
        ) from error
