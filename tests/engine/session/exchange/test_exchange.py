"""What is written in other programs' formats comes back, and others can read it."""

from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio
import segyio
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.core.labels import UNLABELLED
from engine.errors import DataError
from engine.readers.detect import open_volume
from engine.session.edits import LabelKey
from engine.session.exchange.base import LabelSource, apply_labels
from engine.session.exchange.coco import _inside, _run_lengths
from engine.session.exchange.formats import label_format
from tests.engine.session.exchange.round_trips import (
    BY_KEY,
    SCHEME,
    classes_of,
    new_document,
    paint,
    round_trip,
)


def test_png_has_the_colours_of_the_classes_and_comes_back(volume, tmp_path):
    labels = new_document(volume)
    paint(labels, volume, "inline", 1)
    paint(labels, volume, volume.directions[2], 3, seed=1)
    back, _ = round_trip(labels, volume, "png", tmp_path / "out")
    assert classes_of(back) == classes_of(labels)
    number = volume.axis_along("inline").value(1)
    with Image.open(tmp_path / "out" / f"inline_{number:g}.png") as image:
        assert image.mode == "P"
        ids = np.asarray(image)
        colors = np.asarray(image.convert("RGBA"))
    assert ids.tolist() == classes_of(labels)["inline", 1]
    row, col = np.argwhere(ids == 1)[0]
    assert colors[row, col].tolist() == [0xE6, 0x9F, 0x00, 255]
    row, col = np.argwhere(ids == UNLABELLED)[0]
    assert colors[row, col, 3] == 0


def test_one_section_is_the_png_file_that_was_named_and_comes_back(volume, tmp_path):
    labels = new_document(volume)
    paint(labels, volume, "inline", 1)
    source = LabelSource.of(labels, volume)
    for name in ("x.png", "inline_0.PNG", "twt_y.png"):
        assert BY_KEY["png"].write(source, tmp_path / name).paths == (tmp_path / name,)
    for name in ("x.png", "twt_y.png"):
        back = new_document(volume)
        apply_labels(back, BY_KEY["png"].read(tmp_path / name, volume, SCHEME), "Bea")
        assert classes_of(back) == classes_of(labels)


def test_several_sections_are_a_folder_without_the_end_of_a_file(volume, tmp_path):
    labels = new_document(volume)
    paint(labels, volume, "inline", 1)
    paint(labels, volume, "inline", 2)
    paths = BY_KEY["png"].write(LabelSource.of(labels, volume), tmp_path / "x.png").paths
    assert {path.parent for path in paths} == {tmp_path / "x"}
    assert len(paths) == 2
    assert not (tmp_path / "x.png").exists()


