"""Tables of craters are read for what they are: boxes, ellipses, or places on the body."""

from __future__ import annotations

import math

import numpy as np
import pyproj
import pytest

from engine.core.georeference import Georeference
from engine.data.crater_masks import draw_craters
from engine.data.crater_table import TableImage, read_crater_table
from engine.errors import JobCancelledError, ReadError
from engine.jobs.context import ThrottledContext
from tests.rasters import EQUIRECTANGULAR, LONGLAT, SOUTH_POLE, geodesic_circle

_SHAPE = (300, 400)
_PLACES = {
    "polar stereographic": (SOUTH_POLE, (300.0, 0.0, 130_000.0, 0.0, -300.0, 262_000.0)),
    "equirectangular": (EQUIRECTANGULAR, (450.0, 0.0, 1_020_000.0, 0.0, -300.0, -2_400_000.0)),
    "longitude and latitude": (LONGLAT, (0.03, 0.0, 30.0, 0.0, -0.009, -79.0)),
}


def _image(name):
    text, affine = _PLACES[name]
    return TableImage(_SHAPE, Georeference(affine, pyproj.CRS.from_user_input(text).to_wkt()))


@pytest.mark.parametrize("name", _PLACES)
@pytest.mark.parametrize("turn", [0, 360])
def test_a_circle_of_the_body_lies_where_pyproj_has_it(name, turn, tmp_path):
    image, path = _image(name), tmp_path / "a.csv"
    path.write_text(f"id,Longitude,latitude,diameter_km\n1,{36.5 + turn},-80,24\n2,216,75,5\n")
    table = read_crater_table(path, image)
    assert table.far == (3,)
    mask = draw_craters(table.craters, image.shape).mask != 0
    expected = geodesic_circle(image.georeference, image.shape, 36.5, -80.0, 24_000.0)
    assert np.count_nonzero(expected) > 2000
    assert np.count_nonzero(mask ^ expected) < 0.02 * np.count_nonzero(expected)


@pytest.mark.parametrize("name", _PLACES)
@pytest.mark.parametrize("rows", ["", "216,75,5\n", "36,-95,5\n"])
def test_a_table_may_have_no_crater_of_the_image(name, rows, tmp_path):
    (tmp_path / "a.csv").write_text(f"lon,lat,diam_km\n{rows}")
    table = read_crater_table(tmp_path / "a.csv", _image(name))
    assert table.craters == table.problems == ()


def test_the_lunar_catalogue_and_craterstats_say_the_same(tmp_path):
    image = _image("polar stereographic")
    (tmp_path / "robbins.csv").write_text(
        "CRATER_ID,LAT_CIRC_IMG,LON_CIRC_IMG,LAT_ELLI_IMG,DIAM_CIRC_IMG\n"
        '"00-1-000000",-80.0,36.5,-80.1,12.5\n'
    )
    (tmp_path / "a.diam").write_text(
        "# made elsewhere\narea = 1.0\n#\ncrater = {diameter, fraction, lon, lat\n"
        "# km - deg deg\n12.5\t1\t36.5\t-80\n}\nnothing = 1\n"
    )
    (tmp_path / "a.scc").write_text(
        "unit_boundary = {vertex, sub_area, tag, lon, lat\n1\t1\text\t0\t0\n}\n"
        "crater = {diam, fraction, lon, lat\n12.5\t1\t36.5\t-80\n}\n"
    )
    found = [
        read_crater_table(tmp_path / name, image) for name in ("robbins.csv", "a.diam", "a.scc")
    ]
    assert [table.problems for table in found] == [()] * 3
    ellipses = [table.craters[0].ellipse for table in found]
    assert ellipses[0] == ellipses[1] == ellipses[2]
    mean, _, _ = ellipses[0].diameters(image.georeference)
    assert mean == pytest.approx(12_500, rel=1e-3)


