"""``outcrop predict`` of images, from the command line to the files."""

from __future__ import annotations

import csv
import json

import numpy as np
import pyogrio
import pytest
import rasterio

from engine.cli.main import main
from tests.bundles import write_bundle
from tests.rasters import write_raster
from tests.synthetic import write_segy

_SIDE = 300


@pytest.fixture
def predict(tmp_path, capsys):
    """Run the command on an image with a random model; return code, output, errors."""
    model = write_bundle(tmp_path / "tiny").path
    data = np.random.default_rng(0).normal(100, 20, (_SIDE, 200)).astype(np.float32)
    data[:30, :40] = np.nan
    write_raster(tmp_path / "in.tif", data)

    def run(name, *options, source="in.tif"):
        arguments = [tmp_path / source, "--model", model, "--out", tmp_path / name]
        code = main(["predict", *map(str, arguments), "--device", "cpu", *options])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_mask_lies_on_the_grid_of_the_image(predict, tmp_path):
    code, text, errors = predict("out.tif")
    assert (code, errors) == (0, "")
    assert "300 x 200 pixels, as the source" in text
    with rasterio.open(tmp_path / "in.tif") as source, rasterio.open(tmp_path / "out.tif") as mask:
        assert mask.transform == source.transform
        assert mask.crs == source.crs
        values = mask.read(1)
    assert (values[:30, :40] == 255).all()
    assert set(np.unique(values[40:])) <= {0, 1}
    record = json.loads((tmp_path / "out.tif.json").read_text())
    assert record["files"] == ["out.tif"]
    assert record["provenance"]["source"] == "in.tif"


def test_probabilities_sum_to_one(predict, tmp_path):
    assert predict("out.tif", "--probabilities")[0] == 0
    with rasterio.open(tmp_path / "out.tif") as file:
        values = file.read()
        assert file.descriptions == ("rock", "fault")
    np.testing.assert_allclose(values[:, 40:].sum(axis=0), 1, atol=1e-5)
    assert np.isnan(values[:, :30, :40]).all()


@pytest.mark.parametrize("extension", ["gpkg", "geojson", "shp", "csv", "diam", "scc"])
def test_craters_are_written_in_every_format(extension, predict, tmp_path):
    before = set(tmp_path.iterdir())
    code, text, errors = predict(f"out.{extension}")
    assert (code, errors) == (0, "")
    assert "craters" in text
    new = set(tmp_path.iterdir()) - before
    assert tmp_path / f"out.{extension}" in new
    assert not [path for path in new if path.name.endswith(".part")]


def test_polygons_and_table_tell_of_the_same_craters(predict, tmp_path):
    predict("out.gpkg")
    predict("other.csv")
    _, _, shapes, _ = pyogrio.raw.read(tmp_path / "out.gpkg", layer="ellipses")
    with (tmp_path / "other.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == len(shapes)


def test_an_exported_mask_is_not_segmented_by_mistake(predict):
    assert predict("out.tif")[0] == 0
    code, _, errors = predict("again.tif", source="out.tif")
    assert code == 1
    assert "holds classes that Outcrop exported" in errors


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("out.sgy", (), "no exporter of images for '.sgy'"),
        ("out", (), "names without extension"),
        ("out.tif", ("--direction", "inline"), "has no directions"),
        ("out.tif", ("--lines", "1:2"), "has no lines"),
        ("out.tif", ("--sample-format", "int8"), "--sample-format"),
        ("out.csv", ("--probabilities",), "holds no probabilities"),
        ("out.tif", ("--band", "3"), "no band 3, there are 1"),
        ("out.tif", ("--iline", "5"), "images have no option --iline"),
        ("out.tif", ("--model", "nowhere"), "nowhere"),
        ("none/out.tif", (), "its folder does not exist"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_message(name, options, words, predict, tmp_path):
    before = set(tmp_path.iterdir())
    code, text, errors = predict(name, *options)
    assert (code, text) == (1, "")
    assert words in errors
    assert len(errors.strip().splitlines()) == 2
    assert set(tmp_path.iterdir()) == before


def test_an_existing_output_stays_without_overwrite(predict, tmp_path):
    (tmp_path / "out.ellipses.geojson").write_text("mine")
    code, _, errors = predict("out.geojson")
    assert code == 1
    assert "out.ellipses.geojson: exists" in errors
    assert predict("out.geojson", "--overwrite")[0] == 0
    assert (tmp_path / "out.ellipses.geojson").read_text() != "mine"


def test_infinite_pixels_are_refused_unless_taken_as_missing(predict, tmp_path):
    data = np.ones((60, 60), dtype=np.float32)
    data[50, 3] = np.inf
    write_raster(tmp_path / "bad.tif", data)
    code, _, errors = predict("out.tif", source="bad.tif")
    assert code == 1
    assert "--nan-as-no-data" in errors
    assert not (tmp_path / "out.tif").exists()
    assert predict("out.tif", "--nan-as-no-data", source="bad.tif")[0] == 0


def test_options_for_images_are_refused_for_other_data(predict, tmp_path):
    write_segy(tmp_path / "in.sgy")
    code, _, errors = predict("out.sgy", "--band", "1", source="in.sgy")
    assert code == 1
    assert "SEG-Y has no option --band" in errors
