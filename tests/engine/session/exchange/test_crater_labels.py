"""Labelled craters go out as tables, and tables of craters come in as labels."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from engine.core.labels import CERTAIN, LEFT_OUT, PROBABLE, UNLABELLED
from engine.errors import DataError, ReadError, SettingsError
from engine.jobs.context import NULL_JOB
from engine.readers.detect import open_volume
from engine.session.edits import LabelKey
from engine.session.exchange.base import LabelSource
from tests.engine.session.exchange.round_trips import BY_KEY, SCHEME, new_document, round_trip
from tests.rasters import write_raster


def _ellipse(shape, row, col, down, across):
    rows, cols = np.mgrid[: shape[0], : shape[1]]
    return ((rows - row) / down) ** 2 + ((cols - col) / across) ** 2 <= 1


@pytest.fixture
def labels(image):
    """A round crater, probable; a long one of another class, certain; nothing beside them."""
    document = new_document(image)
    classes = np.full(image.shape, UNLABELLED, np.uint8)
    classes[_ellipse(image.shape, 20, 20, 8, 8)] = 1
    classes[_ellipse(image.shape, 40, 50, 6, 14)] = 2
    certainty = np.full(image.shape, CERTAIN, np.uint8)
    certainty[classes == 1] = PROBABLE
    certainty[classes == UNLABELLED] = 0
    document.paint(LabelKey("Ann", "image", 0), 0, 0, classes, certainty, title="Brush")
    return document


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _area(path):
    (line,) = (line for line in path.read_text().splitlines() if line.startswith("area"))
    return float(line.partition("=")[2])


def test_labelled_craters_are_measured_in_the_table(labels, image, tmp_path):
    BY_KEY["craters"].write(LabelSource.of(labels, image), tmp_path / "out.csv")
    round_one, long = sorted(_rows(tmp_path / "out.csv"), key=lambda row: float(row["row"]))
    assert (round_one["class"], long["class"]) == ("salt", "Big fault")
    assert float(round_one["diameter_m"]) == pytest.approx(16 * 5, rel=0.05)
    assert float(long["longest_px"]) == pytest.approx(28, rel=0.05)
    assert float(long["angle"]) == pytest.approx(0, abs=2)
    assert (float(round_one["confidence"]), float(long["confidence"])) == (0.5, 1.0)
    assert round_one["cut"] == long["cut"] == "0"


def test_a_table_comes_back_as_labels_and_leaves_the_rest(labels, image, tmp_path):
    back, imported = round_trip(labels, image, "craters", tmp_path / "out.csv")
    assert imported.notes == ("2 craters; what lies between is not labelled",)
    before, after = (d.merged("image", 0).classes for d in (labels, back))
    for class_id in (1, 2):
        both = np.count_nonzero((before == class_id) & (after == class_id))
        either = np.count_nonzero((before == class_id) | (after == class_id))
        assert both > 0.93 * either
    assert set(np.unique(after)) == {1, 2, UNLABELLED}


@pytest.mark.parametrize("name", ["out.diam", "out.scc"])
def test_craterstats_tables_come_back(labels, image, tmp_path, name):
    back, _ = round_trip(labels, image, "craters", tmp_path / name)
    after = back.merged("image", 0).classes
    # These tables know circles only, and no classes.
    round_one = _ellipse(image.shape, 20, 20, 8, 8)
    assert np.count_nonzero(round_one ^ ((after == 2) & (np.indices(image.shape)[1] < 32))) < 15
    assert set(np.unique(after)) == {2, UNLABELLED}


def test_what_is_left_out_cuts_a_crater_and_takes_no_area(labels, image, tmp_path):
    source = LabelSource.of(labels, image)
    BY_KEY["craters"].write(source, tmp_path / "whole.diam")
    classes = labels.merged("image", 0).classes.copy()
    classes[:, 60:] = LEFT_OUT
    labels.paint(LabelKey("Ann", "image", 0), 0, 0, classes, title="Brush")
    source = LabelSource.of(labels, image)
    BY_KEY["craters"].write(source, tmp_path / "out.csv")
    assert [row["cut"] for row in _rows(tmp_path / "out.csv")] == ["0", "1"]
    BY_KEY["craters"].write(source, tmp_path / "part.diam")
    whole_area, part_area = (_area(tmp_path / name) for name in ("whole.diam", "part.diam"))
    assert part_area / whole_area == pytest.approx(60 / image.shape[1], rel=1e-3)


def test_once_background_is_labelled_the_rest_has_not_been_looked_at(labels, image, tmp_path):
    source = LabelSource.of(labels, image)
    BY_KEY["craters"].write(source, tmp_path / "whole.diam")
    classes = labels.merged("image", 0).classes.copy()
    classes[:30, :40][classes[:30, :40] == UNLABELLED] = 0
    labels.paint(LabelKey("Ann", "image", 0), 0, 0, classes, title="Brush")
    source = LabelSource.of(labels, image)
    BY_KEY["craters"].write(source, tmp_path / "out.csv")
    rows = sorted(_rows(tmp_path / "out.csv"), key=lambda row: float(row["row"]))
    assert [row["cut"] for row in rows] == ["0", "1"]
    BY_KEY["craters"].write(source, tmp_path / "part.diam")
    part = np.count_nonzero(classes != UNLABELLED) / classes.size
    whole_area, part_area = (_area(tmp_path / name) for name in ("whole.diam", "part.diam"))
    assert part_area / whole_area == pytest.approx(part, rel=1e-2)


def test_published_boxes_of_the_last_class_and_what_is_wrong_with_others(image, tmp_path):
    rows = ["1,10,5,20,10", "2,500,5,5,5", *("3,a,1,1,1",) * 12]
    (tmp_path / "a.txt").write_text("\n".join(["ID,X,Y,W,H", *rows]))
    imported = BY_KEY["craters"].read(tmp_path / "a.txt", image, SCHEME)
    (section,) = imported.sections
    rows, cols = np.nonzero(section.classes == len(SCHEME) - 1)
    assert (rows.min(), rows.max(), cols.min(), cols.max()) == (5, 14, 10, 29)
    assert imported.notes[0].startswith("1 crater;")
    assert imported.notes[1].startswith("line 4 is no crater")
    assert imported.notes[-1] == "and 6 more"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ID,X,Y,W,H\n2,500,5,5,5\n", r"none of its rows is a crater on .* \(line 2\) outside"),
        ("ID,X,Y,W,H\n2,5,5\n", "none of its rows is a crater on .* line 2 is no crater"),
        ("ID,X,Y,W,H\n", "no crater of it lies on"),
        ("lon,lat,diameter_km\n200,5,1\n", r"no crater of it lies on .* \(line 2\) outside"),
    ],
)
def test_a_table_without_a_crater_of_the_image_is_refused(text, words, image, tmp_path):
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(DataError, match=words) as caught:
        BY_KEY["craters"].read(tmp_path / "a.txt", image, SCHEME)
    assert "table of that image" in caught.value.hint


def test_what_makes_no_table_is_refused(labels, volume, image, tmp_path):
    source = LabelSource.of(labels, image)
    with pytest.raises(SettingsError, match="written as"):
        BY_KEY["craters"].write(source, tmp_path / "out.txt")
    with pytest.raises(DataError, match="no crater is labelled"):
        BY_KEY["craters"].write(LabelSource.of(new_document(image), image), tmp_path / "out.csv")
    with pytest.raises(DataError, match="is no image"):
        BY_KEY["craters"].write(LabelSource.of(new_document(volume), volume), tmp_path / "out.csv")
    with pytest.raises(DataError, match="is no image"):
        BY_KEY["craters"].read(tmp_path / "none.csv", volume, SCHEME)
    with pytest.raises(ReadError, match="cannot be read"):
        BY_KEY["craters"].read(tmp_path / "none.csv", image, SCHEME)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == []


def test_craters_of_a_large_image_are_labelled_on_its_overview(large_image, tmp_path):
    large = large_image
    (tmp_path / "a.txt").write_text("X,Y,W,H\n30,15,24,18\n")
    (section,) = BY_KEY["craters"].read(tmp_path / "a.txt", large, SCHEME, NULL_JOB).sections
    rows, cols = np.nonzero(section.classes == len(SCHEME) - 1)
    assert (rows.min(), rows.max(), cols.min(), cols.max()) == (5, 10, 10, 17)
    document = new_document(large)
    document.paint(LabelKey("Ann", "image", 0), 0, 0, section.classes, title="Import")
    with pytest.raises(DataError, match=r"3 x 2\.96, too coarse"):
        BY_KEY["craters"].write(LabelSource.of(document, large), tmp_path / "out.csv")


def test_craterstats_needs_a_size(tmp_path):
    write_raster(tmp_path / "plain.tif", crs=None)
    plain = open_volume(tmp_path / "plain.tif")
    document = new_document(plain)
    classes = np.full(plain.shape, UNLABELLED, np.uint8)
    classes[_ellipse(plain.shape, 20, 20, 8, 8)] = 1
    document.paint(LabelKey("Ann", "image", 0), 0, 0, classes, title="Brush")
    with pytest.raises(SettingsError, match="not georeferenced"):
        BY_KEY["craters"].write(LabelSource.of(document, plain), tmp_path / "out.diam")
    round_trip(document, plain, "craters", tmp_path / "out.csv")
    plain.close()
