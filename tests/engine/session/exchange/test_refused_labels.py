"""What is damaged or does not fit is refused with a hint."""

from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.errors import NotGeoreferencedWarning

from engine.errors import DataError, EngineError, ReadError, SettingsError
from engine.session.exchange.base import LabelSource, apply_labels
from engine.session.exchange.formats import FORMATS, label_format
from engine.session.exchange.titles import TITLES
from tests.engine.session.exchange.round_trips import BY_KEY, SCHEME, new_document


def test_an_unknown_class_adds_nothing(volume, tmp_path):
    path = tmp_path / "out.npy"
    data = np.full([axis.size for axis in volume.axes], -1, np.int16)
    data[0], data[1] = 1, 7
    np.save(path, data)
    labels = new_document(volume)
    with pytest.raises(DataError, match="class 7"):
        apply_labels(labels, BY_KEY["npy"].read(path, volume, SCHEME), "Ann")
    assert labels.pristine


BAD = {
    "png": [b"", b"not a picture"],
    "npy": [b"", b"\x93NUMPY"],
    "segy": [b"", b"C" * 4000],
    "geotiff": [b"", b"II*\x00"],
    "charisma": [b"INLINE- 1 2 3", b"INLINE- a b c d e f g", b"INLINE- nan 1 1 1 1 F 1"],
    "irap": [b"1 2", b"x y z", b"1 2 inf"],
    "coco": [
        b"",
        b"[" * 100_000,
        b"[]",
        b'{"categories": [], "images": [], "annotations": [{}]}',
        b'{"categories": [{"id": 1, "name": "cow"}], "images": [], "annotations": []}',
        b'{"categories": [], "images": [{"id": 1, "file_name": "a.png"}], "annotations": []}',
    ],
    "classes": [b"", b"{}", b"[" * 100_000, b'{"classes": [{"name": 1}]}'],
}


@pytest.mark.parametrize("key", BAD)
def test_damaged_files_are_refused_with_a_hint(volume, image, tmp_path, key):
    opened = image if key == "geotiff" else volume
    name = "inline_1.png" if key == "png" else f"bad{BY_KEY[key].extensions[0]}"
    for content in BAD[key]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(EngineError):
            BY_KEY[key].read(tmp_path / name, opened, SCHEME)
    with pytest.raises(EngineError):
        BY_KEY[key].read(tmp_path / f"missing-{name}", opened, SCHEME)


def coco_with(volume, segmentation):
    number = volume.axis_along("inline").value(0)
    return json.dumps(
        {
            "categories": [{"id": 1, "name": "salt"}],
            "images": [{"id": 1, "file_name": f"inline_{number:g}.png"}],
            "annotations": [{"image_id": 1, "category_id": 1, "segmentation": segmentation}],
        }
    )


@pytest.mark.parametrize(
    "segmentation",
    [
        "text",
        [[1, 2, 3]],
        [["a", "b"]],
        {"counts": [10**12], "size": [1, 1]},
        {"counts": "abc", "size": [1, 1]},
        {"size": [1, 1]},
    ],
)
def test_areas_that_make_no_sense_are_refused(volume, tmp_path, segmentation):
    (tmp_path / "a.json").write_text(coco_with(volume, segmentation))
    with pytest.raises((ReadError, DataError)):
        BY_KEY["coco"].read(tmp_path / "a.json", volume, SCHEME)


def test_other_sizes_and_kinds_are_refused(volume, image, tmp_path):
    Image.new("P", (3, 3)).save(tmp_path / f"inline_{volume.axis_along('inline').first:g}.png")
    path = next(tmp_path.glob("inline_*.png"))
    with pytest.raises(DataError, match="the section has"):
        BY_KEY["png"].read(path, volume, SCHEME)
    with pytest.raises(ReadError, match="is named after no section"):
        BY_KEY["png"].read(path, image, SCHEME)
    for key in ("npy", "segy", "charisma", "irap"):
        with pytest.raises(EngineError):
            BY_KEY[key].write(LabelSource.of(new_document(image), image), tmp_path / f"out.{key}")
    with pytest.raises(DataError):
        BY_KEY["geotiff"].write(LabelSource.of(new_document(volume), volume), tmp_path / "o.tif")
    with (
        pytest.warns(NotGeoreferencedWarning),
        rasterio.open(
            tmp_path / "s.tif", "w", driver="GTiff", height=2, width=2, count=1, dtype="uint8"
        ),
    ):
        pass
    with pytest.raises(DataError, match="the image has"):
        BY_KEY["geotiff"].read(tmp_path / "s.tif", image, SCHEME)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("a.npy", "npy"),
        ("a.SGY", "segy"),
        ("a.tiff", "geotiff"),
        ("a.json", "coco"),
        ("a.classes.json", "classes"),
        ("folder", "png"),
        ("inline_3.png", "png"),
    ],
)
def test_the_name_tells_the_format(tmp_path, name, key):
    assert label_format(tmp_path / name).key == key
    assert label_format(tmp_path / name, "coco").key == "coco"


def test_dialogs_offer_every_format_with_its_extensions():
    assert list(TITLES) == [item.key for item in FORMATS]
    for item in FORMATS:
        assert all(f"*{end}" in TITLES[item.key] for end in item.extensions)


def test_unknown_names_are_refused(tmp_path):
    with pytest.raises(SettingsError, match="unknown"):
        label_format(tmp_path / "a.doc")
