"""Records of every format, against DASCore's whole reading and h5py's own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tracemalloc

import dascore as dc
import h5py
import numpy as np
import pytest
from dascore.io.core import FiberIO

from engine.errors import ReadError
from engine.readers.das.reader import DasReader
from tests.records import (
    write_febus,
    write_optodas,
    write_prodml,
    write_silixa,
    write_sintela,
    write_terra15,
)

# file -> (title, channels, first and spacing in metres, samples a second, start, quantity)
REAL = {
    "ap_sensing_1.hdf5": (
        "APSensing 10", 4082, 124.148, 1.22614, 500, "2023-09-24T12:46:31.739618",
    ),
    "deformation_rate_event_1.hdf5": (
        "DASDAE 1", 225, 2403.639, 5.71733, 1999.976, "2022-06-04T15:27:44.800325476",
    ),
    "dispersion_event.h5": ("DASDAE 1", 101, 0, 1, 2000, "2000-01-01T00:00:00"),
    "febus_2.h5": ("febus 2", 101, 101, 0.4, 1050, "2025-09-23T11:40:14.013526016"),
    "iDAS005_hdf5_example.626.h5": (
        "PRODML 2.1", 1152, -120.472, 1.020952, 1000, "2019-05-31T08:38:50.626928",
    ),
    "iDAS005_tdms_example.626.tdms": (
        "TDMS 4713", 1152, 166.938, 1.020952, 1000, "2019-05-31T08:38:50.626928",
    ),
    "prodml_2.0.h5": ("PRODML 2.0", 512, -265.448, 1.020952, 200, None),
    "h5_simple_1.h5": ("H5Simple 1", 100, 0, 1, 250.003, "2023-09-04T20:05:06.884208"),
}  # fmt: skip


def whole(path):
    """Read a whole file with DASCore: samples (time, channel), times in ns, places."""
    name, version = dc.get_format(path)
    patch = FiberIO.manager.get_fiberio(format=name, version=version).read(str(path))[0]
    place = next(dim for dim in patch.dims if dim != "time")
    patch = patch.transpose("time", place)
    times = patch.get_array("time").astype("datetime64[ns]").astype(np.int64)
    return patch.data, times, patch.get_array(place)


@pytest.fixture(autouse=True)
def far_from_utc(monkeypatch):
    """Be in a zone where local time would show."""
    monkeypatch.setenv("TZ", "America/Denver")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("name", REAL)
def test_windows_of_a_recorded_file_are_what_dascore_reads_whole(shared_data, name):
    path = shared_data / "das" / name
    data, times, places = whole(path)
    record = DasReader().open(path, samples=77, overlap=0.25)
    assert record.axes[1].size == len(data)
    for index in (0, 1, record.windows.axis.size // 2, record.windows.axis.size - 1):
        section = record.section("window", index)
        start, stop = record.windows.bounds(index)
        np.testing.assert_array_equal(section.data, data[start:stop].astype(np.float32))
        # DASCore rounds a float of seconds to 2**-22 s; the axis is float64 seconds as well.
        np.testing.assert_allclose(section.cols.values(), places, rtol=0, atol=1e-6)
        offset = record.facts.start_ns / 1e9 if not record.facts.has_date else 0.0
        stamps = times[start:stop] / 1e9 - offset
        np.testing.assert_allclose(section.rows.values(), stamps, rtol=0, atol=2e-6)


@pytest.mark.parametrize("name", REAL)
def test_a_recorded_file_says_what_it_is(shared_data, name):
    title, n_channels, first, spacing, rate, start = REAL[name]
    record = DasReader().open(shared_data / "das" / name)
    facts = json.loads(json.dumps(record.describe(), allow_nan=False))
    assert facts["title"] == title
    assert record.axes[0].size == n_channels
    assert record.axes[0].first == pytest.approx(first, abs=1e-3)
    assert record.axes[0].step == pytest.approx(spacing, rel=1e-5)
    assert facts["time"]["sampling_rate_hz"] == pytest.approx(rate, rel=1e-6)
    if start is None:
        assert facts["time"]["start"] is None
        assert record.axes[1].name == "time"
        assert record.axes[1].first == 0
    else:
        assert facts["time"]["start"].startswith(start)
        assert record.axes[1].name == "utc"
        assert record.axes[1].first == pytest.approx(
            np.datetime64(start, "ns").astype(np.int64) / 1e9, abs=1e-6
        )


@pytest.mark.parametrize(
    ("name", "dataset"),
    [
        ("prodml_2.0.h5", "Acquisition/Raw[0]/RawData"),
        ("ap_sensing_1.hdf5", "DAS"),
        ("h5_simple_1.h5", "raw"),
    ],
)
def test_samples_are_those_h5py_reads(shared_data, name, dataset):
    path = shared_data / "das" / name
    record = DasReader().open(path, samples=50)
    with h5py.File(path) as file:
        np.testing.assert_array_equal(
            record.section("window", 1).data, file[dataset][50:100].astype(np.float32)
        )


def test_the_same_record_as_hdf5_and_tdms_has_the_same_samples(shared_data):
    folder = shared_data / "das"
    one = DasReader().open(folder / "iDAS005_hdf5_example.626.h5").section("window", 0)
    other = DasReader().open(folder / "iDAS005_tdms_example.626.tdms").section("window", 0)
    np.testing.assert_array_equal(one.data, other.data)
    assert one.rows == other.rows


def test_a_written_prodml_file_keeps_samples_times_and_places(tmp_path):
    data = write_prodml(tmp_path / "a.h5")
    record = DasReader().open(tmp_path / "a.h5", samples=25)
    assert record.windows.axis.size == 3
    last = record.section("window", 2)
    np.testing.assert_array_equal(last.data, data[35:60])
    assert last.rows.first == pytest.approx(1679486400.35, abs=1e-6)
    assert last.cols.values().tolist() == [10, 12, 14, 16, 18, 20, 22]
    facts = record.describe()
    assert facts["samples"] == {"name": "int16", "quantity": "strain rate", "unit": "nm/m/s"}
    assert facts["geometry"]["gauge_length_m"] == 10
    assert facts["time"]["end"] == "2023-03-22T12:00:00.590000000Z"


@pytest.mark.parametrize("offset", ["+00:00", "+02:00", "Z", "", "+05:30"])
def test_an_offset_from_utc_is_taken_off(tmp_path, offset):
    data = write_prodml(tmp_path / "a.h5", offset=offset)
    record = DasReader().open(tmp_path / "a.h5", samples=25)
    hours = {"+02:00": 2, "+05:30": 5.5}.get(offset, 0)
    assert record.axes[1].first == pytest.approx(1679486400 - 3600 * hours, abs=1e-6)
    np.testing.assert_array_equal(record.section("window", 1).data, data[25:50])


def test_blocks_of_febus_are_joined_without_their_overlaps(tmp_path):
    expected = write_febus(tmp_path / "a.h5")
    data, times, _ = whole(tmp_path / "a.h5")
    np.testing.assert_array_equal(data, expected)
    record = DasReader().open(tmp_path / "a.h5", samples=13)
    for index in range(record.windows.axis.size):
        start, stop = record.windows.bounds(index)
        section = record.section("window", index)
        np.testing.assert_array_equal(section.data, expected[start:stop])
        np.testing.assert_allclose(section.rows.values(), times[start:stop] / 1e9, atol=1e-6)


def test_channels_without_data_stay_so_and_infinities_are_counted(tmp_path):
    data = np.ones((40, 4), dtype=np.float32)
    data[:, 2] = np.nan
    data[3, 1] = np.inf
    write_prodml(tmp_path / "a.h5", data)
    section = DasReader().open(tmp_path / "a.h5").section("window", 0)
    assert section.no_data[:, 2].all()
    assert section.no_data.sum() == 41
    assert section.bad_samples == 1


def test_help_and_seismic_files_do_not_wait_for_dascore(tmp_path):
    script = (
        "import sys; from tests.synthetic import write_segy; from pathlib import Path\n"
        "from engine.readers.detect import open_volume; from engine.cli.main import build_parser\n"
        "path = Path(sys.argv[1]); write_segy(path); open_volume(path).close()\n"
        "build_parser('info').format_help()\n"
        "assert 'dascore' not in sys.modules and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path / "a.sgy"], check=True)


def test_a_record_that_was_closed_cannot_be_read(tmp_path):
    write_prodml(tmp_path / "a.h5")
    record = DasReader().open(tmp_path / "a.h5")
    record.close()
    with pytest.raises(ValueError, match="closed"):
        record.section("window", 0)


def test_a_file_that_vanishes_while_open_is_a_read_error(tmp_path):
    write_prodml(tmp_path / "a.h5")
    record = DasReader().open(tmp_path / "a.h5")
    (tmp_path / "a.h5").unlink()
    with pytest.raises(ReadError, match=r"a\.h5"):
        record.section("window", 0)


def test_memory_grows_with_the_window_not_with_the_record(tmp_path):
    data = np.zeros((200_000, 100), dtype=np.int16)
    write_prodml(tmp_path / "a.h5", data, rate_hz=1000.0)
    del data
    record = DasReader().open(tmp_path / "a.h5", samples=1000)
    tracemalloc.start()
    try:
        record.statistics()
        for index in (0, 100, 199):
            record.section("window", index)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8e6  # the file has 40 MB, a window 0.4 MB


@pytest.mark.parametrize(
    ("write", "name", "title", "instrument"),
    [
        (write_terra15, "a.h5", "TERRA15 6", "T15-7"),
        (write_optodas, "a.h5", "OptoDAS 8", "ASN-7"),
        (write_silixa, "a.h5", "Silixa_H5 1", "S-7"),
        (write_sintela, "a.raw", "Sintela_Binary 3", ""),
    ],
)
def test_formats_without_a_recorded_file_are_read_window_by_window(
    tmp_path, write, name, title, instrument
):
    data = write(tmp_path / name)
    record = DasReader().open(tmp_path / name, samples=25)
    for index, (start, stop) in enumerate([(0, 25), (25, 50), (35, 60)]):
        section = record.section("window", index)
        np.testing.assert_array_equal(section.data, data[start:stop])
        assert section.rows.first == pytest.approx(1679486400 + start / 100, abs=1e-5)
        assert section.rows.step == pytest.approx(0.01, rel=1e-5)
        assert section.cols.values().tolist() == [10, 12, 14, 16, 18, 20, 22]
    facts = record.describe()
    assert facts["title"] == title
    assert facts["instrument"] == instrument
    assert facts["geometry"]["gauge_length_m"] == 8


def test_binary_files_that_promise_too_much_are_refused(tmp_path):
    write_sintela(tmp_path / "a.raw")
    header = bytearray((tmp_path / "a.raw").read_bytes())
    header[28:36] = np.array([10**6, 10**6], dtype="<u4").tobytes()
    (tmp_path / "a.raw").write_bytes(header)
    sentek = np.array([1e6, 1e6, 1e6, 1, 0, 1, 0.0, *range(50)], dtype="<f4")
    (tmp_path / "DASDMSShot00_20230328155652124.das").write_bytes(sentek.tobytes())
    (tmp_path / "b.raw").write_bytes(bytes(range(200)))
    for path in tmp_path.iterdir():
        with pytest.raises(ReadError, match=path.name):
            DasReader().open(path)
