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


def write_terra15(path: Path) -> np.ndarray:
    """Write a Terra15 file of version 6; return its samples."""
    data = samples().astype(np.float32)
    with h5py.File(path, "w") as file:
        file.attrs.update(
            {
                "acoustic_bandwidth_end": 50.0,
                "amplifier_incoming_current": 1.0,
                "data_product": "strain_rate",
                "data_product_units": "1/s",
                "dx": 2.0,
                "file_start_computer_time": 1679486400.0,
                "file_version": "6",
                "gauge_length": 8.0,
                "nx": data.shape[1],
                "pulse_length": 10.0,
                "pulse_rate": 1000.0,
                "sensing_range_start": 10.0,
                "serial_number": "T15-7",
            }
        )
        group = file.create_group("data_product")
        group["data"] = data
        group["gps_time"] = group["posix_time"] = 1679486400.0 + 0.01 * np.arange(len(data))
    return data


def write_optodas(path: Path) -> np.ndarray:
    """Write an OptoDAS (ASN) file of version 8; return its samples."""
    data = samples().astype(np.float32)
    with h5py.File(path, "w") as file:
        for name in ("acqSpec", "cableSpec"):
            file.create_group(name)
        file["fileVersion"], file["data"] = 8, data
        header = file.create_group("header")
        header["dimensionNames"] = [b"time", b"distance"]
        header["dimensionUnits"] = [b"s", b"m"]
        for number, (scale, size) in enumerate(((0.01, data.shape[0]), (2.0, data.shape[1]))):
            ranges = header.create_group(f"dimensionRanges/dimension{number}")
            ranges["unitScale"], ranges["min"], ranges["max"] = scale, 0, size - 1
        header["channels"] = np.arange(5, 5 + data.shape[1])
        header["time"], header["gaugeLength"] = 1679486400.0, 8.0
        header["unit"], header["instrument"], header["experiment"] = b"rad/m/s", b"ASN-7", b"x"
    return data


def write_silixa(path: Path) -> np.ndarray:
    """Write a Silixa HDF5 file; return its samples."""
    data = samples()
    with h5py.File(path, "w") as file:
        file["Acoustic"] = data
        file["Acoustic"].attrs.update(
            {
                "CPUTimeStamp": "22/03/2023 12:00:00.000000 (UTC)",
                "Fibre Length Multiplier": 1.0,
                "Fibre Length per Metre": 1.0,
                "GPSTimeStamp": "22/03/2023 12:00:00.000000 (UTC)",
                "GaugeLength": 8.0,
                "MeasureLength[m]": 0.0,
                "PulseWidth[ns]": 50.0,
                "SamplingFrequency[Hz]": 100.0,
                "SpatialResolution[m]": 2.0,
                "Start Distance (m)": 10.0,
                "StartPosition[m]": 10.0,
                "Stop Distance (m)": 24.0,
                "SystemInfomation.Devices1.SerialNum": "S-7",
                "Tags": "",
            }
        )
    return data


def write_sintela(path: Path, n_packets: int = 3) -> np.ndarray:
    """Write a Sintela binary file of packets of 20 samples; return its samples."""
    data = samples(20 * n_packets).astype(np.float32)
    header = np.dtype(
        [
            ("sync_word", "<u4"), ("header_size", "<u4"), ("version", "<u4"),
            ("sample_count", "<u8"), ("start_time_ns", "<u8"),
            ("num_channels", "<u4"), ("num_samples", "<u4"),
            ("sample_rate", "<f4"), ("channel_spacing", "<f4"), ("gauge_length", "<f4"),
            ("trigger", "<u4"), ("start_channel", "<u4"), ("channel_step", "<u4"),
            ("gps", "<u4", (3,)), ("flags", "<u1", (4,)),
            ("data_type", "<u1"), ("demod_data_type", "<u1"), ("unused", "<u2"),
            ("trigger_offsets", "<u2", (8,)),
        ]
    )  # fmt: skip
    with path.open("wb") as file:
        for packet in range(n_packets):
            values = np.zeros((), dtype=header)
            values["sync_word"], values["header_size"] = 0x11223344, header.itemsize
            values["version"], values["data_type"], values["demod_data_type"] = 3, 4, 1
            values["start_time_ns"] = 1679486400 * 10**9 + packet * 20 * 10**7
            values["num_channels"], values["num_samples"] = data.shape[1], 20
            values["sample_rate"], values["channel_spacing"] = 100.0, 2.0
            values["gauge_length"], values["start_channel"] = 8.0, 5
            values["channel_step"] = 1
            file.write(values.tobytes())
            file.write(data[20 * packet : 20 * packet + 20].tobytes())
    return data
