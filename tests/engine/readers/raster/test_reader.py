"""Images in every format that GDAL can write: pixels, places, overviews, what is missing."""

from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.enums import ColorInterp
from rasterio.transform import Affine

from engine.errors import SettingsError, ShapeError
from engine.readers.base import Confidence
from engine.readers.detect import open_volume
from engine.readers.raster.reader import RasterReader
from tests.rasters import (
    LONGLAT,
    MOON_M,
    MOON_PDS4,
    SOUTH_POLE,
    random_image,
    write_pds3,
    write_raster,
)

_LOSSLESS = {"QUALITY": "100", "REVERSIBLE": "YES"}
_FORMATS = {
    "GeoTIFF": ("a.tif", {"driver": "GTiff"}),
    "big-endian GeoTIFF": ("a.tif", {"driver": "GTiff", "ENDIANNESS": "BIG"}),
    "BigTIFF": ("a.tif", {"driver": "GTiff", "BIGTIFF": "YES", "compress": "deflate"}),
    "COG": ("a.tif", {"driver": "COG"}),
    "ISIS3": ("a.cub", {"driver": "ISIS3"}),
    "ISIS3 with GeoTIFF": ("a.lbl", {"driver": "ISIS3", "DATA_LOCATION": "GEOTIFF"}),
    "PDS4": ("a.xml", {"driver": "PDS4", **MOON_PDS4}),
    "VICAR": ("a.vic", {"driver": "VICAR", "crs": None}),
    "JPEG 2000": ("a.jp2", {"driver": "JP2OpenJPEG", **_LOSSLESS}),
    "PNG": ("a.png", {"driver": "PNG", "crs": None}),
}


def _volume(path, **options):
    return RasterReader().open(path, **options)


@pytest.fixture(params=_FORMATS)
def written(request, tmp_path):
    """A file of each format, and what is in it."""
    name, settings = _FORMATS[request.param]
    data = random_image()
    write_raster(tmp_path / name, data, **settings)
    return tmp_path / name, data, settings.get("crs", SOUTH_POLE) is not None


def test_every_format_is_known_by_its_first_bytes_and_read_exactly(written):
    path, data, placed = written
    assert RasterReader().sniff(path) is Confidence.SIGNATURE
    volume = open_volume(path)
    section = volume.section("image", 0)
    volume.close()
    np.testing.assert_array_equal(section.data, data)
    names = ("northing", "easting") if placed else ("row", "column")
    assert (section.rows.name, section.cols.name) == names
    if placed:
        assert (section.rows.first, section.rows.step) == (200_000 - 2.5, -5)
        assert (section.cols.first, section.cols.step) == (150_000 + 2.5, 5)
        assert volume.georeference.axes_m == (MOON_M, MOON_M)


def test_jpeg_and_pds3_are_read_too(tmp_path):
    # From 1, since 0 is the null of PDS images.
    smooth = np.add.outer(np.arange(1, 65), np.arange(64)).astype(np.uint8)
    Image.fromarray(smooth).save(tmp_path / "a.jpg", quality=95)
    volume = open_volume(tmp_path / "a.jpg")
    assert np.abs(volume.section("image", 0).data - smooth).max() <= 4
    volume.close()
    write_pds3(tmp_path / "a.lbl", smooth)
    volume = open_volume(tmp_path / "a.lbl")
    np.testing.assert_array_equal(volume.section("image", 0).data, smooth)
    assert volume.describe()["driver"] == "PDS"
    volume.close()


@pytest.mark.parametrize("kind", ["u1", "u2", "i2", "i4", "f4", "f8"])
def test_samples_of_all_types_become_float32(kind, tmp_path):
    data = np.arange(12).reshape(3, 4).astype(kind)
    write_raster(tmp_path / "a.tif", data)
    volume = _volume(tmp_path / "a.tif")
    np.testing.assert_array_equal(volume.section("image", 0).data, data.astype("f4"))
    assert volume.section("image", 0).data.dtype == np.float32
    volume.close()


def test_no_data_is_nan_by_value_by_mask_and_by_nan_and_infinity_is_counted(tmp_path):
    data = np.ones((4, 5), dtype=np.float32)
    data[0, 0], data[1, 1], data[2, 2] = -9999, np.nan, np.inf
    write_raster(tmp_path / "a.tif", data, nodata=-9999)
    volume = _volume(tmp_path / "a.tif")
    section = volume.section("image", 0)
    volume.close()
    assert [tuple(p) for p in np.argwhere(section.no_data)] == [(0, 0), (1, 1), (2, 2)]
    assert section.bad_samples == 1
    write_raster(tmp_path / "b.tif", np.full((4, 5), 7, dtype=np.uint8))
    with rasterio.open(tmp_path / "b.tif", "r+") as file:
        file.write_mask(np.array([[0] + [255] * 4] * 4, dtype=np.uint8))
    volume = _volume(tmp_path / "b.tif")
    assert volume.section("image", 0).no_data[:, 0].all()
    assert not volume.section("image", 0).no_data[:, 1:].any()
    volume.close()


