"""SEG-Y exports keep the headers of their source and hold what was written."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import segyio

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.exporters.base import PROBABILITIES, ExportLayers
from engine.exporters.segy.exporter import SegyExporter
from engine.readers.detect import open_volume
from tests.engine.exporters.segy.exports import (
    CLASSES,
    PROBABILITY_LAYERS,
    classes_of,
    export,
    headers_of,
    probabilities_of,
)
from tests.synthetic import write_segy


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
    report = export(source, out, direction)
    assert report.paths == (out,)
    assert report.size_bytes == out.stat().st_size
    assert headers_of(out, 12, 4, head=6800) == headers_of(path, 12, 2, head=6800)

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
    report = export(source, tmp_path / "out.sgy", direction, PROBABILITY_LAYERS)
    names = ["out.background.sgy", "out.salt-dome.sgy", "out.fault.sgy"]
    assert [p.name for p in report.paths] == names
    volumes = [open_volume(p) for p in report.paths]
    for index in range(3):
        expected = probabilities_of(source.section("inline", index))
        found = np.stack([v.section("inline", index).data for v in volumes])
        np.testing.assert_array_equal(found, expected)
    for volume in (source, *volumes):
        volume.close()


def test_int8_classes_take_one_byte_a_sample(tmp_path):
    spec = write_segy(tmp_path / "in.sgy", dead=frozenset({(0, 0)}))
    source = open_volume(tmp_path / "in.sgy")
    export(source, tmp_path / "out.sgy", "inline", sample_format="int8")
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
    report = export(source, out, "inline")
    assert out.read_bytes()[-6400:] == path.read_bytes()[-6400:]
    assert any("trace headers equal byte for byte" in line for line in report.lines)
    source.close()


def test_a_line_is_exported(tmp_path):
    write_segy(tmp_path / "in.sgy", inlines=(4,), xline=21)
    source = open_volume(tmp_path / "in.sgy")
    assert source.kind == "line"
    export(source, tmp_path / "out.sgy", "line")
    output = open_volume(tmp_path / "out.sgy")
    np.testing.assert_array_equal(
        output.section("line", 0).data, classes_of(source.section("line", 0))
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
    report = export(source, tmp_path / "out.sgy", direction)
    n_samples = source.axes[-1].size
    sample_bytes = source.describe()["samples"]["bytes"]
    assert headers_of(tmp_path / "out.sgy", n_samples, 4) == headers_of(
        path, n_samples, sample_bytes
    )
    assert len(report.lines) == 3
    output = open_volume(tmp_path / "out.sgy")
    assert output.axes == source.axes
    np.testing.assert_array_equal(
        output.section(direction, 0).data, classes_of(source.section(direction, 0))
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
        export(source, tmp_path / "out.sgy", direction)
        with segyio.open(tmp_path / "out.sgy", ignore_geometry=True) as file:
            assert (file.trace.raw[0] == -1).all()
            assert (file.trace.raw[1] >= 0).all()
    source.close()


def test_sections_that_were_not_written_hold_the_no_data_value(tmp_path):
    write_segy(tmp_path / "in.sgy")
    source = open_volume(tmp_path / "in.sgy")
    SegyExporter().start(source, tmp_path / "out.sgy", CLASSES).commit()
    output = open_volume(tmp_path / "out.sgy")
    assert (output.section("inline", 0).data == -1).all()
    source.close()
    output.close()


def test_threads_write_different_sections_at_once(tmp_path):
    write_segy(tmp_path / "in.sgy", inlines=tuple(range(24)), crosslines=tuple(range(30)))
    source = open_volume(tmp_path / "in.sgy")
    writer = SegyExporter().start(source, tmp_path / "out.sgy", CLASSES)

    def write(rows):
        for row in rows:
            writer.write("inline", row, classes_of(source.section("inline", row)))

    threads = [threading.Thread(target=write, args=(range(k, 24, 4),)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.commit()
    output = open_volume(tmp_path / "out.sgy")
    for row in range(24):
        np.testing.assert_array_equal(
            output.section("inline", row).data, classes_of(source.section("inline", row))
        )
    source.close()
    output.close()


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
    report = export(source, tmp_path / "out.sgy", source.directions[-1])
    assert len(report.lines) == 3
    source.close()
