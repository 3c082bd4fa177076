"""Pixels on a body: against pyproj, and against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.georeference import Georeference, wrap_longitude
from engine.errors import DataError
from tests.rasters import EQUIRECTANGULAR, LONGLAT, MOON_M, SOUTH_POLE

_DEGREE_M = np.pi / 180 * MOON_M


def _wkt(text):
    return pyproj.CRS.from_user_input(text).to_wkt()


def _polar(scale=5.0, left=-100.0, top=100.0):
    return Georeference((scale, 0.0, left, 0.0, -scale, top), _wkt(SOUTH_POLE))


def test_the_pole_lies_where_the_projection_has_its_origin():
    _, latitude = _polar().geographic(19.5, 19.5)
    assert latitude == pytest.approx(-90.0, abs=1e-9)


def test_a_place_in_polar_stereographic_agrees_with_the_formula():
    # Snyder 1987, equations 21-33 and following: rho = 2 R tan(pi/4 - |lat|/2), lon from +y.
    image = _polar(100.0, 0.0, 300_000.0)
    longitude, latitude = image.geographic(999.5, 1999.5)
    x, y = 200_000.0, 200_000.0
    rho = np.hypot(x, y)
    assert latitude == pytest.approx(-90 + np.degrees(2 * np.arctan(rho / 2 / MOON_M)), abs=1e-9)
    assert longitude == pytest.approx(np.degrees(np.arctan2(x, y)), abs=1e-9)


def test_pixels_of_polar_stereographic_grow_smaller_on_the_ground_away_from_the_pole():
    # The scale is (1 + rho^2 / 4 R^2); a pixel of 5 m on the map is smaller on the ground.
    image = _polar(5.0, 0.0, 305_000.0)
    rho = 305_000.0 - 2.5
    down, across = image.metres_per_pixel(0.0, 0.0)
    scale = 1 + (rho / 2 / MOON_M) ** 2
    assert down == pytest.approx(5.0 / scale, rel=1e-6)
    assert across == pytest.approx(5.0 / scale, rel=1e-6)


def test_a_degree_of_longitude_shrinks_with_the_cosine_of_the_latitude():
    image = Georeference((1.0, 0.0, 0.0, 0.0, -1.0, 60.5), _wkt(LONGLAT))
    down, across = image.metres_per_pixel(0.0, 0.0)
    assert down == pytest.approx(_DEGREE_M, rel=1e-9)
    # The great circle between two places a degree apart on the 60th parallel.
    arc = 2 * np.arcsin(np.cos(np.radians(60)) * np.sin(np.radians(0.5)))
    assert across == pytest.approx(arc * MOON_M, rel=1e-9)


@pytest.mark.parametrize("code", ["IAU_2015:30135", "IAU_2015:30130", "IAU_2015:30110"])
def test_lunar_systems_agree_with_pyproj(code):
    system = pyproj.CRS(code)
    image = Georeference((50.0, 3.0, -4000.0, 2.0, -50.0, 9000.0), system.to_wkt())
    rows, cols = np.array([0.0, 10.0, 300.0]), np.array([5.0, 0.0, 77.5])
    x = 50 * (cols + 0.5) + 3 * (rows + 0.5) - 4000
    y = 2 * (cols + 0.5) - 50 * (rows + 0.5) + 9000
    way = pyproj.Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
    longitude, latitude = image.geographic(rows, cols)
    expected = way.transform(x, y)
    np.testing.assert_allclose(longitude, expected[0], atol=1e-9)
    np.testing.assert_allclose(latitude, expected[1], atol=1e-9)


def test_latitudes_of_an_ellipsoid_are_planetocentric():
    # Mars: tan(centric) = (b / a)^2 tan(graphic), at 45 degrees 44.6617.
    image = Georeference(
        (1.0, 0.0, 9.5, 0.0, -1.0, 45.5), _wkt("+proj=longlat +a=3396190 +b=3376200")
    )
    longitude, latitude = image.geographic(0.0, 0.0)
    assert longitude == pytest.approx(10.0)
    assert latitude == pytest.approx(np.degrees(np.arctan((3376200 / 3396190) ** 2)))


def test_a_system_that_counts_longitudes_west_is_told_east():
    image = Georeference((1.0, 0.0, 9.5, 0.0, -1.0, 0.5), _wkt("IAU_2015:49901"))
    assert image.geographic(0.0, 0.0, longitudes=360)[0] == pytest.approx(350.0)


def test_a_planetocentric_system_keeps_its_latitudes():
    image = Georeference((1.0, 0.0, 9.5, 0.0, -1.0, 45.5), _wkt("IAU_2015:49902"))
    assert image.geographic(0.0, 0.0)[1] == pytest.approx(45.0)


def test_longitudes_run_to_180_or_360_as_asked():
    longitude = np.array([-190.0, -180.0, 0.0, 180.0, 190.0, 360.0])
    np.testing.assert_array_equal(wrap_longitude(longitude, 180), [170, -180, 0, -180, -170, 0])
    np.testing.assert_array_equal(wrap_longitude(longitude, 360), [170, 180, 0, 180, 190, 0])


@given(
    st.sampled_from([SOUTH_POLE, EQUIRECTANGULAR, LONGLAT, "IAU_2015:49902", "IAU_2015:49901"]),
    st.floats(-3000, 3000),
    st.floats(-3000, 3000),
)
def test_a_place_leads_back_to_its_pixel(text, row, col):
    wkt = _wkt(text)
    scale = 1e-3 if not pyproj.CRS(wkt).is_projected else 30.0
    image = Georeference((scale, 0.0, scale, 0.0, -scale, -scale), wkt)
    back = image.pixels_at(*image.geographic(row, col))
    np.testing.assert_allclose(back, (row, col), atol=1e-4)


def test_pixels_beyond_the_limb_are_nowhere():
    image = Georeference((1e4, 0.0, -5e6, 0.0, -1e4, 5e6), _wkt(f"+proj=ortho +R={MOON_M}"))
    assert np.isnan(image.geographic(0.0, 0.0)).all()
    assert np.isnan(image.metres_per_pixel(0.0, 0.0)).all()
    assert np.isnan(image.distances((0.0, 500.0), (0.0, 500.0)))
    assert np.isnan(image.area_m2([0, 0, 9], [0, 9, 9]))


def test_a_distance_along_a_meridian_is_the_arc():
    image = Georeference((1.0, 0.0, -0.5, 0.0, -1.0, 80.5), _wkt(LONGLAT))
    distance = image.distances(([0.0], [10.0]), ([0.0], [0.0]))
    assert distance == pytest.approx(10 * _DEGREE_M)


def test_the_area_of_an_octant_is_an_eighth_of_the_body():
    image = Georeference((1.0, 0.0, -0.5, 0.0, -1.0, 90.5), _wkt(LONGLAT))
    area = image.area_m2([0.0, 90.0, 90.0, 90.0], [0.0, 0.0, 45.0, 90.0])
    assert area == pytest.approx(4 * np.pi * MOON_M**2 / 8, rel=1e-6)


def test_axes_tell_metres_also_where_the_system_has_kilometres():
    wkt = _wkt(f"+proj=eqc +R={MOON_M} +units=km")
    rows, cols = Georeference((2.0, 0.0, 10.0, 0.0, -2.0, 50.0), wkt).axes((0, 1, 4), (0, 1, 3))
    assert (rows.name, rows.unit, rows.first, rows.step) == ("northing", "m", 49_000.0, -2000.0)
    assert (cols.name, cols.unit, cols.first, cols.step) == ("easting", "m", 11_000.0, 2000.0)


def test_a_system_without_a_name_is_told_by_its_method():
    assert _polar().name == "Polar Stereographic (variant A), equatorial radius 1737.4 km"
    image = Georeference((1.0, 0.0, 0.0, 0.0, -1.0, 0.0), _wkt(LONGLAT))
    assert image.name == "Longitude and latitude, equatorial radius 1737.4 km"
    image = Georeference((1.0, 0.0, 0.0, 0.0, -1.0, 0.0), _wkt("IAU_2015:30135"))
    assert image.name == "Moon (2015) - Sphere / Ocentric / South Polar"


def test_a_rotated_image_has_axes_in_pixels():
    image = Georeference((1.0, 0.5, 0.0, 0.5, -1.0, 0.0), _wkt(EQUIRECTANGULAR))
    assert [axis.unit for axis in image.axes((0, 1, 4), (0, 1, 3))] == ["px", "px"]


_UNHEARD_OF = (
    _wkt(EQUIRECTANGULAR)
    .replace("Equidistant Cylindrical", "Unheard Of")
    .replace('ID["EPSG",1029]', 'ID["NOBODY",1]')
)


@pytest.mark.parametrize(
    ("affine", "wkt", "words"),
    [
        ((1.0, 0.0, 0.0, 0.0, -1.0, 0.0), _UNHEARD_OF, "there is no way from"),
        ((1.0, 1.0, 0.0, 1.0, 1.0, 0.0), _wkt(LONGLAT), "is singular"),
        ((np.nan, 0.0, 0.0, 0.0, 1.0, 0.0), _wkt(LONGLAT), "is singular"),
        ((1.0, 0.0, 0.0, 0.0, -1.0, 0.0), 'LOCAL_CS["mine",UNIT["metre",1]]', "lies on no body"),
        ((1.0, 0.0, 0.0, 0.0, -1.0, 0.0), "nonsense", "is not understood"),
    ],
)
def test_what_lies_on_no_body_is_refused(affine, wkt, words):
    with pytest.raises(DataError, match=words):
        Georeference(affine, wkt)
