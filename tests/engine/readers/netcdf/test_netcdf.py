"""NetCDF files open as volumes, records and arrays on the dimensions that they name."""

from __future__ import annotations

import json
import os

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cli.main import main
from engine.core.axes import Axis
from engine.errors import ReadError, SettingsError
from engine.readers.detect import open_volume
from engine.readers.netcdf.cf import epoch_ns
from tests.netcdf_files import (
    START_NS,
    record_contents,
    volume_contents,
    write_classic_record,
    write_classic_volume,
    write_netcdf3,
    write_netcdf4,
    write_record,
    write_volume,
)
from tests.synthetic import SegySpec, ground

BOTH = pytest.mark.parametrize("write", [write_netcdf4, write_netcdf3], ids=["4", "3"])


@pytest.mark.parametrize("write", [write_volume, write_classic_volume])
def test_a_volume_has_its_lines_times_and_coordinates(write, tmp_path):
    write(tmp_path / "a.nc")
    volume = open_volume(tmp_path / "a.nc")
    assert volume.kind == "volume"
    assert volume.axes == (
        Axis("inline", "1", 100.0, 2.0, 3),
        Axis("crossline", "1", 7.0, 1.0, 4),
        Axis("twt", "ms", 0.0, 4.0, 12),
    )
    cube = SegySpec().values()
    np.testing.assert_array_equal(volume.section("inline", 1).data, cube[1].T)
    np.testing.assert_array_equal(volume.section("crossline", 3).data, cube[:, 3].T)
    np.testing.assert_array_equal(volume.section("twt", 5).data, cube[:, :, 5])
    assert volume.survey.xy(102, 9) == pytest.approx(ground(102, 9))
    assert volume.survey.unit == "m"
    volume.close()
    with pytest.raises(ValueError, match="closed"):
        volume.section("inline", 0)


@pytest.mark.parametrize("write", [write_record, write_classic_record])
def test_samples_by_time_and_distance_are_a_record_in_utc(write, tmp_path):
    data = write(tmp_path / "a.nc")
    record = open_volume(tmp_path / "a.nc", samples=20)
    assert record.kind == "record"
    assert record.axes == (
        Axis("distance", "m", 100.0, 4.0, 7),
        Axis("utc", "s", START_NS / 1e9, 0.005, 60),
    )
    np.testing.assert_array_equal(record.section("window", 1).data, data[20:40])
    facts = record.describe()
    assert facts["time"]["start"] == "2023-03-22T12:00:00.500000000Z"
    assert facts["samples"] == {"name": "float32", "quantity": "strain rate", "unit": "1/s"}
    record.close()


@BOTH
def test_a_record_may_have_channels_first(write, tmp_path):
    *contents, data = record_contents(transposed=True)
    write(tmp_path / "a.nc", *contents, {"gauge_length": 10.0})
    record = open_volume(tmp_path / "a.nc")
    np.testing.assert_array_equal(record.section("window", 0).data, data)
    assert record.describe()["geometry"]["gauge_length_m"] == 10.0
    record.close()


def test_a_gap_in_time_stays_a_gap(tmp_path):
    times = 5.0 * np.r_[0:30, 50:80]
    *contents, data = record_contents(times=times)
    write_netcdf4(tmp_path / "a.nc", *contents)
    record = open_volume(tmp_path / "a.nc")
    seen = record.section("window", 0).data
    assert seen.shape == (80, 7)
    assert np.isnan(seen[30:50]).all()
    np.testing.assert_array_equal(seen[50:], data[30:])
    assert "Gaps without data: 0.1 s" in record.describe()["notes"][0]
    record.close()


def test_times_without_a_date_count_from_the_start(tmp_path):
    *contents, _ = record_contents(units="milliseconds")
    write_netcdf4(tmp_path / "a.nc", *contents)
    record = open_volume(tmp_path / "a.nc")
    assert record.axes[1] == Axis("time", "s", 0.0, 0.005, 60)
    record.close()


