"""Craters of known place and size come out of a mask as they were drawn."""

from __future__ import annotations

import csv
import re
from types import SimpleNamespace

import numpy as np
import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.craters import Ellipse
from engine.core.georeference import Georeference
from engine.errors import SettingsError, ShapeError, WriteError
from engine.exporters.base import PROBABILITIES, ExportLayers
from engine.exporters.craters.exporter import CraterExporter
from engine.exporters.craters.finder import CraterFinder
from engine.exporters.craters.regions import RegionStream
from engine.exporters.craters.splitting import split_region
from tests.rasters import EQUIRECTANGULAR, LONGLAT, MOON_M, SOUTH_POLE, geodesic_circle

_SCHEME = ClassScheme(
    (SegmentationClass("rest", "#000000", background=True), SegmentationClass("crater", "#00ff00"))
)


def _disc(shape, row, col, down, across=None, angle=0.0):
    rows, cols = np.mgrid[: shape[0], : shape[1]]
    y, x = rows - row, cols - col
    u = y * np.cos(angle) + x * np.sin(angle)
    v = -y * np.sin(angle) + x * np.cos(angle)
    return (u / down) ** 2 + (v / (across or down)) ** 2 <= 1


def _source(shape, georeference=None, path="in.tif"):
    return SimpleNamespace(
        shape=shape, georeference=georeference, path=SimpleNamespace(name=path), kind="image"
    )


def _export(out, member, georeference=None, rows_at_once=37, probability=None, missing=None):
    writer = CraterExporter().start(_source(member.shape, georeference), out, ExportLayers(_SCHEME))
    classes = member.astype(np.uint8)
    found = np.where(member, 0.8, 0.1) if probability is None else probability
    probabilities = np.stack([1 - found, found]).astype(np.float32)
    if missing is not None:
        classes[missing] = 255
        probabilities[:, missing] = np.nan
    for row in range(0, len(member), rows_at_once):
        part = slice(row, row + rows_at_once)
        writer.write(row, classes[part], probabilities[:, part])
    return writer.commit()


def _table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {k: v if k == "class" else float(v) for k, v in row.items()}
            for row in csv.DictReader(file)
        ]


def _moon(text, affine):
    return Georeference(affine, pyproj.CRS.from_user_input(text).to_wkt())


_PLACES = {
    "polar stereographic": (SOUTH_POLE, (100.0, 0.0, 130_000.0, 0.0, -100.0, 262_000.0)),
    "equirectangular": (EQUIRECTANGULAR, (150.0, 0.0, 1_020_000.0, 0.0, -100.0, -2_400_000.0)),
    "longitude and latitude": (LONGLAT, (0.01, 0.0, 30.0, 0.0, -0.003, -79.0)),
}


@pytest.mark.parametrize("name", _PLACES)
def test_a_diameter_at_80_degrees_south_is_right_in_any_projection(name, tmp_path):
    text, affine = _PLACES[name]
    image, shape = _moon(text, affine), (900, 1200)
    longitude, latitude = 36.5, -80.0
    row, col = image.pixels_at(longitude, latitude)
    assert 100 < row < shape[0] - 100
    assert 100 < col < shape[1] - 100
    member = geodesic_circle(image, shape, longitude, latitude, 12_000.0)
    _export(tmp_path / "a.csv", member, image, rows_at_once=250)
    (crater,) = _table(tmp_path / "a.csv")
    assert crater["diameter_m"] == pytest.approx(12_000, rel=0.01)
    assert crater["longest_m"] == pytest.approx(12_000, rel=0.02)
    assert crater["shortest_m"] == pytest.approx(12_000, rel=0.02)
    assert crater["longitude"] == pytest.approx(longitude, abs=0.02)
    assert crater["latitude"] == pytest.approx(latitude, abs=0.003)
    assert crater["confidence"] == pytest.approx(0.8, abs=1e-3)
    assert crater["cut"] == 0


@settings(max_examples=40)
@given(st.floats(8, 30), st.floats(8, 30), st.floats(0, 3.1), st.floats(-0.5, 0.5))
def test_the_ellipse_of_a_drawn_ellipse_is_that_ellipse(down, across, angle, offset):
    member = _disc((90, 90), 44 + offset, 45, down, across, angle)
    ellipse = Ellipse.of_region(member)
    mean, longest, shortest = ellipse.diameters(None)
    assert mean == pytest.approx(2 * np.sqrt(down * across), rel=0.03)
    assert longest == pytest.approx(2 * max(down, across), rel=0.05)
    assert shortest == pytest.approx(2 * min(down, across), rel=0.05)
    assert ellipse.row == pytest.approx(44 + offset, abs=0.3)


