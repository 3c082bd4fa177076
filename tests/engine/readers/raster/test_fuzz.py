"""Thousands of harmed images: an error with a next step or an image, soon, in little memory."""

from __future__ import annotations

import resource
import time

import numpy as np
import pytest

from engine.errors import EngineError
from engine.readers.detect import open_volume
from tests.harms import HARMS
from tests.rasters import MOON_PDS4, random_image, write_pds3, write_raster

_TILED = {"tiled": True, "blockxsize": 16, "blockysize": 16}
_FORMATS = {
    "GeoTIFF": ("a.tif", {}),
    "tiled GeoTIFF": ("a.tif", {**_TILED, "compress": "deflate"}),
    "LZW GeoTIFF": ("a.tif", {"compress": "lzw", "predictor": 2}),
    "ISIS3": ("a.cub", {"driver": "ISIS3"}),
    "VICAR": ("a.vic", {"driver": "VICAR", "crs": None}),
    "PDS4": ("a.xml", {"driver": "PDS4", **MOON_PDS4}),
    "JPEG 2000": ("a.jp2", {"driver": "JP2OpenJPEG"}),
    "PNG": ("a.png", {"driver": "PNG", "crs": None}),
    "JPEG": ("a.jpg", {"driver": "JPEG", "crs": None}),
}
_SLOWEST_S = 5.0
_MOST_BYTES = 1 << 30


def _check(path):
    began_s = time.monotonic()
    try:
        volume = open_volume(path)
        try:
            volume.describe()
            for direction in volume.directions:
                volume.section(direction, 0)
        finally:
            volume.close()
    except EngineError as error:
        assert error.hint, error  # noqa: PT017 - some files are still images
    assert time.monotonic() - began_s < _SLOWEST_S


def _peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.slow
@pytest.mark.parametrize("name", _FORMATS)
def test_harmed_files_are_read_or_refused(name, tmp_path):
    file, settings = _FORMATS[name]
    write_raster(tmp_path / file, **settings)
    raw = (tmp_path / file).read_bytes()
    rng = np.random.default_rng(11)
    before = _peak_bytes()
    for number in range(250):
        harm = HARMS[number % 4]
        (tmp_path / file).write_bytes(harm(raw, rng))
        _check(tmp_path / file)
    assert _peak_bytes() - before < _MOST_BYTES


@pytest.mark.slow
def test_harmed_labels_are_read_or_refused(tmp_path):
    write_pds3(tmp_path / "a.lbl", random_image())
    raw = (tmp_path / "a.lbl").read_bytes()
    rng = np.random.default_rng(12)
    before = _peak_bytes()
    for number in range(250):
        harm = HARMS[number % 4]
        (tmp_path / "a.lbl").write_bytes(harm(raw, rng))
        _check(tmp_path / "a.lbl")
    assert _peak_bytes() - before < _MOST_BYTES


@pytest.mark.slow
def test_harmed_real_images_are_read_or_refused(shared_data, tmp_path):
    rng = np.random.default_rng(13)
    for source in sorted((shared_data / "salt" / "images").glob("*.png"))[:5]:
        raw = source.read_bytes()
        for number in range(40):
            (tmp_path / "a.png").write_bytes(HARMS[number % 4](raw, rng))
            _check(tmp_path / "a.png")
