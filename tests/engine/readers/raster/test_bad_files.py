"""Images that are damaged, too large, or lead elsewhere end in one message with a next step."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

from engine.errors import EngineError, ReadError
from engine.readers.base import Confidence
from engine.readers.detect import open_volume
from engine.readers.raster.reader import RasterReader
from engine.readers.segy.reader import SegyReader
from tests.rasters import MOON_PDS4, random_image, write_pds3, write_raster
from tests.synthetic import write_segy


def _refused(path, words):
    with pytest.raises(ReadError, match=words) as caught:
        open_volume(path)
    assert str(path) in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("a.tif", {}),
        ("a.tif", {"compress": "deflate", "tiled": True, "blockxsize": 16, "blockysize": 16}),
        ("a.vic", {"driver": "VICAR", "crs": None}),
        ("a.cub", {"driver": "ISIS3"}),
        ("a.jp2", {"driver": "JP2OpenJPEG"}),
        ("a.png", {"driver": "PNG", "crs": None}),
        ("a.jpg", {"driver": "JPEG", "crs": None}),
    ],
)
def test_a_file_cut_in_half_is_refused(name, settings, tmp_path):
    path = tmp_path / name
    write_raster(path, **settings)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    _refused(path, "cannot be read|ends too early")


def test_a_label_without_its_data_is_refused(tmp_path):
    write_raster(tmp_path / "a.xml", driver="PDS4", **MOON_PDS4)
    (tmp_path / "a.img").unlink()
    _refused(tmp_path / "a.xml", r"a\.img: No such file")
    write_pds3(tmp_path / "b.lbl", random_image())
    (tmp_path / "IMAGE.DAT").unlink()
    _refused(tmp_path / "b.lbl", "cannot be read")


def test_a_label_whose_data_end_too_early_is_refused(tmp_path):
    write_pds3(tmp_path / "b.lbl", random_image())
    (tmp_path / "IMAGE.DAT").write_bytes(b"\1" * 100)
    _refused(tmp_path / "b.lbl", "cannot be read")


@pytest.mark.parametrize("place", ["../other/IMAGE.DAT", "{folder}/other/IMAGE.DAT"])
def test_a_label_that_leads_to_another_folder_is_not_followed(place, tmp_path):
    for folder in ("here", "other"):
        (tmp_path / folder).mkdir()
        write_pds3(
            tmp_path / folder / "a.lbl", random_image(), image=f'"{place}"'.format(folder=tmp_path)
        )
    (tmp_path / "here" / "IMAGE.DAT").unlink()
    _refused(tmp_path / "here" / "a.lbl", "outside its folder|cannot be read")


@pytest.mark.parametrize("place", ["/vsicurl/http://localhost:9/a.dat", "http://localhost:9/a.dat"])
def test_no_label_makes_the_program_ask_the_network(place, tmp_path):
    write_pds3(tmp_path / "a.lbl", random_image(), image=f'"{place}"')
    (tmp_path / "IMAGE.DAT").unlink()
    _refused(tmp_path / "a.lbl", "cannot be read")


def test_a_virtual_raster_is_not_followed(tmp_path):
    (tmp_path / "a.vrt").write_text(
        '<VRTDataset rasterXSize="2" rasterYSize="2"><VRTRasterBand dataType="Byte" band="1">'
        "<SimpleSource><SourceFilename>/etc/hostname</SourceFilename></SimpleSource>"
        "</VRTRasterBand></VRTDataset>"
    )
    _refused(tmp_path / "a.vrt", "is a virtual raster")


def test_other_files_under_the_name_of_an_image_are_refused(tmp_path):
    (tmp_path / "a.tif").write_text("no image " * 1000)
    _refused(tmp_path / "a.tif", "no reader knows this file")
    with pytest.raises(ReadError, match="no image of a known format"):
        RasterReader().open(tmp_path / "a.tif")
    (tmp_path / "b.tif").write_bytes(b"II*\0" + b"\xff" * 500)
    _refused(tmp_path / "b.tif", "cannot be read")


def test_an_image_with_a_plausible_segy_header_in_it_is_still_an_image(tmp_path):
    data = np.zeros((100, 100), dtype=np.uint8)
    write_raster(tmp_path / "a.tif", data, crs=None)
    write_segy(tmp_path / "b.sgy")
    raw = bytearray((tmp_path / "a.tif").read_bytes())
    raw[3200:3600] = (tmp_path / "b.sgy").read_bytes()[3200:3600]
    (tmp_path / "a.tif").write_bytes(raw)
    assert SegyReader().sniff(tmp_path / "a.tif") is Confidence.SIGNATURE
    volume = open_volume(tmp_path / "a.tif")
    assert volume.kind == "image"
    volume.close()


def _png(width, height):
    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def test_a_picture_that_claims_to_be_huge_is_refused_before_it_is_read(tmp_path):
    (tmp_path / "a.png").write_bytes(_png(100_000, 100_000))
    _refused(tmp_path / "a.png", "100000 x 100000 pixels are more than 1073741824")


def test_a_picture_with_too_few_rows_in_it_is_a_read_error_not_a_crash(tmp_path):
    (tmp_path / "a.png").write_bytes(_png(3000, 3000))
    volume = open_volume(tmp_path / "a.png")
    with pytest.raises(ReadError, match="cannot be read"):
        volume.section("image", 0)
    volume.close()


@pytest.mark.parametrize(
    ("side", "settings", "words"),
    [
        (300_000, {"tiled": True}, "pixels are more than"),
        (
            30_000,
            {"tiled": True, "blockxsize": 2**15, "blockysize": 2**15},
            "are decoded for each of them",
        ),
    ],
)
def test_a_declared_size_beyond_the_limits_is_refused(side, settings, words, tmp_path):
    path = tmp_path / "a.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=side,
        height=side,
        count=1,
        dtype="uint8",
        SPARSE_OK=True,
        BIGTIFF="YES",
        transform=Affine(2, 0, 0, 0, -2, 0),
        **settings,
    ):
        pass
    _refused(path, words)


def test_complex_samples_are_refused(tmp_path):
    write_raster(tmp_path / "a.tif", np.ones((4, 5), dtype=np.complex64))
    _refused(tmp_path / "a.tif", "complex samples")


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("a.tif", {"compress": "lzw"}),
        ("a.cub", {"driver": "ISIS3"}),
        ("a.vic", {"driver": "VICAR", "crs": None}),
        ("a.jp2", {"driver": "JP2OpenJPEG"}),
        ("a.png", {"driver": "PNG", "crs": None}),
        ("a.jpg", {"driver": "JPEG", "crs": None}),
        ("a.xml", {"driver": "PDS4", **MOON_PDS4}),
    ],
)
def test_flipped_bytes_never_do_worse_than_an_error(name, settings, tmp_path):
    path = tmp_path / name
    write_raster(path, **settings)
    raw = path.read_bytes()
    rng = np.random.default_rng(5)
    # Headers are where a byte matters most.
    reach = np.where(np.arange(60) % 3 == 0, len(raw), min(400, len(raw)))
    for end in reach:
        harmed = bytearray(raw)
        for _ in range(rng.integers(1, 4)):
            harmed[rng.integers(0, end)] = rng.integers(0, 256)
        path.write_bytes(harmed)
        try:
            volume = open_volume(path)
            volume.describe()
            volume.section(volume.directions[0], 0)
            volume.close()
        except EngineError as error:
            assert error.hint  # noqa: PT017 - every message has a next step, which one varies
