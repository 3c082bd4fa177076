"""Plain HDF5 arrays, windows, and files that are refused."""

from __future__ import annotations

import contextlib
import itertools
import pickle
import struct

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.errors import EngineError, ReadError, SettingsError
from engine.readers.das.options import DasOptions, parse_utc
from engine.readers.das.reader import DasReader
from engine.readers.das.source import RecordFacts
from engine.readers.das.windows import Windows
from tests.records import samples, write_array, write_prodml

PLAIN = {"dataset": "group/values", "sampling_rate": 50.0}


def _open(path, **options):
    return DasReader().open(path, **options)


def test_a_named_array_is_a_record_with_the_axes_given(tmp_path):
    data = samples(30, 4)
    write_array(tmp_path / "a.h5", data)
    record = _open(
        tmp_path / "a.h5", **PLAIN, channel_spacing=2.5, start="2023-03-22T12:00:00+02:00"
    )
    section = record.section("window", 0)
    np.testing.assert_array_equal(section.data, data)
    assert section.cols == Axis("distance", "m", 0.0, 2.5, 4)
    assert section.rows == Axis("utc", "s", 1679486400.0 - 7200, 0.02, 30)


def test_channels_and_seconds_are_counted_where_nothing_else_is_given(tmp_path):
    write_array(tmp_path / "a.h5", samples(30, 4))
    section = _open(tmp_path / "a.h5", **PLAIN).section("window", 0)
    assert section.cols == Axis("channel", "1", 0.0, 1.0, 4)
    assert section.rows == Axis("time", "s", 0.0, 0.02, 30)


def test_an_array_of_channels_by_time_is_turned(tmp_path):
    data = samples(30, 4)
    write_array(tmp_path / "a.h5", data.T)
    record = _open(tmp_path / "a.h5", **PLAIN, transpose=True, samples=10)
    np.testing.assert_array_equal(record.section("window", 1).data, data[10:20])


def test_without_a_name_the_arrays_of_the_file_are_listed(tmp_path):
    write_array(tmp_path / "a.h5", samples(30, 4))
    with pytest.raises(ReadError, match="no known DAS format") as caught:
        _open(tmp_path / "a.h5")
    assert "--dataset" in caught.value.hint
    assert "/group/values (30 x 4, int16)" in caught.value.hint


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dataset": "nothing", "sampling_rate": 1.0}, "no array /nothing"),
        ({"dataset": "group", "sampling_rate": 1.0}, "no array /group"),
        ({"dataset": "../etc", "sampling_rate": 1.0}, "no array"),
        ({"dataset": "group/words", "sampling_rate": 1.0}, "not a table of numbers"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused(tmp_path, options, words):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["group/words"] = [b"a", b"b"]
    with pytest.raises(ReadError, match=words):
        _open(tmp_path / "a.h5", **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"dataset": "a"}, "without a sampling rate"),
        ({"sampling_rate": 5.0}, "described, but not named"),
        ({"transpose": True}, "described, but not named"),
        ({"window_s": 1.0, "samples": 5}, "in seconds and in samples"),
        ({"samples": 0}, "samples 0 is not above zero"),
        ({"window_s": float("nan")}, "is not above zero"),
        ({"overlap": 0.96}, "overlap 0.96"),
        ({"samples": 1}, "too short"),
        ({**PLAIN, "start": "yesterday"}, "'yesterday' is not a time"),
    ],
)
def test_options_outside_their_range_are_refused(tmp_path, options, words):
    write_prodml(tmp_path / "a.h5")
    with pytest.raises(SettingsError, match=words):
        _open(tmp_path / "a.h5", **options)


def test_times_without_an_offset_are_utc(monkeypatch):
    monkeypatch.setenv("TZ", "America/Denver")
    assert parse_utc("1970-01-02") == 86_400 * 10**9
    assert parse_utc("1970-01-01T00:00:01.5Z") == 1_500_000_000
    assert parse_utc("1970-01-01T02:00:00+02:00") == 0


def _facts(n_samples: int, n_channels: int = 3) -> RecordFacts:
    channels = Axis("channel", "1", 0.0, 1.0, n_channels)
    return RecordFacts("x", "X", n_samples, 0, 1e7, channels, "int16")


@settings(max_examples=60)
@given(
    n_samples=st.integers(2, 5000),
    length=st.integers(2, 6000),
    overlap=st.floats(0, 0.95),
)
def test_windows_cover_every_row_and_end_at_the_end(n_samples, length, overlap):
    windows = Windows.of(_facts(n_samples), DasOptions(samples=length, overlap=overlap))
    bounds = [windows.bounds(k) for k in range(windows.axis.size)]
    assert bounds[0][0] == 0
    assert bounds[-1][1] == n_samples
    assert all(stop - start == min(length, n_samples) for start, stop in bounds)
    assert all(a[0] < b[0] <= a[1] for a, b in itertools.pairwise(bounds))


def test_windows_can_be_given_in_seconds(tmp_path):
    write_prodml(tmp_path / "a.h5", samples(60), rate_hz=100)
    assert _open(tmp_path / "a.h5", window_s=0.2).windows.length == 20


