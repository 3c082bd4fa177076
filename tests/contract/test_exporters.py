"""What every registered exporter must do; a plugin adds its source to SOURCES and runs this."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import SettingsError, ShapeError, WriteError
from engine.exporters.base import CLASSES, PROBABILITIES, ExportLayers
from engine.exporters.registry import exporters
from engine.readers.detect import open_volume
from tests.synthetic import write_segy

SOURCES = {"segy": ("a.sgy", write_segy), "npy": ("a.sgy", write_segy)}
"""Name of an exporter -> (file name, function that writes a source it can export)."""

_SCHEME = ClassScheme((SegmentationClass("rest", "#000000"), SegmentationClass("salt", "#ffffff")))


@pytest.fixture(params=exporters().names())
def exporter(request):
    """An exporter that has a source."""
    if request.param not in SOURCES:
        pytest.skip(f"no source file for the exporter {request.param}")
    return exporters().load(request.param)()


@pytest.fixture
def source(exporter, tmp_path):
    """An opened volume that the exporter can write."""
    name, write = SOURCES[exporter.info.name]
    write(tmp_path / name)
    volume = open_volume(tmp_path / name)
    yield volume
    volume.close()


def _data(source, direction, index, content):
    shape = source.section(direction, index).data.shape
    if content == CLASSES:
        return np.ones(shape, dtype=np.uint8)
    return np.full((len(_SCHEME), *shape), 0.5, dtype=np.float32)


@pytest.mark.parametrize("content", [CLASSES, PROBABILITIES])
def test_a_committed_export_has_all_its_files_and_nothing_else(exporter, source, tmp_path, content):
    out = tmp_path / f"out{exporter.info.extensions[0]}"
    before = set(tmp_path.iterdir())
    writer = exporter.start(source, out, ExportLayers(_SCHEME, content))
    direction = source.directions[0]
    for index in range(source.axis_along(direction).size):
        writer.write(direction, index, _data(source, direction, index, content))
    assert writer.paths == exporter.outputs(out, ExportLayers(_SCHEME, content))
    assert not any(path.exists() for path in writer.paths)
    report = writer.commit()
    assert set(tmp_path.iterdir()) - before == set(report.paths) == set(writer.paths)
    assert report.size_bytes == sum(path.stat().st_size for path in report.paths)
    assert report.lines


def test_a_section_that_was_not_written_holds_the_no_data_value(exporter, source, tmp_path):
    out = tmp_path / f"out{exporter.info.extensions[0]}"
    writer = exporter.start(source, out, ExportLayers(_SCHEME))
    writer.write(source.directions[0], 1, _data(source, source.directions[0], 1, CLASSES))
    report = writer.commit()
    volume = open_volume(out)
    sections = [volume.section(volume.directions[0], index).data for index in (0, 1)]
    volume.close()
    assert np.all((sections[0] == report.no_data_value) | np.isnan(sections[0]))
    assert np.all(sections[1] == 1)


def test_an_aborted_export_leaves_nothing(exporter, source, tmp_path):
    before = set(tmp_path.iterdir())
    writer = exporter.start(source, tmp_path / "out.x", ExportLayers(_SCHEME))
    writer.abort()
    writer.abort()
    assert set(tmp_path.iterdir()) == before


def test_the_source_is_never_overwritten(exporter, source):
    with pytest.raises(WriteError):
        exporter.start(source, source.path, ExportLayers(_SCHEME))


def test_data_of_another_shape_are_refused(exporter, source, tmp_path):
    writer = exporter.start(source, tmp_path / "out.x", ExportLayers(_SCHEME))
    with pytest.raises(ShapeError):
        writer.write(source.directions[0], 0, np.zeros((1, 1), dtype=np.uint8))
    writer.abort()


def test_an_unknown_option_is_refused(exporter, source, tmp_path):
    with pytest.raises(SettingsError):
        exporter.start(source, tmp_path / "out.x", ExportLayers(_SCHEME), no_such_option=1)