def test_craters_that_touch_are_parted_and_ellipses_are_not():
    two = _disc((80, 120), 40, 40, 22) | _disc((80, 120), 40, 78, 20)
    parts = split_region(two)
    centres = sorted(Ellipse.of_region(part).col for part in parts)
    assert centres == pytest.approx([40, 78], abs=1.5)
    assert len(split_region(_disc((80, 120), 40, 60, 12, 45))) == 1
    assert len(split_region(_disc((80, 80), 40, 40, 30))) == 1
    assert not (parts[0] & parts[1]).any()
    np.testing.assert_array_equal(parts[0] | parts[1], two)


@pytest.mark.parametrize(
    ("hole", "angle"), [((40, 40, 4), 0), ((40, 40, 20), 0), ((40, 40, 26), 0), ((46, 36, 14), 1)]
)
def test_a_crater_with_a_hole_is_measured_like_one_without(hole, angle):
    crater = _disc((80, 80), 40, 40, 34, 30, angle)
    seen = crater & ~_disc((80, 80), *hole)
    (part,) = split_region(seen)
    np.testing.assert_array_equal(part, crater)
    finder = CraterFinder(crater.shape, _SCHEME)
    finder.add(seen.astype(np.uint8), np.stack([1.0 - seen, np.where(seen, 0.75, 0)]).astype("f4"))
    (found,) = finder.craters
    assert found.ellipse == Ellipse.of_region(crater)
    assert (found.n_pixels, found.confidence) == (np.count_nonzero(seen), 0.75)
    outline = shapely.Polygon(found.outline[0], found.outline[1:])
    assert outline.area == np.count_nonzero(seen)
    assert len(outline.interiors) == 1


def test_a_hole_in_one_of_craters_that_touch_stays_with_it():
    two = _disc((80, 120), 40, 40, 22) | _disc((80, 120), 40, 78, 20)
    parts = split_region(two & ~_disc((80, 120), 40, 40, 14))
    np.testing.assert_array_equal(parts, split_region(two))


@pytest.mark.parametrize(("count", "apart"), [(6, 1.9), (8, 1.6), (12, 1.7)])
def test_the_plain_within_a_ring_of_craters_is_none(count, apart):
    shape, way = (300, 300), 2 * np.pi * np.arange(count) / count
    radius = 20 * apart / 2 / np.sin(np.pi / count)
    ring = np.any(
        [_disc(shape, 150 + radius * np.cos(t), 150 + radius * np.sin(t), 20) for t in way], 0
    )
    parts = split_region(ring)
    assert len(parts) == count
    np.testing.assert_array_equal(np.any(parts, axis=0), ring)


@settings(max_examples=25)
@given(st.integers(0, 1000), st.integers(1, 60))
def test_regions_do_not_depend_on_how_the_rows_come(seed, rows_at_once):
    rng = np.random.default_rng(seed)
    member = rng.random((60, 50)) > 0.55
    found = {}
    for step in (60, rows_at_once):
        stream = RegionStream(*member.shape)
        regions = []
        for row in range(0, 60, step):
            part = member[row : row + step]
            regions += stream.add(part, part.astype(np.float32), np.ones_like(part))
        found[step] = sorted((r.top, r.left, r.member.sum(), r.is_cut) for r in regions)
    assert found[60] == found[rows_at_once]
    assert sum(size for _, _, size, _ in found[60]) == member.sum()


def test_regions_are_found_piece_by_piece_with_little_kept(monkeypatch):
    monkeypatch.setattr("engine.exporters.craters.regions._AT_ONCE", 200)
    member = np.zeros((300, 20), dtype=bool)
    member[5:9, 3:9] = member[100:180, 5:7] = member[250:300, 2:4] = True
    stream = RegionStream(300, 20)
    tops = []
    for row in range(0, 300, 10):
        part = member[row : row + 10]
        for region in stream.add(part, part.astype(np.float32), np.ones_like(part)):
            tops.append((region.top, region.is_cut, row))
            assert region.member.all()
    assert [(top, cut) for top, cut, _ in tops] == [(5, False), (100, False), (250, True)]
    assert tops[0][2] < 30
    assert tops[1][2] < 200


