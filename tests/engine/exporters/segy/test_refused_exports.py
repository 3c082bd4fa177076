"""An export that cannot be finished is refused or leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import JobCancelledError, SettingsError, ShapeError, WriteError
from engine.exporters.segy.comparison import compare
from engine.exporters.segy.exporter import SegyExporter
from engine.jobs.context import ThrottledContext
from engine.readers.detect import open_volume
from tests.engine.exporters.segy.exports import CLASSES, PROBABILITY_LAYERS, classes_of
from tests.synthetic import write_segy


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
        SegyExporter().start(source, out, CLASSES)
    assert path.read_bytes() == before
    source.close()


def test_an_abort_leaves_nothing_and_an_old_output_as_it_was(tmp_path):
    write_segy(tmp_path / "in.sgy")
    (tmp_path / "out.sgy").write_bytes(b"old")
    source = open_volume(tmp_path / "in.sgy")
    writer = SegyExporter().start(source, tmp_path / "out.sgy", CLASSES)
    writer.write("inline", 0, classes_of(source.section("inline", 0)))
    writer.abort()
    writer.abort()
    assert (tmp_path / "out.sgy").read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.sgy", "out.sgy"]
    with pytest.raises(ValueError, match="finished"):
        writer.commit()
    source.close()


@pytest.mark.parametrize("layers", [CLASSES, PROBABILITY_LAYERS])
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
        SegyExporter().start(source, tmp_path / "out.sgy", CLASSES)
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
        SegyExporter().start(source, tmp_path / "out.sgy", CLASSES, job=job)
    assert [p.name for p in tmp_path.iterdir()] == ["in.sgy"]
    source.close()


def test_a_source_that_changes_meanwhile_is_noticed(tmp_path):
    path = tmp_path / "in.sgy"
    write_segy(path)
    source = open_volume(path)
    writer = SegyExporter().start(source, tmp_path / "out.sgy", CLASSES)
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
        SegyExporter().start(source, tmp_path / out, CLASSES)
    source.close()


@pytest.mark.parametrize(
    ("layers", "options", "message"),
    [
        (CLASSES, {"sample_format": "float16"}, "cannot export samples as"),
        (PROBABILITY_LAYERS, {"sample_format": "int8"}, "no probabilities"),
        (CLASSES, {"colour": 1}, "no option 'colour'"),
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
    writer = SegyExporter().start(source, tmp_path / "out.sgy", CLASSES)
    with pytest.raises(ShapeError, match=r"inline section of shape \(4, 12\), not \(12, 4\)"):
        writer.write("inline", 0, np.zeros((4, 12), np.uint8))
    with pytest.raises(IndexError, match="outside 0 to 2"):
        writer.write("inline", 3, np.zeros((12, 4), np.uint8))
    writer.abort()
    source.close()