def test_saturated_samples_of_an_isis_cube_are_no_data(tmp_path):
    data = np.array([[-32768, -32767, -32766, -32765, -32764, -32752, 5]], dtype=np.int16)
    write_raster(tmp_path / "a.cub", data, driver="ISIS3")
    volume = _volume(tmp_path / "a.cub")
    np.testing.assert_array_equal(volume.section("image", 0).data[0, 5:], [-32752, 5])
    assert volume.section("image", 0).no_data[0, :5].all()
    volume.close()


def test_scale_and_offset_give_values_in_the_unit_of_the_image(tmp_path):
    data = np.array([[0, 10]], dtype=np.int16)
    write_raster(tmp_path / "a.tif", data, band_tags={"scales": [0.5], "offsets": [100.0]})
    volume = _volume(tmp_path / "a.tif")
    np.testing.assert_array_equal(volume.section("image", 0).data, [[100.0, 105.0]])
    volume.close()


def test_a_colour_picture_is_luminance_unless_a_band_is_named(tmp_path):
    colors = np.zeros((3, 2, 2), dtype=np.uint8)
    colors[0], colors[1], colors[2] = 100, 50, 10
    write_raster(tmp_path / "a.png", colors, driver="PNG", crs=None)
    volume = _volume(tmp_path / "a.png")
    expected = 0.299 * 100 + 0.587 * 50 + 0.114 * 10
    np.testing.assert_allclose(volume.section("image", 0).data, expected, rtol=1e-6)
    assert "luminance" in volume.describe()["notes"][0]
    volume.close()
    volume = _volume(tmp_path / "a.png", band=2)
    assert (volume.section("image", 0).data == 50).all()
    assert volume.describe()["notes"] == []
    volume.close()


def test_a_picture_with_a_palette_is_shown_by_its_colours(tmp_path):
    picture = Image.fromarray(np.array([[0, 1]], dtype=np.uint8), "L").convert("P")
    picture.putpalette([200, 200, 200, 10, 10, 10] + [0] * 762)
    picture.save(tmp_path / "a.png")
    volume = _volume(tmp_path / "a.png")
    np.testing.assert_allclose(volume.section("image", 0).data, [[200, 10]], rtol=1e-5)
    volume.close()
    volume = _volume(tmp_path / "a.png", band=1)
    np.testing.assert_array_equal(volume.section("image", 0).data, [[0, 1]])
    volume.close()


def test_a_map_of_classes_keeps_its_numbers(tmp_path):
    classes = np.array([[0, 1, 2]], dtype=np.uint8)
    write_raster(tmp_path / "a.tif", classes, photometric="palette")
    with rasterio.open(tmp_path / "a.tif", "r+") as file:
        file.write_colormap(1, {1: (200, 100, 50)})
    volume = _volume(tmp_path / "a.tif")
    np.testing.assert_array_equal(volume.section("image", 0).data, classes)
    assert "numbers of its classes" in volume.describe()["notes"][0]
    volume.close()


def test_transparent_pixels_are_no_data(tmp_path):
    pixels = np.full((2, 3, 2), 255, dtype=np.uint8)
    pixels[0, 0, 1] = 0
    Image.fromarray(pixels, "LA").save(tmp_path / "a.png")
    volume = _volume(tmp_path / "a.png")
    assert volume.section("image", 0).no_data.sum() == 1
    volume.close()


def test_bands_are_counted_from_one(tmp_path):
    write_raster(tmp_path / "a.tif", np.stack([random_image(seed=s) for s in range(2)]))
    with rasterio.open(tmp_path / "a.tif", "r+") as file:
        file.colorinterp = [ColorInterp.gray, ColorInterp.undefined]
    volume = _volume(tmp_path / "a.tif")
    assert volume.describe()["notes"] == ["Shown is band 1 of 2 (--band)"]
    volume.close()
    with pytest.raises(SettingsError, match="no band 3, there are 2"):
        _volume(tmp_path / "a.tif", band=3)


@pytest.fixture
def large(tmp_path):
    """5000 x 3600 pixels whose values are their rows, with overviews, in the south."""
    data = np.repeat(np.arange(5000, dtype=np.uint16)[:, None], 3600, axis=1)
    path = tmp_path / "large.tif"
    write_raster(path, data, tiled=True, compress="deflate")
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2, 4], rasterio.enums.Resampling.average)
    volume = _volume(path)
    yield volume
    volume.close()


def test_a_large_image_has_an_overview_whose_axes_tell_the_true_metres(large):
    assert large.directions == ("image",)
    overview = large.section("image", 0)
    assert overview.data.shape == (1667, 1200)
    assert overview.rows.step == pytest.approx(-5 * 5000 / 1667)
    edge = overview.rows.first - overview.rows.step / 2
    assert edge == pytest.approx(200_000)
    assert overview.rows.last + overview.rows.step / 2 == pytest.approx(200_000 - 25_000)
    rows = (overview.rows.values() - large.axes[0].first) / -5
    np.testing.assert_allclose(overview.data[:, 7], rows, atol=3)


