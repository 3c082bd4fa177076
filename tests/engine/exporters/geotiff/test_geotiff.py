"""Masks and probabilities as GeoTIFF, read back by rasterio."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import ShapeError, WriteError
from engine.exporters.base import PROBABILITIES, ExportLayers
from engine.exporters.geotiff.exporter import GeotiffExporter
from engine.readers.detect import open_volume
from tests.rasters import write_raster

_SCHEME = ClassScheme(
    (SegmentationClass("rest", "#000000", background=True), SegmentationClass("crater", "#2ec4b6"))
)


@pytest.fixture(params=[True, False])
def source(request, tmp_path):
    """An image of 700 x 300 pixels, georeferenced or not."""
    data = np.zeros((700, 300), dtype=np.uint8)
    write_raster(tmp_path / "in.tif", data, **({} if request.param else {"crs": None}))
    volume = open_volume(tmp_path / "in.tif")
    yield volume
    volume.close()


def _write(writer, classes, probabilities, step=123):
    for row in range(0, len(classes), step):
        part = slice(row, row + step)
        writer.write(row, classes[part], probabilities[:, part])


def _result():
    rng = np.random.default_rng(0)
    high = rng.random((700, 300)).astype(np.float32)
    probabilities = np.stack([1 - high, high])
    classes = (high > 0.5).astype(np.uint8)
    classes[:20, :30] = 255
    probabilities[:, :20, :30] = np.nan
    return classes, probabilities


def _open(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return rasterio.open(path)


def test_classes_lie_on_the_grid_of_the_source(source, tmp_path):
    classes, probabilities = _result()
    writer = GeotiffExporter().start(source, tmp_path / "out.tif", ExportLayers(_SCHEME))
    _write(writer, classes, probabilities)
    report = writer.commit()
    assert report.lines[0] == "700 x 300 pixels, as the source"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.tif", "out.tif"]
    with _open(tmp_path / "in.tif") as original, _open(tmp_path / "out.tif") as file:
        np.testing.assert_array_equal(file.read(1), classes)
        assert file.transform == original.transform
        assert file.crs == original.crs
        assert file.nodata == 255
        assert file.colormap(1)[1][:3] == (0x2E, 0xC4, 0xB6)
        assert file.block_shapes == [(256, 256)]


def test_probabilities_are_a_band_for_each_class(source, tmp_path):
    classes, probabilities = _result()
    layers = ExportLayers(_SCHEME, PROBABILITIES)
    writer = GeotiffExporter().start(source, tmp_path / "out.tif", layers)
    _write(writer, classes, probabilities)
    writer.commit()
    with _open(tmp_path / "out.tif") as file:
        np.testing.assert_array_equal(file.read(), probabilities)
        assert file.descriptions == ("rest", "crater")
        assert np.isnan(file.nodata)


def test_a_large_result_has_overviews(tmp_path):
    write_raster(tmp_path / "in.tif", np.zeros((1500, 40), dtype=np.uint8))
    source = open_volume(tmp_path / "in.tif")
    writer = GeotiffExporter().start(source, tmp_path / "out.tif", ExportLayers(_SCHEME))
    zeros = np.zeros((2, 1500, 40), dtype=np.float32)
    writer.write(0, zeros[0].astype(np.uint8), zeros)
    writer.commit()
    source.close()
    with rasterio.open(tmp_path / "out.tif") as file:
        assert file.overviews(1) == [2]


def test_rows_that_do_not_follow_and_rows_that_are_missing_are_refused(source, tmp_path):
    classes, probabilities = _result()
    writer = GeotiffExporter().start(source, tmp_path / "out.tif", ExportLayers(_SCHEME))
    writer.write(0, classes[:50], probabilities[:, :50])
    with pytest.raises(ShapeError):
        writer.write(60, classes[:50], probabilities[:, :50])
    with pytest.raises(ShapeError):
        writer.write(50, classes[:50, :9], probabilities[:, :50, :9])
    with pytest.raises(WriteError, match="has 50 rows, the source 700"):
        writer.commit()
    assert [path.name for path in tmp_path.iterdir()] == ["in.tif"]


def test_an_aborted_export_leaves_nothing(source, tmp_path):
    writer = GeotiffExporter().start(source, tmp_path / "out.tif", ExportLayers(_SCHEME))
    writer.abort()
    writer.abort()
    assert [path.name for path in tmp_path.iterdir()] == ["in.tif"]