@BOTH
def test_packed_samples_are_unpacked_and_fill_values_are_no_data(write, tmp_path):
    dimensions, variables = volume_contents()
    packed = np.arange(144, dtype="i2").reshape(3, 4, 12)
    packed[1, 2, 3], packed[1, 2, 4], packed[1, 2, 5] = -1, -2, 1000
    about = {"scale_factor": 0.5, "add_offset": 10.0, "_FillValue": np.int16(-1)}
    about["missing_value"] = np.int16(-2)
    variables["data"] = (variables["data"][0], packed, about)
    write(tmp_path / "a.nc", dimensions, variables)
    volume = open_volume(tmp_path / "a.nc")
    section = volume.section("inline", 1)
    expected = packed[1].T * 0.5 + 10
    expected[3:5, 2] = np.nan
    np.testing.assert_array_equal(section.data, expected)
    assert section.bad_samples == 0
    assert volume.describe()["samples"]["name"] == "int16"
    volume.close()


def test_what_was_never_written_is_no_data(tmp_path):
    dimensions, variables = volume_contents()
    data = variables["data"][1].copy()
    data[0] = np.float32(9.969209968386869e36)
    variables["data"] = (variables["data"][0], data, {})
    write_netcdf4(tmp_path / "a.nc", dimensions, variables)
    volume = open_volume(tmp_path / "a.nc")
    assert np.isnan(volume.section("inline", 0).data).all()
    assert np.isfinite(volume.section("inline", 1).data).all()
    volume.close()


@BOTH
def test_other_arrays_keep_the_names_of_their_dimensions(write, tmp_path):
    dimensions = {"time": 3, "lat": 4, "lon": 5}
    data = np.arange(60, dtype="f4").reshape(3, 4, 5)
    variables = {
        "time": (("time",), np.arange(3.0), {"units": "days since 2000-01-01"}),
        "lat": (("lat",), 50 - 0.5 * np.arange(4), {"units": "degrees_north"}),
        "height": (("time", "lat", "lon"), data, {"units": "m", "long_name": "height"}),
    }
    write(tmp_path / "a.nc", dimensions, variables)
    volume = open_volume(tmp_path / "a.nc")
    assert volume.kind == "array"
    assert {(a.name, a.unit, a.first, a.step) for a in volume.axes} == {
        ("utc", "s", 946_684_800.0, 86_400.0),
        ("lat", "deg", 50.0, -0.5),
        ("lon", "1", 0.0, 1.0),
    }
    np.testing.assert_array_equal(volume.section("utc", 1).data, data[1])
    assert volume.describe()["samples"]["unit"] == "m"
    volume.close()


@BOTH
def test_uneven_positions_are_counted_and_told(write, tmp_path):
    dimensions, variables = volume_contents()
    variables["iline"] = (("iline",), np.array([1, 2, 7]), {})
    write(tmp_path / "a.nc", dimensions, variables)
    volume = open_volume(tmp_path / "a.nc")
    assert volume.axes[0] == Axis("inline", "1", 0.0, 1.0, 3)
    assert volume.describe()["notes"] == [
        "inline is not evenly spaced: its positions are counted from 0."
    ]
    volume.close()