def test_no_labels_make_no_png(volume, tmp_path):
    for name in ("x.png", "x"):
        with pytest.raises(DataError, match="no labels to export"):
            BY_KEY["png"].write(LabelSource.of(new_document(volume), volume), tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == {"a.sgy"}


@pytest.mark.parametrize(("key", "name"), [("npy", "out.npy"), ("segy", "out.sgy")])
def test_a_class_volume_comes_back(volume, tmp_path, key, name):
    labels = new_document(volume)
    paint(labels, volume, "inline", 0)
    paint(labels, volume, "inline", 2, seed=1)
    back, _ = round_trip(labels, volume, key, tmp_path / name)
    assert classes_of(back) == classes_of(labels)


def test_segyio_finds_the_geometry_of_the_volume_in_a_class_volume(volume, tmp_path):
    labels = new_document(volume)
    classes = paint(labels, volume, "inline", 1)
    BY_KEY["segy"].write(LabelSource.of(labels, volume), tmp_path / "out.sgy")
    with segyio.open(tmp_path / "a.sgy") as source, segyio.open(tmp_path / "out.sgy") as written:
        assert written.ilines.tolist() == source.ilines.tolist()
        assert written.xlines.tolist() == source.xlines.tolist()
        found = written.iline[source.ilines[1]].T
        assert np.array_equal(found, np.where(classes == UNLABELLED, -1.0, classes))
        assert (written.iline[source.ilines[0]] == -1).all()


def test_sections_of_other_directions_are_in_the_volume_too(volume, tmp_path):
    labels = new_document(volume)
    crossline = paint(labels, volume, "crossline", 2)
    slice_ = paint(labels, volume, volume.directions[2], 3, seed=2, values=(UNLABELLED, 1))
    BY_KEY["npy"].write(LabelSource.of(labels, volume), tmp_path / "out.npy")
    data = np.load(tmp_path / "out.npy")
    assert data.shape == tuple(axis.size for axis in volume.axes)
    apart = np.arange(data.shape[2]) != 3
    assert np.array_equal(data[:, 2, apart], crossline.T[:, apart])
    apart = np.arange(data.shape[1]) != 2
    assert np.array_equal(data[:, apart, 3], slice_[:, apart])


@pytest.mark.parametrize(("key", "name"), [("png", "out"), ("npy", "out.npy")])
def test_labels_of_an_array_without_names_come_back(tmp_path, key, name):
    np.save(tmp_path / "a.npy", np.ones((3, 4, 5), np.float32))
    array = open_volume(tmp_path / "a.npy")
    labels = new_document(array)
    paint(labels, array, array.directions[0], 1)
    back, _ = round_trip(labels, array, key, tmp_path / name)
    array.close()
    assert classes_of(back) == classes_of(labels)


def test_geotiff_has_the_grid_of_the_image_and_comes_back(image, tmp_path):
    labels = new_document(image)
    paint(labels, image, "image", 0)
    back, _ = round_trip(labels, image, "geotiff", tmp_path / "out.tif")
    assert classes_of(back) == classes_of(labels)
    with rasterio.open(tmp_path / "a.tif") as source, rasterio.open(tmp_path / "out.tif") as file:
        assert file.crs == source.crs
        assert file.transform == source.transform


def test_geotiff_of_a_labelled_overview_has_the_grid_of_the_image(
    large_image, tmp_path, monkeypatch
):
    monkeypatch.setattr("engine.session.exchange.class_image._STRIP", 7)
    labels = new_document(large_image)
    paint(labels, large_image, "image", 0)
    ids = labels.merged("image", 0).classes
    written = BY_KEY["geotiff"].write(LabelSource.of(labels, large_image), tmp_path / "out.tif")
    assert written.notes == ("labelled on the overview: 3 x 2.96 pixels have one label",)
    with rasterio.open(tmp_path / "out.tif") as file:
        pixels = file.read(1)
    # 27 columns of the overview over 80 of the image: the last ends where the image does.
    assert np.array_equal(pixels, ids.repeat(3, axis=0)[:, np.arange(80) * 27 // 80])
    (section,) = BY_KEY["geotiff"].read(tmp_path / "out.tif", large_image, SCHEME).sections
    assert np.array_equal(section.classes, ids)


def test_coco_comes_back_with_holes(volume, tmp_path):
    labels = new_document(volume)
    paint(labels, volume, "inline", 1, values=(0, 1, 2, UNLABELLED))
    ring = np.full(volume.section_shape("inline", 2), UNLABELLED, np.uint8)
    ring[1:6, :5] = 1
    ring[2:5, 1:3] = UNLABELLED
    labels.paint(LabelKey("Ann", "inline", 2), 0, 0, ring, title="Polygon")
    back, _ = round_trip(labels, volume, "coco", tmp_path / "out.json")
    assert classes_of(back) == classes_of(labels)
    value = json.loads((tmp_path / "out.json").read_text())
    assert [c["name"] for c in value["categories"]] == ["rock", "salt", "Big fault"]
    last = value["annotations"][-1]
    assert last["area"] == np.count_nonzero(ring == 1)
    assert last["bbox"] == [0, 1, min(5, ring.shape[1]), 5]


@settings(max_examples=60, derandomize=True)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_run_lengths_come_back(n_rows, n_cols, seed):
    inside = np.random.default_rng(seed).integers(0, 2, (n_rows, n_cols)).astype(np.uint8)
    packed = _run_lengths(inside)
    assert sum(packed["counts"]) == inside.size
    assert np.array_equal(_inside(packed, inside.shape), inside)


def test_classes_come_back(volume, tmp_path):
    labels = new_document(volume)
    labels.set_scheme(SCHEME.with_lock(1, locked=True))
    path = tmp_path / "salt.classes.json"
    back, _ = round_trip(labels, volume, label_format(path).key, path)
    assert back.scheme == labels.scheme


def test_an_import_is_one_step_and_keeps_what_it_does_not_name(volume, tmp_path):
    labels = new_document(volume)
    paint(labels, volume, "inline", 1, values=(1, UNLABELLED))
    paint(labels, volume, "inline", 2, values=(1, UNLABELLED))
    BY_KEY["png"].write(LabelSource.of(labels, volume), tmp_path / "out")
    other = new_document(volume)
    before = paint(other, volume, "inline", 1, seed=5, values=(2,))
    imported = BY_KEY["png"].read(tmp_path / "out", volume, SCHEME)
    apply_labels(other, imported, "Ann")
    new = labels.merged("inline", 1).classes
    expected = np.where(new == UNLABELLED, before, new)
    assert np.array_equal(other.merged("inline", 1).classes, expected)
    other.undo()
    assert np.array_equal(other.merged("inline", 1).classes, before)
    assert other.undo_text == "Brush"