def test_windows_of_many_channels_stay_small():
    assert Windows.of(_facts(10**6, 1 << 20), DasOptions()).length == 64
    with pytest.raises(SettingsError, match="too large"):
        Windows.of(_facts(10**6, 1 << 20), DasOptions(samples=2000))


def _external(file):
    file["group/link"] = h5py.ExternalLink("other.h5", "/a")


def _virtual(file):
    layout = h5py.VirtualLayout(shape=(10, 4), dtype="i2")
    layout[:] = h5py.VirtualSource("other.h5", "a", shape=(10, 4))
    file.create_virtual_dataset("v", layout)


def _raw_elsewhere(file):
    file.create_dataset("e", shape=(10, 4), dtype="i2", external=[("other.bin", 0, 80)])


def _promise(file):
    file.create_dataset("p", shape=(10**9, 10**4), dtype="f8", chunks=(1000, 10))


def _bomb(file):
    array = file.create_dataset(
        "b", shape=(20_000, 20_000), dtype="u1", chunks=(20_000, 20_000), compression="gzip"
    )
    array[0, 0] = 1


def _crumbs(file):
    file.create_dataset("c", shape=(1000, 1000), dtype="i2", chunks=(1, 2))[0] = 1


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_external, "is a link to another file"),
        (_virtual, "are in other files"),
        (_raw_elsewhere, "are in other files"),
        (_promise, "/p promises 80000000000000 bytes"),
        (_bomb, "a chunk of /b takes 400000000 bytes|promises 400000000 bytes"),
        (_crumbs, "is cut into 500000 chunks of 4 bytes"),
    ],
)
def test_files_that_reach_out_or_promise_too_much_are_refused(tmp_path, harm, words):
    write_array(tmp_path / "a.h5", samples(30, 4))
    with h5py.File(tmp_path / "a.h5", "a") as file:
        harm(file)
    with pytest.raises(ReadError, match=words):
        _open(tmp_path / "a.h5", **PLAIN)


def test_a_soft_link_inside_the_file_does_no_harm(tmp_path):
    write_array(tmp_path / "a.h5", samples(30, 4))
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file["again"] = h5py.SoftLink("/group/values")
        file["nowhere"] = h5py.SoftLink("/gone")
        file["group/up"] = file["/"]
    assert _open(tmp_path / "a.h5", **PLAIN).axes[1].size == 30


class _Harm:
    def __reduce__(self):
        return (open, ("harmed.txt", "w"))


def test_pickled_attributes_are_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with h5py.File("a.h5", "w") as file:
        file.attrs.update({"__format__": b"DASDAE", "__DASDAE_version__": b"1"})
        group = file.create_group("waveforms/one")
        group.attrs.update({"_dims": b"time,distance", "_attrs_data_units": b"m / s"})
        bad = np.bytes_(pickle.dumps(_Harm(), protocol=0))
        group.attrs["_attrs_coords"] = group.attrs["_attrs_instrument_id"] = bad
        group["data"] = samples(30, 4)
        group["_coord_time"] = 10**18 + 10**7 * np.arange(30)
        group["_coord_distance"] = np.arange(4.0)
        group["_coord_distance"].attrs["units"] = b"m"
    record = _open(tmp_path / "a.h5")
    np.testing.assert_array_equal(record.section("window", 0).data, samples(30, 4))
    assert record.describe()["instrument"] == ""
    assert not (tmp_path / "harmed.txt").exists()
    with h5py.File("b.h5", "w") as file:
        file.attrs["TITLE"] = bad
        file["raw"], file["timestamp"] = samples(30, 4), 1e9 + np.arange(30.0)
    assert _open(tmp_path / "b.h5").axes[1].first == 1e9
    assert not (tmp_path / "harmed.txt").exists()


@pytest.mark.timeout(20)
@pytest.mark.parametrize("offset", [0, 2, 2**40, 2**63])
def test_segments_that_lead_nowhere_do_not_keep_the_reader(tmp_path, offset):
    head = struct.pack("<4siiQQ", b"TDSm", 14, 4713, offset, 0)
    (tmp_path / "a.tdms").write_bytes(head + bytes(500))
    with pytest.raises(ReadError, match="segment"):
        _open(tmp_path / "a.tdms")


@pytest.mark.timeout(300)
def test_cut_and_flipped_files_are_read_or_refused(shared_data, tmp_path):
    rng = np.random.default_rng(0)
    for path in sorted((shared_data / "das").iterdir()):
        if path.suffix == ".sgy":
            continue
        raw = path.read_bytes()
        for trial in range(6):
            harmed = bytearray(raw)
            if trial % 3 == 0:
                del harmed[int(rng.integers(1, len(raw))) :]
            else:
                span = len(raw) if trial % 3 == 1 else 3000
                for place in rng.integers(0, span, size=12):
                    harmed[place] ^= 1 << int(rng.integers(8))
            target = tmp_path / path.name
            target.write_bytes(harmed)
            # Anything but a section or an error with a message fails.
            with contextlib.suppress(EngineError):
                record = _open(target)
                record.describe()
                section = record.section("window", 0)
                assert section.data.shape == (section.rows.size, section.cols.size)
