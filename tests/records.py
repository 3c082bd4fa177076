"""DAS records written for tests, with h5py alone."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np

START = "2023-03-22T12:00:00.000000"


def samples(n_rows: int = 60, n_channels: int = 7, seed: int = 0) -> np.ndarray:
    """Return int16 samples, shape (n_rows, n_channels), no two rows alike."""
    rng = np.random.default_rng(seed)
    return rng.integers(-1000, 1000, size=(n_rows, n_channels)).astype(np.int16)


def write_prodml(
    path: Path,
    data: np.ndarray | None = None,
    *,
    start: str = START,
    rate_hz: float = 100.0,
    spacing_m: float = 2.0,
    times_us: np.ndarray | None = None,
    offset: str = "+00:00",
) -> np.ndarray:
    """Write a ProdML 2.1 file; return its samples.

    The layout is that of the specification's example: Acquisition/Raw[0]/RawData
    with times in microseconds.
    """
    data = samples() if data is None else data
    first = np.datetime64(start, "us")
    step_us = round(1e6 / rate_hz)
    times = first + step_us * np.arange(len(data)).astype("timedelta64[us]")
    if times_us is not None:
        times = times_us.astype("datetime64[us]")
    with h5py.File(path, "w") as file:
        file.attrs["uuid"] = np.bytes_(b"0")
        acquisition = file.create_group("Acquisition")
        acquisition.attrs.update(
            {
                "schemaVersion": np.bytes_(b"2.1"),
                "uuid": np.bytes_(b"1"),
                "GaugeLength": 10.0,
                "GaugeLength.uom": np.bytes_(b"m"),
                "NumberOfLoci": data.shape[1],
                "PulseRate": 1000.0,
                "PulseRate.uom": np.bytes_(b"Hz"),
                "PulseWidth": 50.0,
                "PulseWidth.uom": np.bytes_(b"ns"),
                "SpatialSamplingInterval": spacing_m,
                "SpatialSamplingInterval.uom": np.bytes_(b"m"),
                "StartLocusIndex": 5,
                "MeasurementStartTime": np.bytes_(f"{times[0]}{offset}".encode()),
            }
        )
        raw = acquisition.create_group("Raw[0]")
        raw.attrs.update(
            {
                "NumberOfLoci": data.shape[1],
                "StartLocusIndex": 5,
                "OutputDataRate": rate_hz,
                "RawDataUnit": np.bytes_(b"nm/m/s"),
                "RawDescription": np.bytes_(b"Strain rate"),
            }
        )
        ends = {
            "PartStartTime": np.bytes_(f"{times[0]}{offset}".encode()),
            "PartEndTime": np.bytes_(f"{times[-1]}{offset}".encode()),
        }
        array = raw.create_dataset("RawData", data=data)
        array.attrs.update({"Dimensions": [np.bytes_(b"time"), np.bytes_(b"locus")], **ends})
        stamps = raw.create_dataset("RawDataTime", data=times.astype(np.int64))
        stamps.attrs.update(ends)
    return data


def write_array(path: Path, data: np.ndarray, name: str = "group/values", **options) -> None:
    """Write one array into a plain HDF5 file."""
    with h5py.File(path, "w") as file:
        file.create_dataset(name, data=data, **options)


def write_febus(path: Path, n_blocks: int = 4, n_channels: int = 5) -> np.ndarray:
    """Write a Febus A1 file of overlapping blocks; return the record without overlaps.

    Blocks of 21 rows, of which the middle 10 count, at 100 samples a second.
    """
    height, kept, before, step_s = 21, 10, 5, 0.01
    rng = np.random.default_rng(3)
    record = rng.normal(size=(kept * n_blocks + height, n_channels)).astype(np.float32)
    blocks = np.stack([record[k * kept : k * kept + height] for k in range(n_blocks)])
    with h5py.File(path, "w") as file:
        source = file.create_group("fa1-1/Source1")
        source.attrs.update(
            {
                "AmpliPower": 1.0,
                "Hostname": "fa1-1",
                "WholeExtent": [0, n_channels - 1, 0, height - 1, 0, n_blocks - 1],
                "SamplingRate": 100.0,
                "Version": np.bytes_(b"2.3.21"),
            }
        )
        source["time"] = 1679486400.0 + kept * step_s * np.arange(n_blocks)
        zone = source.create_group("Zone1")
        zone.attrs.update(
            {
                "BlockRate": 1000.0 / (kept * step_s),
                "Extent": [0, n_channels - 1, 0, height - 1, 0, n_blocks - 1],
                "GaugeLength": 2.0,
                "Origin": [100.0, -100.0, 0.0],
                "Overlap": 100.0,
                "PulseWidth": 1.0,
                "SamplingRate": 100.0,
                "Spacing": [0.5, 1000 * step_s, 1.0],
                "Version": np.bytes_(b"2.3.21"),
            }
        )
        zone["StrainRate"] = blocks
    return record[before : before + kept * n_blocks]