def test_a_region_too_large_to_keep_is_cut_and_marked(monkeypatch):
    for name, size in (("_AT_ONCE", 200), ("_MOST", 1000)):
        monkeypatch.setattr(f"engine.exporters.craters.regions.{name}", size)
    member = np.zeros((200, 20), dtype=bool)
    member[10:150, 5:9] = member[170:180, 5:9] = True
    stream, regions = RegionStream(200, 20), []
    for row in range(0, 200, 10):
        part = member[row : row + 10]
        regions += stream.add(part, part.astype(np.float32), np.ones_like(part))
    assert sum(region.member.sum() for region in regions) == member.sum()
    assert len(regions) > 2
    assert [region.is_cut for region in regions] == [True] * (len(regions) - 1) + [False]


def test_craters_at_the_edge_of_the_image_or_its_data_are_marked(tmp_path):
    member = _disc((100, 100), 0, 50, 15) | _disc((100, 100), 60, 50, 10)
    missing = np.zeros((100, 100), dtype=bool)
    _export(tmp_path / "a.csv", member, missing=missing)
    assert [row["cut"] for row in _table(tmp_path / "a.csv")] == [1, 0]
    missing[55:65, 60:] = True
    _export(tmp_path / "a.csv", member & ~missing, missing=missing)
    assert [row["cut"] for row in _table(tmp_path / "a.csv")] == [1, 1]


def test_without_a_named_background_the_first_class_is_it(tmp_path):
    plain = ClassScheme((SegmentationClass("a", "#000000"), SegmentationClass("b", "#00ff00")))
    finder = CraterFinder((50, 50), plain)
    member = _disc((50, 50), 25, 25, 10)
    finder.add(member.astype(np.uint8), np.full((2, 50, 50), 0.5, dtype=np.float32))
    assert [crater.class_name for crater in finder.craters] == ["b"]


def test_specks_are_left_out(tmp_path):
    member = _disc((50, 50), 25, 25, 1.5)
    report = _export(tmp_path / "a.csv", member)
    assert _table(tmp_path / "a.csv") == []
    assert report.lines[0].startswith("0 craters")


@pytest.mark.parametrize("extension", [".gpkg", ".geojson", ".shp"])
@pytest.mark.parametrize("placed", [True, False])
def test_polygons_lie_where_the_craters_are(extension, placed, tmp_path):
    image = _moon(*_PLACES["polar stereographic"]) if placed else None
    member = _disc((200, 220), 90, 130, 25) | _disc((200, 220), 30, 40, 12)
    out = tmp_path / f"a{extension}"
    before = set(tmp_path.iterdir())
    report = _export(out, member, image)
    assert set(tmp_path.iterdir()) - before == set(report.paths)
    if extension == ".gpkg":
        layers = [(out, "outlines"), (out, "ellipses")]
    else:
        layers = [(out, None), (tmp_path / f"a.ellipses{extension}", None)]
    for file, layer in layers:
        meta, _, shapes, columns = pyogrio.raw.read(file, layer=layer)
        fields = dict(zip(meta["fields"], columns, strict=True))
        assert list(fields["id"]) == [1, 2]
        assert fields["confidence"] == pytest.approx([0.8, 0.8], abs=1e-3)
        for wkb, row, col, radius in zip(shapes, (30, 90), (40, 130), (12, 25), strict=True):
            polygon = shapely.from_wkb(wkb)
            centre = polygon.centroid
            if image is None:
                assert (centre.x, centre.y) == pytest.approx((col + 0.5, -row - 0.5), abs=0.1)
                assert polygon.area == pytest.approx(np.pi * radius**2, rel=0.04)
            elif extension == ".geojson":
                rows, cols = image.pixels_at(centre.x, centre.y)
                assert (rows, cols) == pytest.approx((row, col), abs=0.2)
            else:
                assert pyproj.CRS(meta["crs"]).ellipsoid.semi_major_metre == MOON_M
                rows, cols = image.pixels(centre.x, centre.y)
                assert (rows, cols) == pytest.approx((row, col), abs=0.2)
                assert polygon.area == pytest.approx(np.pi * (100 * radius) ** 2, rel=0.04)


def test_no_craters_make_empty_files(tmp_path):
    for extension in (".gpkg", ".geojson", ".shp", ".csv"):
        _export(tmp_path / f"a{extension}", np.zeros((30, 30), dtype=bool))
        assert (tmp_path / f"a{extension}").exists()


def _structure(text):
    """Read a CraterStats file as its own reader does: ``name = value``, ``name = {fields``."""
    values, table = {}, None
    for line in (written.split("#")[0].strip() for written in text.splitlines()):
        if not line:
            continue
        if line == "}":
            table = None
        elif table is not None:
            for field, word in zip(table, re.split(r"[\t ]+", line), strict=True):
                table[field].append(word)
        elif "{" in line:
            name, fields = line.split("=", 1)
            table = values[name.strip()] = {f.strip(" {"): [] for f in fields.split(",")}
        else:
            name, value = line.split("=", 1)
            values[name.strip()] = value.strip()
    return values


