"""A volume and an image to label."""

from __future__ import annotations

import pytest

from engine.readers.detect import open_volume
from tests.rasters import write_raster
from tests.synthetic import write_segy


@pytest.fixture
def volume(tmp_path):
    write_segy(tmp_path / "a.sgy")
    opened = open_volume(tmp_path / "a.sgy")
    yield opened
    opened.close()


@pytest.fixture
def image(tmp_path):
    write_raster(tmp_path / "a.tif")
    opened = open_volume(tmp_path / "a.tif")
    yield opened
    opened.close()


@pytest.fixture
def large_image(tmp_path, monkeypatch):
    """An image of 60 x 80 that counts as large: its section is an overview of 20 x 27."""
    monkeypatch.setattr("engine.readers.raster.volume.WHOLE_PIXELS", 1000)
    monkeypatch.setattr("engine.readers.raster.volume.OVERVIEW_SIDE", 30)
    write_raster(tmp_path / "large.tif")
    opened = open_volume(tmp_path / "large.tif")
    assert (opened.shape, opened.section_shape("image", 0)) == ((60, 80), (20, 27))
    yield opened
    opened.close()