@pytest.mark.parametrize("angle", [0, 30, 90, -60])
def test_an_ellipse_has_its_axes_and_its_angle(angle, tmp_path):
    (tmp_path / "a.csv").write_text(
        f'row,column,class,longest_px,short_px,angle\n20,30,"fresh, deep",18,8,{angle}\n'
    )
    (crater,) = read_crater_table(tmp_path / "a.csv", TableImage((40, 60))).craters
    assert crater.class_name == "fresh, deep"
    assert crater.ellipse.diameters(None)[1:] == pytest.approx((18, 8))
    assert crater.ellipse.angle % 180 == pytest.approx(angle % 180)
    down, right = 8.9 * math.sin(math.radians(angle)), 8.9 * math.cos(math.radians(angle))
    ends = np.array([20 + down, 20 - 1.02 * down]), np.array([30 + right, 30 - 1.02 * right])
    assert crater.ellipse.inside(*ends).tolist() == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "ID;X;Y;W;H\n1;100,5;100;20;20\n2;1,2,3;4;5;6\n",
        "ID\tX\tY;W;H\n1\t100,5\t100.0\t2,0e1;20\n2\t1,2,3\t4\t5\t6\n",
        '"ID";"X";"Y";"W";"H"\n"1";"100,5";"100";"20";"20"\n2;"1,2,3";4;5;6\n',
    ],
)
def test_without_a_comma_in_the_first_line_it_is_the_decimal_sign(text, tmp_path):
    (tmp_path / "a.csv").write_text(text)
    table = read_crater_table(tmp_path / "a.csv", TableImage((200, 200)))
    (crater,) = table.craters
    assert (crater.ellipse.col, crater.ellipse.row) == (110.0, 109.5)
    assert crater.ellipse.reach == (10, 10)
    assert [problem[:20] for problem in table.problems] == ["line 3 is no crater:"]


def test_a_cell_without_end_is_told(tmp_path):
    (tmp_path / "a.csv").write_text(f'x,y,w,h\n1,2,3,"{"4" * 200_000}\n')
    table = read_crater_table(tmp_path / "a.csv", TableImage((40, 60)))
    assert table.problems[0].startswith("line 2 is no crater")


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("x,y,w,h", "1e300,2,3,4", "is out of range"),
        ("x,y,w,h", "1,-1e8,3,4", "is out of range"),
        ("x,y,w,h", "1,2,1e300,1e-300", "is out of range"),
        ("row,column,longest_px,short_px,angle", "1,2,3e300,4,5", "is out of range"),
        ("x,y,w,h", "nan,2,3,4", "has no place or size"),
        ("x,y,w,h", "1,2,inf,4", "has no place or size"),
        ("lon,lat,diameter_km", "1e300,-80,4", "is out of range"),
        ("lon,lat,diameter_km", "36,-80,1e300", "is out of range"),
        ("lon,lat,diameter_km", "36,-80,11000", "is out of range"),
        ("lon,lat,diameter_m", "36,-80,1.1e7", "is out of range"),
        ("lon,lat,diameter_m", "36,1e8,5", "is out of range"),
    ],
)
@pytest.mark.parametrize("name", _PLACES)
def test_numbers_that_no_image_has_are_told(name, header, row, words, tmp_path):
    (tmp_path / "a.csv").write_text(f"{header}\n{row}\n")
    table = read_crater_table(tmp_path / "a.csv", _image(name))
    assert table.problems == (f"line 2 {words}: {row!r}",)
    assert table.craters == table.far == ()


@pytest.mark.parametrize("name", _PLACES)
def test_the_largest_numbers_are_read_in_silence(name, tmp_path):
    rows = ["1e7,-80,5", "36,1e7,5", "36,-80,10900000", "36,-80,6000000", "36,-80,1e-300"]
    (tmp_path / "a.csv").write_text("\n".join(["lon,lat,diameter_m", *rows]))
    table = read_crater_table(tmp_path / "a.csv", _image(name))
    assert table.problems == ()
    draw_craters(table.craters, _SHAPE)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "lon,lat,diameter_km\n1,2,3\n", "not georeferenced"),
        ("a.csv", "lon,lat,diameter\n1,2,3\n", "does not name the columns"),
        ("a.diam", "area = 3\n1.2\n3.4\n", "does not name the columns"),
        ("a.csv", "", "does not name the columns"),
    ],
)
def test_tables_without_a_place_are_refused(name, text, words, tmp_path):
    (tmp_path / name).write_text(text)
    with pytest.raises(ReadError, match=words) as caught:
        read_crater_table(tmp_path / name, TableImage((40, 60)))
    assert caught.value.hint


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ReadError, match="cannot be read"):
        read_crater_table(tmp_path / "none.csv", TableImage((40, 60)))


def test_a_long_table_can_be_cancelled(tmp_path):
    (tmp_path / "a.csv").write_text("x,y,w,h\n" + "1,1,2,2\n" * 100_000)
    job = ThrottledContext(lambda *_: None)
    job.cancel()
    with pytest.raises(JobCancelledError):
        read_crater_table(tmp_path / "a.csv", TableImage((40, 60)), job)