def test_craterstats_gets_kilometres_the_area_and_whole_craters_only(tmp_path):
    image = _moon(EQUIRECTANGULAR, (100.0, 0.0, 0.0, 0.0, -100.0, 20_000.0))
    member = _disc((400, 300), 200, 150, 40) | _disc((400, 300), 399, 50, 20)
    missing = np.zeros(member.shape, dtype=bool)
    missing[:100] = True
    area_km2 = 30.0 * 30.0
    _export(tmp_path / "a.diam", member, image, missing=missing)
    diam = _structure((tmp_path / "a.diam").read_text())
    assert float(diam["area"]) == pytest.approx(area_km2, rel=1e-3)
    assert [float(v) for v in diam["crater"]["diameter"]] == pytest.approx([8.0], rel=0.01)
    _export(tmp_path / "a.scc", member, image, missing=missing)
    scc = _structure((tmp_path / "a.scc").read_text())
    assert float(scc["a_axis_radius"].split(" ")[0]) == 1737.4
    assert float(scc["Total_area"].split(" ")[0]) == pytest.approx(area_km2, rel=1e-3)
    crater, edge = scc["crater"], scc["unit_boundary"]
    assert [float(v) for v in crater["diam"]] == pytest.approx([8.0], rel=0.01)
    assert float(crater["lat"][0]) == pytest.approx(-50 / MOON_M * 180 / np.pi, abs=1e-5)
    assert set(edge["tag"]) == {"ext"}
    ring = [[float(v) for v in edge[name]] for name in ("lon", "lat")]
    enclosed, _ = pyproj.Geod(a=MOON_M, b=MOON_M).polygon_area_perimeter(*ring)
    assert abs(enclosed) / 1e6 == pytest.approx(30.0 * 40.0, rel=1e-3)


def test_the_area_of_a_polar_image_is_that_on_the_ground(tmp_path):
    image = _moon(SOUTH_POLE, (1000.0, 0.0, -300_000.0, 0.0, -1000.0, 300_000.0))
    _export(tmp_path / "a.diam", np.zeros((600, 600), dtype=bool), image)
    area = float(_structure((tmp_path / "a.diam").read_text())["area"])
    x = np.linspace(-300, 300, 2001)
    scale = 1 + (x[:, None] ** 2 + x**2) / (2 * MOON_M / 1000) ** 2
    assert area == pytest.approx(np.mean(scale**-2) * 600**2, rel=1e-3)


def test_what_a_table_cannot_hold_is_refused_before_the_work(tmp_path):
    exporter, source = CraterExporter(), _source((5, 5))
    with pytest.raises(SettingsError, match="CraterStats needs kilometres"):
        exporter.start(source, tmp_path / "a.diam", ExportLayers(_SCHEME))
    with pytest.raises(SettingsError, match="holds no probabilities"):
        exporter.start(source, tmp_path / "a.csv", ExportLayers(_SCHEME, PROBABILITIES))
    (tmp_path / "b.csv").mkdir()
    with pytest.raises(WriteError, match="is a folder"):
        exporter.start(source, tmp_path / "b.csv", ExportLayers(_SCHEME))
    with pytest.raises(WriteError, match="cannot be written"):
        exporter.start(source, tmp_path / "none" / "b.csv", ExportLayers(_SCHEME))


def test_an_unfinished_export_leaves_nothing(tmp_path):
    writer = CraterExporter().start(_source((9, 5)), tmp_path / "a.gpkg", ExportLayers(_SCHEME))
    zeros = np.zeros((2, 4, 5), dtype=np.float32)
    writer.write(0, zeros[0].astype(np.uint8), zeros)
    with pytest.raises(ShapeError):
        writer.write(5, zeros[0].astype(np.uint8), zeros)
    with pytest.raises(ShapeError, match="4 rows of 9"):
        writer.commit()
    writer.abort()
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_stays_unless_it_may_be_replaced(tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    writer = CraterExporter().start(_source((4, 5)), tmp_path / "a.csv", ExportLayers(_SCHEME))
    writer.write(0, np.zeros((4, 5), dtype=np.uint8), np.zeros((2, 4, 5), dtype=np.float32))
    with pytest.raises(WriteError, match="exists"):
        writer.commit(overwrite=False)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "mine"
