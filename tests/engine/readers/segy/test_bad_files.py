"""Damaged and misleading SEG-Y files are refused with a message."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import ReadError, SettingsError
from engine.readers.detect import open_volume
from engine.readers.registry import readers
from engine.readers.segy.reader import SegyReader
from tests.synthetic import write_segy

_TRACE = 240 + 4 * 12


def _refused(path, **options):
    with pytest.raises(ReadError) as caught:
        open_volume(path, **options)
    assert str(path) in str(caught.value)
    assert caught.value.hint
    return str(caught.value)


def _patch(path, offset, kind, *values):
    raw = bytearray(path.read_bytes())
    struct.pack_into(kind, raw, offset, *values)
    path.write_bytes(raw)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n" + bytes(9000), b"text " * 2000, b"abc"])
def test_a_file_that_is_not_segy_is_refused_whatever_its_name(tmp_path, content):
    (tmp_path / "a.sgy").write_bytes(content)
    assert "is not SEG-Y" in _refused(tmp_path / "a.sgy")
    (tmp_path / "a.dat").write_bytes(content)
    assert "no reader knows this file" in _refused(tmp_path / "a.dat")


def test_the_refusal_names_the_formats_as_people_call_them(tmp_path):
    (tmp_path / "a.dat").write_bytes(b"text " * 2000)
    with pytest.raises(ReadError) as caught:
        open_volume(tmp_path / "a.dat")
    told = caught.value.hint.removeprefix("Outcrop reads: ").removesuffix(".").split("; ")
    assert {"SEG-Y", "DAS record (HDF5, TDMS)", "Array (NumPy, HDF5, Zarr)"} <= set(told)
    assert not set(told) & set(readers().names())


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "a.sgy").touch()
    assert "is empty" in _refused(tmp_path / "a.sgy")


@pytest.mark.parametrize("cut", [1, 100, _TRACE - 1])
def test_a_file_that_ends_in_a_trace_is_refused(tmp_path, cut):
    write_segy(tmp_path / "a.sgy")
    raw = (tmp_path / "a.sgy").read_bytes()
    (tmp_path / "a.sgy").write_bytes(raw[:-cut])
    assert "ends in the middle of trace 12" in _refused(tmp_path / "a.sgy")


@pytest.mark.parametrize("length", [3599, 3600, 3700])
def test_a_file_that_ends_in_its_headers_is_refused(tmp_path, length):
    write_segy(tmp_path / "a.sgy")
    raw = (tmp_path / "a.sgy").read_bytes()
    (tmp_path / "a.sgy").write_bytes(raw[:length])
    _refused(tmp_path / "a.sgy")


def test_more_samples_than_the_file_has_are_refused(tmp_path):
    write_segy(tmp_path / "a.sgy", binary_fields={3221: ("H", 60_000)})
    assert "promises traces of 60000 samples" in _refused(tmp_path / "a.sgy")
    write_segy(tmp_path / "a.sgy", binary_fields={3221: ("H", 13)})
    assert "13 samples a trace" in _refused(tmp_path / "a.sgy")


def test_a_huge_sample_count_is_not_allocated(tmp_path):
    write_segy(tmp_path / "a.sgy", revision=2, binary_fields={3269: ("i", 2**31 - 1)})
    assert "promises traces of 2147483647 samples" in _refused(tmp_path / "a.sgy")


@pytest.mark.parametrize(
    ("revision", "fields"),
    [(1, {3213: ("H", 13)}), (2, {3513: ("Q", 2**40)}), (2, {3261: ("i", 2_000_000)})],
)
def test_more_traces_than_the_file_has_are_refused(tmp_path, revision, fields):
    write_segy(tmp_path / "a.sgy", revision=revision, binary_fields=fields)
    assert "traces, the file has 12" in _refused(tmp_path / "a.sgy")


@pytest.mark.parametrize("code", [0, 4, 7, 77, -1])
def test_unknown_sample_formats_are_refused(tmp_path, code):
    write_segy(tmp_path / "a.sgy", binary_fields={3225: ("h", code)})
    assert f"unknown sample format code {code & 0xFFFF}" in _refused(tmp_path / "a.sgy")


@pytest.mark.parametrize("interval", [0, -4000])
def test_intervals_that_are_not_above_zero_are_refused(tmp_path, interval):
    write_segy(tmp_path / "a.sgy", interval_us=interval)
    assert "not above zero" in _refused(tmp_path / "a.sgy")


def test_the_hint_names_the_interval_that_the_traces_tell(tmp_path):
    write_segy(tmp_path / "a.sgy", binary_fields={3217: ("h", 0)})
    with pytest.raises(ReadError) as caught:
        open_volume(tmp_path / "a.sgy")
    assert "4 ms" in caught.value.hint
    assert "--interval" in caught.value.hint


def test_no_samples_are_refused(tmp_path):
    write_segy(tmp_path / "a.sgy", binary_fields={3221: ("H", 0)})
    assert "0 samples a trace" in _refused(tmp_path / "a.sgy")


def _equal_numbers(path, **changes):
    fields = {189: ("i", 5), 193: ("i", 5), **changes}
    return write_segy(path, coordinates=False, trace_fields=fields)


def test_equal_line_numbers_are_refused_with_the_options_that_help(tmp_path):
    _equal_numbers(tmp_path / "a.sgy")
    with pytest.raises(ReadError, match="line numbers") as caught:
        open_volume(tmp_path / "a.sgy")
    assert "--iline" in caught.value.hint
    assert "--geometry line" in caught.value.hint
    _refused(tmp_path / "a.sgy", iline=189, xline=193)
    volume = open_volume(tmp_path / "a.sgy", geometry="line")
    assert volume.axes[0].size == 12
    volume.close()


def test_equal_line_numbers_fall_back_on_cdp_numbers(tmp_path):
    _equal_numbers(tmp_path / "a.sgy")
    for trace in range(12):
        _patch(tmp_path / "a.sgy", 3600 + trace * _TRACE + 20, ">i", 700 + trace)
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.kind == "line"
    assert (volume.axes[0].name, volume.axes[0].first) == ("cdp", 700)
    volume.close()


def test_duplicate_traces_are_refused_naming_two(tmp_path):
    write_segy(tmp_path / "a.sgy")
    _patch(tmp_path / "a.sgy", 3600 + 4 * _TRACE + 188, ">i", 100)
    text = _refused(tmp_path / "a.sgy")
    assert "1 duplicate trace: traces 1 and 5 both lie at inline 100, crossline 7" in text
    assert "duplicate" in _refused(tmp_path / "a.sgy", iline=189, xline=193)


def test_a_survey_written_twice_is_refused(tmp_path):
    write_segy(tmp_path / "a.sgy", coordinates=False)
    raw = (tmp_path / "a.sgy").read_bytes()
    (tmp_path / "a.sgy").write_bytes(raw + raw[3600:])
    assert "12 duplicate traces" in _refused(tmp_path / "a.sgy")


def test_coordinates_do_not_stand_in_for_duplicate_line_numbers(tmp_path):
    write_segy(tmp_path / "a.sgy", coordinates=False)
    for trace in range(12):
        row, col = divmod(trace, 4)
        _patch(tmp_path / "a.sgy", 3600 + trace * _TRACE + 180, ">ii", 25 * row, 25 * col)
    volume = open_volume(tmp_path / "a.sgy")
    assert volume.describe()["geometry"]["alternatives"][0]["iline"] == 181
    volume.close()
    _patch(tmp_path / "a.sgy", 3600 + 4 * _TRACE + 188, ">i", 100)
    assert "1 duplicate trace" in _refused(tmp_path / "a.sgy")


def test_gathers_are_recognised(tmp_path):
    write_segy(tmp_path / "a.sgy", coordinates=False)
    raw = (tmp_path / "a.sgy").read_bytes()
    traces = [raw[3600 + i * _TRACE : 3600 + (i + 1) * _TRACE] for i in range(12)]
    gathers = [
        trace[:36] + struct.pack(">i", offset) + trace[40:]
        for trace in traces
        for offset in (100, 200, 300)
    ]
    (tmp_path / "a.sgy").write_bytes(raw[:3600] + b"".join(gathers))
    assert "pre-stack gathers" in _refused(tmp_path / "a.sgy")


def test_traces_of_different_lengths_are_refused(tmp_path):
    write_segy(tmp_path / "a.sgy", revision=0)
    _patch(tmp_path / "a.sgy", 3600 + 3 * _TRACE + 114, ">h", 9)
    assert "different lengths (9 to 12 samples" in _refused(tmp_path / "a.sgy")


@pytest.mark.parametrize(
    ("count", "message"), [(500, "promises 500 extended"), (-1, "no ((SEG: EndText))")]
)
def test_extended_text_beyond_the_file_is_refused(tmp_path, count, message):
    write_segy(tmp_path / "a.sgy", extended_count=count)
    assert message in _refused(tmp_path / "a.sgy")


def test_a_first_trace_beyond_the_file_is_refused(tmp_path):
    write_segy(tmp_path / "a.sgy", revision=2, binary_fields={3521: ("Q", 2**50)})
    assert "puts the first trace at byte" in _refused(tmp_path / "a.sgy")


def test_a_sparse_grid_is_not_allocated(tmp_path):
    """Two numbers at the ends of the range would make a grid of 2**32 lines."""
    write_segy(tmp_path / "a.sgy", inlines=(-(2**31), 0, 1, 2**31 - 1), coordinates=False)
    _refused(tmp_path / "a.sgy")
    _refused(tmp_path / "a.sgy", iline=189, xline=193)
    _refused(tmp_path / "a.sgy", iline=189, xline=193, geometry="volume")


def test_a_file_that_shrinks_while_open_gives_a_message(tmp_path):
    write_segy(tmp_path / "a.sgy")
    volume = open_volume(tmp_path / "a.sgy")
    os.truncate(tmp_path / "a.sgy", 3600 + 6 * _TRACE)
    for direction, index in (("inline", 2), ("crossline", 0), ("twt", 3)):
        with pytest.raises(ReadError, match="become shorter"):
            volume.section(direction, index)
    volume.close()


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX files")
def test_a_file_without_read_permission_is_refused(tmp_path):
    """Root may read everything, so a child process gives that right up first."""
    path = tmp_path / "a.sgy"
    write_segy(path)
    path.chmod(0)
    program = (
        "import os, sys, pathlib\n"
        "from engine.readers.detect import open_volume\n"
        "from engine.readers.registry import readers\n"
        "from engine.readers.segy.reader import SegyReader\n"
        "readers().load('segy')\n"
        "path = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)\n"
        "os.fchdir(path)\n"
        "if os.geteuid() == 0: os.setuid(65534)\n"
        "for opener in (open_volume, SegyReader().open):\n"
        "    try: opener(pathlib.Path('a.sgy'))\n"
        "    except OSError as error: print(type(error).__name__, error)\n"
    )
    tmp_path.chmod(0o755)
    result = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[4],
    )
    assert result.stdout.splitlines() == ["ReadError a.sgy: no permission to read it"] * 2


def test_damaged_headers_never_give_anything_but_a_read_error(tmp_path):
    write_segy(tmp_path / "good.sgy", revision=2)
    good = (tmp_path / "good.sgy").read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(300):
        raw = bytearray(good)
        for position in rng.integers(3200, 3600 + _TRACE, 6):
            raw[position] = rng.integers(0, 256)
        (tmp_path / "bad.sgy").write_bytes(raw)
        try:
            volume = SegyReader().open(tmp_path / "bad.sgy")
        except ReadError:
            continue
        for direction in volume.directions:
            volume.section(direction, 0)
        volume.describe()
        volume.close()


@pytest.mark.parametrize("interval", [1e300, 1e6, float("nan"), -4.0])
def test_a_named_interval_that_cannot_be_is_refused(tmp_path, interval):
    write_segy(tmp_path / "a.sgy")
    with pytest.raises(SettingsError, match="not between 0 and 100000"):
        open_volume(tmp_path / "a.sgy", interval=interval)
