"""Arrays of classes and probabilities."""

import numpy as np
import pytest

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import WriteError
from engine.exporters.base import PROBABILITIES, ExportLayers
from engine.exporters.npy.exporter import NpyExporter
from engine.exporters.registry import exporter_for
from engine.readers.detect import open_volume

SCHEME = ClassScheme((SegmentationClass("rest", "#000000"), SegmentationClass("salt", "#ffffff")))


@pytest.fixture
def source(tmp_path):
    values = np.random.default_rng(0).normal(size=(4, 5, 6)).astype(np.float32)
    np.save(tmp_path / "a.npy", values)
    volume = open_volume(tmp_path / "a.npy", axes="inline::10:2,crossline::3,twt:ms:0:4")
    yield volume
    volume.close()


@pytest.mark.parametrize("direction", ["inline", "crossline", "twt"])
def test_sections_of_any_direction_lie_where_the_source_has_them(source, tmp_path, direction):
    out = tmp_path / "out.npy"
    writer = NpyExporter().start(source, out, ExportLayers(SCHEME))
    for index in range(source.axis_along(direction).size):
        data = source.section(direction, index).data
        writer.write(direction, index, (data > 0).astype(np.uint8))
    writer.commit()
    np.testing.assert_array_equal(np.load(out), np.load(tmp_path / "a.npy") > 0)
    assert np.load(out).dtype == np.uint8


def test_probabilities_have_the_classes_first_and_what_is_not_written_is_no_data(source, tmp_path):
    out = tmp_path / "out.npy"
    writer = NpyExporter().start(source, out, ExportLayers(SCHEME, PROBABILITIES))
    planes = np.random.default_rng(1).random((2, 6, 5)).astype(np.float32)
    writer.write("inline", 2, planes)
    report = writer.commit()
    written = np.load(out)
    assert written.shape == (2, 4, 5, 6)
    np.testing.assert_array_equal(written[:, 2], planes.swapaxes(1, 2))
    assert np.isnan(written[:, [0, 1, 3]]).all()
    assert report.lines == ("an array of 4 inline x 5 crossline x 6 twt, as the source has them",)


def test_a_disk_without_room_is_told_before_anything_is_written(source, tmp_path, monkeypatch):
    class _Full:
        total, free = 1000, 10

    monkeypatch.setattr("engine.exporters.npy.exporter.shutil.disk_usage", lambda _: _Full)
    before = set(tmp_path.iterdir())
    with pytest.raises(WriteError, match="needs 120 bytes, the disk has 10 free"):
        NpyExporter().start(source, tmp_path / "out.npy", ExportLayers(SCHEME))
    assert set(tmp_path.iterdir()) == before


def test_the_extension_chooses_it(tmp_path):
    assert isinstance(exporter_for(tmp_path / "x.NPY"), NpyExporter)
