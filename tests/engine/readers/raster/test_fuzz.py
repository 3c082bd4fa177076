"""Thousands of harmed images: an error with a next step or an image, soon, in little memory."""

from __future__ import annotations

import resource
import time

import numpy as np
import pytest

from engine.errors import EngineError
from engine.readers.detect import open_volume
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
_HEADER = 500
_EXTREMES = (b"\xff\xff\xff\x7f", b"\x7f\xff\xff\xff", b"\0\0\0\0")
_SLOWEST_S = 5.0
_MOST_BYTES = 1 << 30


def _cut(raw, rng):
    return raw[: rng.integers(1, len(raw))]


def _flip(raw, rng):
    harmed = bytearray(raw)
    end = len(raw) if rng.random() < 0.3 else min(_HEADER, len(raw))
    for _ in range(rng.integers(1, 9)):
        harmed[rng.integers(0, end)] ^= 1 << rng.integers(0, 8)
    return bytes(harmed)


def _enlarge(raw, rng):
    """Put a large number into the header, as text or in four bytes."""
    harmed = bytearray(raw)
    digits = [k for k in range(min(4 * _HEADER, len(raw))) if 48 <= raw[k] < 58]
    if digits and rng.random() < 0.6:
        for place in rng.choice(digits, 3):
            harmed[place] = 57
    else:
        place = rng.integers(0, min(_HEADER, len(raw)) - 4)
        harmed[place : place + 4] = rng.choice(
            [b"\xff\xff\xff\x7f", b"\x7f\xff\xff\xff", b"\0\0\0\0"]
        )
    return bytes(harmed)


def _insert(raw, rng):
    place = rng.integers(0, len(raw))
    return raw[:place] + rng.bytes(int(rng.integers(1, 200))) + raw[place:]


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
        harm = (_cut, _flip, _enlarge, _insert)[number % 4]
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
        harm = (_cut, _flip, _enlarge, _insert)[number % 4]
        (tmp_path / "a.lbl").write_bytes(harm(raw, rng))
        _check(tmp_path / "a.lbl")
    assert _peak_bytes() - before < _MOST_BYTES


@pytest.mark.slow
def test_harmed_real_images_are_read_or_refused(shared_data, tmp_path):
    rng = np.random.default_rng(13)
    for source in sorted((shared_data / "salt" / "images").glob("*.png"))[:5]:
        raw = source.read_bytes()
        for number in range(40):
            (tmp_path / "a.png").write_bytes((_cut, _flip, _enlarge, _insert)[number % 4](raw, rng))
            _check(tmp_path / "a.png")
