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
