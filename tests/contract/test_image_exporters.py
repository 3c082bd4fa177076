"""What every exporter of segmented images must do, whatever the extension."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import SettingsError, ShapeError, WriteError
from engine.exporters.base import ExportLayers
from engine.exporters.image_registry import image_exporter
from engine.readers.detect import open_volume
from tests.rasters import write_raster

EXTENSIONS = (".tif", ".tiff", ".gpkg", ".geojson", ".shp", ".csv", ".diam", ".scc")

_LAYERS = ExportLayers(
    ClassScheme(
        (
            SegmentationClass("rest", "#000000", background=True),
            SegmentationClass("crater", "#ffffff"),
        )
    )
)


@pytest.fixture
def source(tmp_path):
    """An opened image of 50 x 40 pixels, georeferenced."""
    write_raster(tmp_path / "in.tif", np.zeros((50, 40), dtype=np.uint8))
    volume = open_volume(tmp_path / "in.tif")
    yield volume
    volume.close()


@pytest.fixture(params=EXTENSIONS)
def out(request, tmp_path):
    """An output of each kind."""
    return tmp_path / f"out{request.param}"


def _write(writer, first_row=0, n_rows=50, n_cols=40):
    classes = np.zeros((n_rows, n_cols), dtype=np.uint8)
    classes[10:30, 10:30] = 1
    probabilities = np.full((2, n_rows, n_cols), 0.5, dtype=np.float32)
    writer.write(first_row, classes, probabilities)


def test_a_committed_export_has_all_its_files_and_nothing_else(source, out, tmp_path):
    before = set(tmp_path.iterdir())
    exporter = image_exporter(out)
    assert out.suffix in exporter.info.extensions
    writer = exporter.start(source, out, _LAYERS)
    _write(writer)
    assert not any(path.exists() for path in writer.paths)
    report = writer.commit()
    assert set(tmp_path.iterdir()) - before == set(report.paths) == set(writer.paths)
    assert set(writer.paths) <= set(exporter.outputs(out))
    assert report.size_bytes == sum(path.stat().st_size for path in report.paths)
    assert report.lines


def test_an_aborted_export_leaves_nothing(source, out, tmp_path):
    before = set(tmp_path.iterdir())
    writer = image_exporter(out).start(source, out, _LAYERS)
    _write(writer)
    writer.abort()
    writer.abort()
    assert set(tmp_path.iterdir()) == before


def test_rows_must_follow_and_fit(source, out, tmp_path):
    before = set(tmp_path.iterdir())
    writer = image_exporter(out).start(source, out, _LAYERS)
    with pytest.raises(ShapeError):
        _write(writer, first_row=5)
    with pytest.raises(ShapeError):
        _write(writer, n_cols=30)
    writer.abort()
    assert set(tmp_path.iterdir()) == before


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(source, out, tmp_path):
    out.write_text("mine")
    writer = image_exporter(out).start(source, out, _LAYERS)
    _write(writer)
    with pytest.raises(WriteError, match="exists"):
        writer.commit(overwrite=False)
    assert out.read_text() == "mine"
    assert set(tmp_path.iterdir()) == {out, source.path}


def test_other_extensions_are_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"no exporter of images for '\.sgy'"):
        image_exporter(tmp_path / "a.sgy")
