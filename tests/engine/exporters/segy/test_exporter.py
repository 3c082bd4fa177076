"""SEG-Y exports keep the headers of their source and hold what was written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import segyio

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import JobCancelledError, SettingsError, ShapeError, WriteError
from engine.exporters.base import PROBABILITIES, ExportLayers
from engine.exporters.segy.comparison import compare
from engine.exporters.segy.exporter import SegyExporter
from engine.jobs.context import ThrottledContext
from engine.readers.detect import open_volume
from tests.synthetic import write_segy

_SCHEME = ClassScheme(
    (
        SegmentationClass("background", "#000000", background=True),
        SegmentationClass("salt dome", "#ff8800"),
        SegmentationClass("fault", "#0088ff"),
    )
)
_CLASSES = ExportLayers(_SCHEME)
_PROBABILITIES = ExportLayers(_SCHEME, PROBABILITIES)


def _classes(section):
    """Classes that follow the amplitudes, so that every sample has a known one."""
    classes = np.where(section.data > 0, np.where(section.data > 1000, 2, 1), 0)
    return np.where(section.no_data, 255, classes).astype(np.uint8)


def _probabilities(section):
    classes = _classes(section)
    planes = np.stack([0.5 * (classes == k) + 0.125 for k in range(3)]).astype(np.float32)
    planes[:, section.no_data] = np.nan
    return planes


def _export(source, path, direction, layers=_CLASSES, **options):
    writer = SegyExporter().start(source, path, layers, **options)
    predict = _classes if layers is _CLASSES else _probabilities
    for index in range(source.axis_along(direction).size):
        writer.write(direction, index, predict(source.section(direction, index)))
    return writer.commit()


def _headers(path, n_samples, sample_bytes, *, head=3600):
    """Return the bytes in front of the traces and those of all trace headers."""
    raw = path.read_bytes()
    traces = np.frombuffer(raw[head:], np.uint8).reshape(-1, 240 + n_samples * sample_bytes)
    return raw[:3224] + raw[3226:head], traces[:, :240].tobytes()


@pytest.mark.parametrize("direction", ["inline", "crossline", "twt"])
@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("sorting", ["inline", "crossline"])
def test_classes_from_any_direction_lie_where_the_amplitudes_lay(
    tmp_path, direction, order, sorting
):
    path, out = tmp_path / "in.sgy", tmp_path / "out.sgy"
    spec = write_segy(
        path,
        code=3,
        order=order,
        sorting=sorting,
        missing=frozenset({(1, 2), (0, 3)}),
        dead=frozenset({(2, 0)}),
        extended=("more",),
    )
    source = open_volume(path)
    report = _export(source, out, direction)
    assert report.paths == (out,)
    assert report.size_bytes == out.stat().st_size
    assert _headers(out, 12, 4, head=6800) == _headers(path, 12, 2, head=6800)

    values = spec.values()
    expected = np.where(values > 0, np.where(values > 1000, 2, 1), 0).astype(np.float32)
    expected[2, 0] = report.no_data_value
    with segyio.open(out, ignore_geometry=True, endian="big" if order == ">" else "little") as file:
        assert int(file.format) == 5
        assert file.tracecount == len(spec.places())
        for trace, (row, col) in zip(file.trace.raw[:], spec.places(), strict=True):
            np.testing.assert_array_equal(trace, expected[row, col])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.sgy", "out.sgy"]
    source.close()


@pytest.mark.parametrize("direction", ["inline", "twt"])
def test_probabilities_make_one_file_for_each_class(tmp_path, direction):
    write_segy(tmp_path / "in.sgy", code=1)
    source = open_volume(tmp_path / "in.sgy")
    report = _export(source, tmp_path / "out.sgy", direction, _PROBABILITIES)
    names = ["out.background.sgy", "out.salt-dome.sgy", "out.fault.sgy"]
    assert [p.name for p in report.paths] == names
    volumes = [open_volume(p) for p in report.paths]
    for index in range(3):
        expected = _probabilities(source.section("inline", index))
        found = np.stack([v.section("inline", index).data for v in volumes])
        np.testing.assert_array_equal(found, expected)
    for volume in (source, *volumes):
        volume.close()


def test_int8_classes_take_one_byte_a_sample(tmp_path):
    spec = write_segy(tmp_path / "in.sgy", dead=frozenset({(0, 0)}))
    source = open_volume(tmp_path / "in.sgy")
    _export(source, tmp_path / "out.sgy", "inline", sample_format="int8")
    assert (tmp_path / "out.sgy").stat().st_size == 3600 + 12 * (240 + 12)
    with segyio.open(tmp_path / "out.sgy", ignore_geometry=True) as file:
        assert int(file.format) == 8
        assert (file.trace.raw[0] == -1).all()
        np.testing.assert_array_equal(file.trace.raw[1] > 0, spec.values()[0, 1] > 0)
    source.close()


def test_revision_2_extras_are_copied(tmp_path):
    path, out = tmp_path / "in.sgy", tmp_path / "out.sgy"
    write_segy(path, revision=2, extra_trace_headers=1, gap_bytes=40, n_trailers=2)
    source = open_volume(path)
    report = _export(source, out, "inline")
    assert out.read_bytes()[-6400:] == path.read_bytes()[-6400:]
    assert any("trace headers equal byte for byte" in line for line in report.lines)
    source.close()


def test_a_line_is_exported(tmp_path):
    write_segy(tmp_path / "in.sgy", inlines=(4,), xline=21)
    source = open_volume(tmp_path / "in.sgy")
    assert source.kind == "line"
    _export(source, tmp_path / "out.sgy", "line")
    output = open_volume(tmp_path / "out.sgy")
    np.testing.assert_array_equal(
        output.section("line", 0).data, _classes(source.section("line", 0))
    )
    source.close()
    output.close()


@pytest.mark.parametrize(
    "name",
    [
        "parihaka_crop",
        "f3",
        "small",
        "volve10r12-full-twt-arb",
        "volve10r12-full-z-il10117sub",
    ],
)
def test_real_files_keep_their_headers(shared_data, tmp_path, name):
    path = shared_data / "segy" / f"{name}.sgy"
    source = open_volume(path)
    direction = source.directions[0]
    report = _export(source, tmp_path / "out.sgy", direction)
    n_samples = source.axes[-1].size
    sample_bytes = source.describe()["samples"]["bytes"]
    assert _headers(tmp_path / "out.sgy", n_samples, 4) == _headers(path, n_samples, sample_bytes)
    assert len(report.lines) == 3
    output = open_volume(tmp_path / "out.sgy")
    assert output.axes == source.axes
    np.testing.assert_array_equal(
        output.section(direction, 0).data, _classes(source.section(direction, 0))
    )
    source.close()
    output.close()


def test_traces_of_zeros_hold_the_no_data_value(tmp_path):
    path = tmp_path / "in.sgy"
    write_segy(path)
    raw = bytearray(path.read_bytes())
    raw[3600 + 240 : 3600 + 288] = bytes(48)
    path.write_bytes(raw)
    source = open_volume(path)
    for direction in ("crossline", "twt"):
        _export(source, tmp_path / "out.sgy", direction)
        with segyio.open(tmp_path / "out.sgy", ignore_geometry=True) as file:
            assert (file.trace.raw[0] == -1).all()
            assert (file.trace.raw[1] >= 0).all()
    source.close()


def test_sections_that_were_not_written_hold_the_no_data_value(tmp_path):
    write_segy(tmp_path / "in.sgy")
    source = open_volume(tmp_path / "in.sgy")
    SegyExporter().start(source, tmp_path / "out.sgy", _CLASSES).commit()
    output = open_volume(tmp_path / "out.sgy")
    assert (output.section("inline", 0).data == -1).all()
    source.close()
    output.close()


def test_threads_write_different_sections_at_once(tmp_path):
    write_segy(tmp_path / "in.sgy", inlines=tuple(range(24)), crosslines=tuple(range(30)))
    source = open_volume(tmp_path / "in.sgy")
    writer = SegyExporter().start(source, tmp_path / "out.sgy", _CLASSES)

    def write(rows):
        for row in rows:
            writer.write("inline", row, _classes(source.section("inline", row)))

    threads = [threading.Thread(target=write, args=(range(k, 24, 4),)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.commit()
    output = open_volume(tmp_path / "out.sgy")
    for row in range(24):
        np.testing.assert_array_equal(
            output.section("inline", row).data, _classes(source.section("inline", row))
        )
    source.close()
    output.close()


@pytest.mark.parametrize("link", ["itself", "symlink", "hardlink"])
def test_the_output_must_not_be_the_input(tmp_path, link):
    path = tmp_path / "in.sgy"
    write_segy(path)
    before = path.read_bytes()
    out = path if link == "itself" else tmp_path / "out.sgy"
    if link == "symlink":
        out.symlink_to(path)
    elif link == "hardlink":
        out.hardlink_to(path)
    source = open_volume(path)
    with pytest.raises(WriteError, match="is the input itself"):
        SegyExporter().start(source, out, _CLASSES)
    assert path.read_bytes() == before
    source.close()


def test_an_abort_leaves_nothing_and_an_old_output_as_it_was(tmp_path):
    write_segy(tmp_path / "in.sgy")
    (tmp_path / "out.sgy").write_bytes(b"old")
    source = open_volume(tmp_path / "in.sgy")
    writer = SegyExporter().start(source, tmp_path / "out.sgy", _CLASSES)
    writer.write("inline", 0, _classes(source.section("inline", 0)))
    writer.abort()
    writer.abort()
    assert (tmp_path / "out.sgy").read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.sgy", "out.sgy"]
    with pytest.raises(ValueError, match="finished"):
        writer.commit()
    source.close()


@pytest.mark.parametrize("layers", [_CLASSES, _PROBABILITIES])
def test_of_two_exports_to_one_name_the_later_is_refused(tmp_path, layers):
    write_segy(tmp_path / "in.sgy")
    source = open_volume(tmp_path / "in.sgy")
    first, second = (SegyExporter().start(source, tmp_path / "out.sgy", layers) for _ in range(2))
    # One class of the second is free, so that it would be published alone.
    report = first.commit(overwrite=False)
    report.paths[0].unlink() if len(report.paths) > 1 else None
    kept = {path: path.read_bytes() for path in tmp_path.glob("out*")}
    with pytest.raises(WriteError, match="wrote it meanwhile") as caught:
        second.commit(overwrite=False)
    source.close()
    assert caught.value.hint
    assert {path: path.read_bytes() for path in tmp_path.glob("out*")} == kept
    assert not list(tmp_path.glob(".*"))


def test_too_little_space_is_told_before_anything_is_written(tmp_path, monkeypatch):
    write_segy(tmp_path / "in.sgy")
    source = open_volume(tmp_path / "in.sgy")
    usage = shutil.disk_usage(tmp_path)._replace(free=5000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(WriteError, match="needs 7056 bytes, the disk has 5000 free"):
        SegyExporter().start(source, tmp_path / "out.sgy", _CLASSES)
    assert [p.name for p in tmp_path.iterdir()] == ["in.sgy"]
    source.close()


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX processes")
def test_a_disk_that_fills_up_leaves_nothing(tmp_path):
    write_segy(tmp_path / "in.sgy")
    program = (
        "import pathlib, resource, sys\n"
        "from engine.errors import WriteError\n"
        "from engine.readers.detect import open_volume\n"
        "from engine.exporters.base import ExportLayers\n"
        "from engine.exporters.segy.exporter import SegyExporter\n"
        "from engine.core.class_scheme import ClassScheme, SegmentationClass as C\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "source = open_volume(folder / 'in.sgy')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "scheme = ClassScheme((C('a', '#000000'), C('b', '#ffffff')))\n"
        "try: SegyExporter().start(source, folder / 'out.sgy', ExportLayers(scheme))\n"
        "except WriteError as error: print(error, '|', error.hint)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[4],
    )
    assert "the disk is full" in result.stdout, result.stderr
    assert "Free some space" in result.stdout
    assert [p.name for p in tmp_path.iterdir()] == ["in.sgy"]


def test_a_cancelled_start_leaves_nothing(tmp_path):
    write_segy(tmp_path / "in.sgy")
    source = open_volume(tmp_path / "in.sgy")
    job = ThrottledContext(lambda *_: None)
    job.cancel()
    with pytest.raises(JobCancelledError):
        SegyExporter().start(source, tmp_path / "out.sgy", _CLASSES, job=job)
    assert [p.name for p in tmp_path.iterdir()] == ["in.sgy"]
    source.close()


def test_a_source_that_changes_meanwhile_is_noticed(tmp_path):
    path = tmp_path / "in.sgy"
    write_segy(path)
    source = open_volume(path)
    writer = SegyExporter().start(source, tmp_path / "out.sgy", _CLASSES)
    raw = bytearray(path.read_bytes())
    raw[3600 + 5 * 288 + 100] ^= 1
    path.write_bytes(raw)
    with pytest.raises(WriteError, match="header of trace 6 differs"):
        writer.commit()
    assert [p.name for p in tmp_path.iterdir()] == ["in.sgy"]
    source.close()


def test_the_comparison_names_what_differs(tmp_path):
    write_segy(tmp_path / "in.sgy")
    write_segy(tmp_path / "other.sgy", inlines=(100, 102, 104, 106))
    source = open_volume(tmp_path / "in.sgy")
    found = compare(source, tmp_path / "other.sgy")
    assert not found.equal
    assert "axis inline is inline 100 to 106 (4)" in found.differences[0]
    assert compare(source, tmp_path / "in.sgy").equal
    source.close()


@pytest.mark.parametrize(
    ("out", "message"),
    [("nowhere/out.sgy", "its folder does not exist"), ("folder", "is a folder")],
)
def test_a_place_that_cannot_be_written_is_refused(tmp_path, out, message):
    (tmp_path / "folder").mkdir()
    write_segy(tmp_path / "in.sgy")
    source = open_volume(tmp_path / "in.sgy")
    with pytest.raises(WriteError, match=message):
        SegyExporter().start(source, tmp_path / out, _CLASSES)
    source.close()


@pytest.mark.parametrize(
    ("layers", "options", "message"),
    [
        (_CLASSES, {"sample_format": "float16"}, "cannot export samples as"),
        (_PROBABILITIES, {"sample_format": "int8"}, "no probabilities"),
        (_CLASSES, {"colour": 1}, "no option 'colour'"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path, layers, options, message):
    write_segy(tmp_path / "in.sgy")
    source = open_volume(tmp_path / "in.sgy")
    with pytest.raises(SettingsError, match=message):
        SegyExporter().start(source, tmp_path / "out.sgy", layers, **options)
    source.close()


def test_sections_of_another_shape_are_refused(tmp_path):
    write_segy(tmp_path / "in.sgy")
    source = open_volume(tmp_path / "in.sgy")
    writer = SegyExporter().start(source, tmp_path / "out.sgy", _CLASSES)
    with pytest.raises(ShapeError, match=r"inline section of shape \(4, 12\), not \(12, 4\)"):
        writer.write("inline", 0, np.zeros((4, 12), np.uint8))
    with pytest.raises(IndexError, match="outside 0 to 2"):
        writer.write("inline", 3, np.zeros((12, 4), np.uint8))
    writer.abort()
    source.close()


def test_class_names_that_make_no_file_name_get_their_number(tmp_path):
    scheme = ClassScheme((SegmentationClass("a/b", "#000000"), SegmentationClass("a b", "#ffffff")))
    write_segy(tmp_path / "in.sgy")
    source = open_volume(tmp_path / "in.sgy")
    writer = SegyExporter().start(source, tmp_path / "out.sgy", ExportLayers(scheme, PROBABILITIES))
    assert [p.name for p in writer.paths] == ["out.0-a-b.sgy", "out.1-a-b.sgy"]
    writer.abort()
    source.close()


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        ({"iline": 41, "xline": 61}, {"iline": 41, "xline": 61}),
        ({"iline": 41, "xline": 61}, {"geometry": "line"}),
        ({"interval_us": 0}, {"interval": 2.5}),
        ({"inlines": (7,)}, {"iline": 189, "xline": 193, "geometry": "volume"}),
        ({"inlines": (7,), "xline": 17}, {"xline": 17}),
        ({"binary_fields": {3255: ("h", 2)}}, {"domain": "depth"}),
    ],
)
def test_what_the_user_named_holds_for_the_comparison_too(tmp_path, changes, options):
    write_segy(tmp_path / "in.sgy", **changes)
    source = open_volume(tmp_path / "in.sgy", **options)
    report = _export(source, tmp_path / "out.sgy", source.directions[-1])
    assert len(report.lines) == 3
    source.close()