@BOTH
def test_the_largest_of_several_variables_is_shown_and_others_can_be_named(write, tmp_path, capsys):
    dimensions, variables = volume_contents()
    variables["fold"] = (("iline", "xline"), np.ones((3, 4), dtype="f4"), {})
    write(tmp_path / "a.nc", dimensions, variables)
    volume = open_volume(tmp_path / "a.nc")
    assert volume.kind == "volume"
    assert "also holds fold: name one with --dataset" in volume.describe()["notes"][0]
    volume.close()
    assert main(["info", str(tmp_path / "a.nc"), "--dataset", "fold", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert [axis["name"] for axis in facts["axes"]] == ["inline", "crossline"]
    with pytest.raises(ReadError, match="has no array 'none'") as caught:
        open_volume(tmp_path / "a.nc", dataset="none")
    assert "data" in caught.value.hint


def test_the_command_line_tells_axes_and_coordinates(tmp_path, capsys):
    write_volume(tmp_path / "a.nc")
    assert main(["info", str(tmp_path / "a.nc")]) == 0
    told = capsys.readouterr().out
    assert "3-D volume, NetCDF-4" in told
    assert "Coordinates: X " in told


def test_named_dimensions_are_found_in_a_file_of_another_name(tmp_path):
    write_volume(tmp_path / "a.h5")
    volume = open_volume(tmp_path / "a.h5")
    assert [axis.name for axis in volume.axes] == ["inline", "crossline", "twt"]
    volume.close()


def test_a_plain_hdf5_file_named_so_is_still_read_as_an_array(tmp_path):
    with h5py.File(tmp_path / "a.nc", "w") as file:
        file["values"] = np.zeros((3, 4, 5), dtype="f4")
    volume = open_volume(tmp_path / "a.nc")
    assert volume.directions == ("axis 0", "axis 1", "axis 2")
    volume.close()


@pytest.mark.parametrize("options", [{"dataset": 3}, {"samples": 0}, {"axes": "a,b,c"}])
def test_options_that_cannot_be_are_refused(tmp_path, options):
    write_volume(tmp_path / "a.nc")
    with pytest.raises(SettingsError):
        open_volume(tmp_path / "a.nc", **options)


def test_files_that_cannot_be_read_say_what_to_do(tmp_path):
    path = tmp_path / "a.nc"
    path.write_bytes(b"CDF\x05" + bytes(100))
    with pytest.raises(ReadError, match="CDF-5") as caught:
        open_volume(path)
    assert "nccopy" in caught.value.hint
    path.write_bytes(b"CDF\x01" + b"\xff" * 100)
    with pytest.raises(ReadError, match="damaged NetCDF file") as caught:
        open_volume(path)
    assert caught.value.hint
    write_netcdf3(path, {"x": 3}, {"x": (("x",), np.arange(3.0), {})})
    with pytest.raises(ReadError, match="holds no array of numbers"):
        open_volume(path)


def test_a_classic_file_that_shrinks_while_open_gives_a_message(tmp_path):
    write_classic_volume(tmp_path / "a.nc")
    volume = open_volume(tmp_path / "a.nc")
    os.truncate(tmp_path / "a.nc", 200)
    with pytest.raises(ReadError, match="become shorter"):
        volume.section("inline", 0)
    volume.close()


@pytest.mark.parametrize(
    ("units", "seconds"),
    [
        ("seconds since 1970-01-01", 2.0),
        ("s since 1970-1-1 0:0:0", 2.0),
        ("hours since 1970-01-01T00:00:00Z", 7200.0),
        ("days since 1969-12-31 00:00", 86_400.0),
        ("Seconds since 1970-01-01 02:00:00 +02:00", 2.0),
        ("microseconds since 1970-01-01 00:00:00.25 UTC", 0.250002),
    ],
)
def test_times_are_read_as_cf_writes_them(units, seconds):
    assert epoch_ns(np.array([2]), units, "standard") == [round(seconds * 1e9)]


@pytest.mark.parametrize(
    ("units", "calendar"),
    [
        ("seconds", ""),
        ("furlongs since 1970-01-01", ""),
        ("seconds since 1970-13-01", ""),
        ("seconds since then", ""),
        ("days since 1970-01-01", "360_day"),
        ("days since 0001-01-01", ""),
    ],
)
def test_other_times_are_left_as_numbers(units, calendar):
    assert epoch_ns(np.array([2.0]), units, calendar) is None


@settings(max_examples=50)
@given(st.datetimes(), st.integers(-(10**6), 10**6))
def test_any_moment_is_the_one_that_numpy_counts(moment, after):
    units = f"milliseconds since {moment.isoformat(sep=' ', timespec='microseconds')}"
    found = epoch_ns(np.array([after]), units, "")
    if 1830 < moment.year < 2110:
        expected = np.datetime64(moment, "ns") + np.timedelta64(after, "ms")
        assert found == [expected.astype(np.int64)]
