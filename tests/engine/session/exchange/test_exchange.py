"""What is written in other programs' formats comes back, and others can read it."""

import json

import numpy as np
import pytest
import rasterio
import segyio
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from rasterio.errors import NotGeoreferencedWarning

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import LEFT_OUT, UNLABELLED
from engine.errors import DataError, EngineError, ReadError, SettingsError
from engine.readers.detect import open_volume
from engine.session.edits import LabelKey, Pick
from engine.session.exchange.base import LabelSource, apply_labels
from engine.session.exchange.coco import _inside, _run_lengths
from engine.session.exchange.formats import FORMATS, label_format
from engine.session.exchange.titles import TITLES
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument
from tests.rasters import write_raster
from tests.synthetic import write_segy

SCHEME = LabelScheme(
    ClassScheme(
        (
            SegmentationClass("rock", "#8c8c8c", background=True),
            SegmentationClass("salt", "#e69f00"),
            SegmentationClass("Big fault", "#ff2d2d"),
        )
    )
)
BY_KEY = {item.key: item for item in FORMATS}


@pytest.fixture
def volume(tmp_path):
    write_segy(tmp_path / "a.sgy")
    opened = open_volume(tmp_path / "a.sgy")
    yield opened
    opened.close()


@pytest.fixture
def image(tmp_path):
    write_raster(tmp_path / "a.tif")
    opened = open_volume(tmp_path / "a.tif")
    yield opened
    opened.close()


def new_document(volume):
    return LabelDocument(volume.section_shape, SCHEME)


def paint(labels, volume, direction, index, seed=0, values=(0, 1, 2, LEFT_OUT, UNLABELLED)):
    rng = np.random.default_rng(seed)
    shape = volume.section_shape(direction, index)
    classes = rng.choice(np.array(values, np.uint8), shape)
    labels.paint(LabelKey("Ann", direction, index), 0, 0, classes, title="Brush")
    return classes


def round_trip(labels, volume, key, path):
    BY_KEY[key].write(LabelSource.of(labels, volume), path)
    back = new_document(volume)
    imported = BY_KEY[key].read(path, volume, SCHEME)
    apply_labels(back, imported, "Bea")
    return back, imported


def classes_of(labels):
    return {(s.direction, s.index): s.classes.tolist() for s in labels.labelled_sections()}


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


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_run_lengths_come_back(n_rows, n_cols, seed):
    inside = np.random.default_rng(seed).integers(0, 2, (n_rows, n_cols)).astype(np.uint8)
    packed = _run_lengths(inside)
    assert sum(packed["counts"]) == inside.size
    assert np.array_equal(_inside(packed, inside.shape), inside)


def sticks(volume):
    z = volume.directions[2]
    return (
        Pick("1", "stick", "inline", 2, ((0.0, 1.0), (1.5, 4.25)), 2, author="Ann", name="North 1"),
        Pick("2", "stick", "crossline", 1, ((0.5, 0.0), (2.0, 6.0)), 2, author="Ann"),
        Pick("3", "polyline", z, 3, ((0.5, 0.5), (1.25, 2.0)), 1, author="Ann"),
    )


def close(picks, expected, names):
    assert [(p.kind, p.direction, p.index) for p in picks] == [
        (p.kind, p.direction, p.index) for p in expected
    ]
    for pick, wanted in zip(picks, expected, strict=True):
        assert np.allclose(pick.nodes, wanted.nodes, atol=2e-3)
    assert [p.name for p in picks] == names


def test_fault_sticks_come_back_and_look_like_those_of_charisma(volume, tmp_path):
    labels = new_document(volume)
    for pick in sticks(volume):
        labels.add_pick(pick)
    path = tmp_path / "out.dat"
    back, imported = round_trip(labels, volume, "charisma", path)
    close(imported.picks, sticks(volume)[:2], ["North_1", "Big_fault"])
    assert [pick.class_id for pick in imported.picks] == [2, 2]
    assert {pick.author for pick in back.all_picks()} == {"Bea"}
    words = path.read_text().splitlines()[0].split()
    inline, crossline = volume.axis_along("inline"), volume.axis_along("crossline")
    assert words[0] == "INLINE-"
    assert float(words[1]) == inline.value(2)
    assert float(words[2]) == crossline.value(0)
    x, y = volume.survey.xy(inline.value(2), crossline.value(0))
    assert (float(words[3]), float(words[4])) == pytest.approx((x, y), abs=1e-3)
    assert words[6:] == ["North_1", "1"]


@pytest.mark.parametrize(
    "line",
    [
        "INLINE- {0} {1} {2} {3} {4} F 1",
        "INLINE-\t0\t0\t{2}\t{3}\t{4}\tF\t1",
        "{0} {1} {2} {3} {4} F 1",
    ],
)
def test_fault_sticks_of_other_programs_are_read(volume, tmp_path, line):
    inline, crossline = volume.axis_along("inline"), volume.axis_along("crossline")
    z = volume.axes[2]
    rows = []
    for col, row in ((0, 1), (1, 4)):
        place = inline.value(1), crossline.value(col)
        rows.append(line.format(*place, *volume.survey.xy(*place), z.value(row)))
    path = tmp_path / "sticks.dat"
    path.write_text("# a comment\n" + "\n".join(rows) + "\n")
    (pick,) = BY_KEY["charisma"].read(path, volume, SCHEME).picks
    assert (pick.direction, pick.index, pick.name) == ("inline", 1, "F")
    assert np.allclose(pick.nodes, [(0, 1), (1, 4)], atol=1e-6)


def test_a_stick_across_lines_is_told_and_left(volume, tmp_path):
    path = tmp_path / "sticks.dat"
    path.write_text("INLINE- 1.3 20 0 0 0 F 1\nINLINE- 4.7 22 0 0 9 F 1\n")
    imported = BY_KEY["charisma"].read(path, volume, SCHEME)
    assert imported.picks == ()
    assert "F 1 lies on no single section" in imported.notes[0]


def test_polylines_come_back_with_the_separators_of_irap(volume, tmp_path):
    labels = new_document(volume)
    for pick in sticks(volume):
        labels.add_pick(pick)
    path = tmp_path / "out.pol"
    _, imported = round_trip(labels, volume, "irap", path)
    expected = [Pick(p.id, "polyline", p.direction, p.index, p.nodes, 0) for p in sticks(volume)]
    close(imported.picks, expected, ["", "", ""])
    rows = [[float(word) for word in line.split()] for line in path.read_text().splitlines()]
    assert [n for n, row in enumerate(rows) if row == [999.0] * 3] == [2, 5, 8]


def test_importing_the_same_picks_twice_adds_them_once(volume, tmp_path):
    labels = new_document(volume)
    labels.add_pick(sticks(volume)[0])
    back, imported = round_trip(labels, volume, "charisma", tmp_path / "out.dat")
    assert apply_labels(back, imported, "Bea") == 0


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