def test_a_window_is_cut_to_the_image_and_lies_where_it_says(large):
    window = large.window(slice(4990, 6000), slice(0, 7))
    assert window.data.shape == (10, 7)
    assert window.rows.first == large.axes[0].value(4990)
    coarse = large.window(slice(0, 1000), slice(0, 1000), 10)
    assert coarse.data.shape == (100, 100)
    assert coarse.rows.value(0) == pytest.approx(large.axes[0].value(4.5))
    np.testing.assert_allclose(coarse.data[:, 0], np.arange(100) * 10 + 4.5, atol=4)
    for empty in (slice(5000, 6000), slice(9, 9)):
        with pytest.raises(ShapeError, match="are none"):
            large.window(empty, slice(0, 5))
    with pytest.raises(ShapeError, match="are none"):
        large.window(slice(0, 5), slice(0, 5), 0)


def test_without_overviews_pixels_are_picked_not_averaged(tmp_path):
    data = np.zeros((5000, 5000), dtype=np.uint8)
    data[::2] = 200
    write_raster(tmp_path / "a.tif", data, crs=None)
    volume = _volume(tmp_path / "a.tif")
    assert set(np.unique(volume.section("image", 0).data)) <= {0.0, 200.0}
    assert "gdaladdo" in volume.describe()["notes"][0]
    volume.close()


def test_a_huge_image_opens_without_being_read(tmp_path):
    with rasterio.open(
        tmp_path / "huge.tif",
        "w",
        driver="GTiff",
        width=100_000,
        height=100_000,
        count=1,
        dtype="uint16",
        tiled=True,
        SPARSE_OK=True,
        BIGTIFF="YES",
        transform=Affine(2, 0, 0, 0, -2, 0),
    ):
        pass
    volume = _volume(tmp_path / "huge.tif")
    assert volume.shape == (100_000, 100_000)
    assert volume.window(slice(99_000, 99_100), slice(5, 105)).data.shape == (100, 100)
    with pytest.raises(ShapeError, match="is more than"):
        volume.window(slice(0, 100_000), slice(0, 100_000))
    volume.close()


def test_threads_read_one_image_at_once(large):
    found = {}

    def read(number):
        found[number] = large.window(slice(600 * number, 5000), slice(0, 900)).data[0, 0]

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: 600 * number for number in range(8)}


def test_a_closed_image_cannot_be_read(tmp_path):
    write_raster(tmp_path / "a.tif")
    volume = _volume(tmp_path / "a.tif")
    volume.close()
    with pytest.raises(ValueError, match="is closed"):
        volume.section("image", 0)


def test_coordinates_without_a_system_and_systems_of_no_body_are_said(tmp_path):
    write_raster(tmp_path / "a.tif", crs=None, transform=Affine(5, 0, 100, 0, -5, 50))
    volume = _volume(tmp_path / "a.tif")
    assert volume.section("image", 0).rows.unit == "px"
    assert "no reference system" in volume.describe()["notes"][0]
    volume.close()
    write_raster(tmp_path / "b.tif", crs='LOCAL_CS["mine",UNIT["metre",1]]')
    volume = _volume(tmp_path / "b.tif")
    assert volume.georeference is None
    assert "lies on no body" in volume.describe()["notes"][0]
    volume.close()


def test_a_picture_finds_its_place_in_the_file_beside_it_and_leaves_none(tmp_path):
    write_raster(tmp_path / "a.png", driver="PNG")
    before = set(tmp_path.iterdir())
    assert tmp_path / "a.png.aux.xml" in before
    volume = _volume(tmp_path / "a.png")
    assert volume.section("image", 0).rows.name == "northing"
    assert volume.describe()["georeference"]["radii_m"] == [MOON_M, MOON_M]
    volume.close()
    assert set(tmp_path.iterdir()) == before


def test_the_description_tells_place_and_size(tmp_path):
    write_raster(tmp_path / "a.tif", crs=LONGLAT, affine=Affine(0.01, 0, -10, 0, -0.01, 5))
    volume = _volume(tmp_path / "a.tif", longitudes=360)
    facts = volume.describe()
    volume.close()
    place = facts["georeference"]
    assert place["corners"]["upper_left"] == {"longitude": 350.0, "latitude": 5.0}
    assert place["metres_per_pixel"]["down"] == pytest.approx(0.01 * np.pi / 180 * MOON_M)
    assert facts["data_type"] == "uint8"
    assert facts["overviews"] == []


@pytest.mark.parametrize("options", [{"band": 0}, {"longitudes": 90}])
def test_options_outside_their_range_are_refused(options, tmp_path):
    write_raster(tmp_path / "a.tif")
    with pytest.raises(SettingsError):
        _volume(tmp_path / "a.tif", **options)


def test_sniffing_does_not_load_gdal():
    code = (
        "import sys; from pathlib import Path; from engine.readers.detect import find_readers\n"
        f"find_readers(Path({__file__!r}).parents[4] / 'docs' / 'window.png')\n"
        "assert 'rasterio' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_real_images_are_read_as_pillow_reads_them(shared_data):
    for path in sorted(shared_data.glob("crater/images/*.png"))[:3]:
        volume = open_volume(path)
        with Image.open(path) as picture:
            np.testing.assert_array_equal(volume.section("image", 0).data, np.asarray(picture))
        volume.close()
