"""Labels that are frozen, and read back with the amplitudes below them."""

from __future__ import annotations

import json
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.core.labels import LEFT_OUT, UNLABELLED, LabelledSection
from engine.data.label_snapshot import freeze_labels, read_blocks, read_labels
from engine.data.sample_places import sample_places
from engine.data.snapshot_source import SnapshotSource
from engine.data.sources import open_source
from engine.errors import DataError, ReadError, WriteError
from engine.readers.detect import open_volume
from tests.engine.data.strokes import SURVEY, labelled_section
from tests.rasters import random_image, write_raster
from tests.records import write_prodml


def test_labels_weights_and_amplitudes_are_those_that_were_there(data):
    assert data.names == ("inline 102", "inline 108", "inline 116")
    assert data.positions.slices == (1, 4, 8)
    assert np.allclose(np.diff(data.positions.metres), (6 * 25, 8 * 25))
    values = SURVEY.expected()
    for row, index in enumerate((1, 4, 8)):
        expected, missing = labelled_section(index), np.isnan(values[index].T)
        assert np.array_equal(data.image(row), values[index].T, equal_nan=True)
        assert np.array_equal(data.labels(row)[~missing], expected.targets[~missing])
        assert np.array_equal(data.weights(row)[~missing], expected.weights[~missing])
    assert set(np.unique(data.weights(0))) == {0, 0.5, 1}


def test_no_data_is_neither_labelled_nor_weighed(data):
    assert (data.labels(1)[:, 3] == 255).all()
    assert (data.weights(1)[:, 3] == 0).all()


def test_pixels_are_counted_by_class_and_nothing_else_is(data):
    assert data.class_pixels.tolist() == [[24, 24]] * 3
    assert data.describe()["labelled_pixels"] == 144


def test_one_direction_is_taken_and_another_on_demand(frozen):
    other = open_source(SnapshotSource(frozen.volume, frozen.snapshot, "crossline"), 2)
    assert other.names == ("crossline 12",)
    other.close()
    with pytest.raises(DataError, match="direction 'twt'") as caught:
        open_source(SnapshotSource(frozen.volume, frozen.snapshot, "twt"), 2)
    assert "inline" in caught.value.hint


def test_later_strokes_do_not_reach_a_snapshot(volume, tmp_path):
    section = labelled_section(2)
    freeze_labels([section, labelled_section(6)], volume, tmp_path / "labels")
    section.classes[:] = 1
    block = read_blocks(tmp_path / "labels")[0]
    assert (read_labels(tmp_path / "labels", block).classes == UNLABELLED).any()


def test_sections_without_a_class_are_left_out_and_nothing_at_all_is_refused(volume, tmp_path):
    empty = np.full((30, 20), UNLABELLED, dtype=np.uint8)
    looked_at = np.full((30, 20), LEFT_OUT, dtype=np.uint8)
    zero = np.zeros((30, 20), dtype=np.uint8)
    nothing = [LabelledSection("inline", i, c, zero) for i, c in enumerate((empty, looked_at))]
    assert freeze_labels([*nothing, labelled_section(3)], volume, tmp_path / "labels") == 1
    with pytest.raises(DataError, match="nothing is labelled") as caught:
        freeze_labels(nothing, volume, tmp_path / "other")
    assert caught.value.hint
    assert not list(tmp_path.glob("other*"))


def _alone(tmp_path, kind):
    return SimpleNamespace(
        path=tmp_path / "file",
        kind=kind,
        directions=(kind,),
        axis_along=lambda _: Axis(kind, "1", 1, 1, 1),
    )


def test_a_line_is_cut_into_strips_and_those_with_labels_are_samples(tmp_path):
    line = _alone(tmp_path, "line")
    classes = np.full((900, 1640), UNLABELLED, dtype=np.uint8)
    classes[5, 3], classes[700, 3], classes[6, 420], classes[6, -1] = 0, 1, 1, 1
    certainty = np.where(classes < LEFT_OUT, 3, 0).astype(np.uint8)
    section = LabelledSection("line", 0, classes, certainty)
    samples = sample_places([section], line, 2)
    assert samples.places == (0, 410, 1435)
    assert samples.class_pixels.tolist() == [[1, 1], [0, 1], [0, 1]]
    freeze_labels([section], line, tmp_path / "labels")
    blocks = read_blocks(tmp_path / "labels")
    assert [(b.top, b.left, b.rows, b.cols) for b in blocks] == [
        (0, 0, 900, 205),
        (0, 410, 900, 205),
        (0, 1435, 900, 205),
    ]
    assert read_labels(tmp_path / "labels", blocks[1]).classes[6, 10] == 1


@pytest.mark.parametrize(
    ("shape", "part"), [((300, 600), (150, 200)), ((2100, 600), (420, 300)), ((800, 9), (200, 9))]
)
def test_an_image_is_cut_into_even_parts_along_its_longer_side(tmp_path, shape, part):
    image = _alone(tmp_path, "image")
    classes = np.full(shape, UNLABELLED, dtype=np.uint8)
    classes[-1, -1], classes[0, 0] = 0, 1
    certainty = np.where(classes < LEFT_OUT, 3, 0).astype(np.uint8)
    section = LabelledSection("image", 0, classes, certainty)
    samples = sample_places([section], image, 2)
    assert samples.axis.name == ("row" if shape[0] > shape[1] else "column")
    assert samples.places == (0, max(shape) - max(part))
    freeze_labels([section], image, tmp_path / "labels")
    assert {(b.rows, b.cols) for b in read_blocks(tmp_path / "labels")} == {part}


def test_an_image_is_read_where_it_is_labelled(tmp_path):
    pixels = random_image(60, 1100)
    write_raster(tmp_path / "moon.tif", pixels)
    image = open_volume(tmp_path / "moon.tif")
    classes = np.full(pixels.shape, UNLABELLED, dtype=np.uint8)
    classes[10:20, 30:40], classes[10:20, 1050:1060] = 0, 1
    section = LabelledSection(
        "image", 0, classes, np.where(classes < LEFT_OUT, 3, 0).astype(np.uint8)
    )
    freeze_labels([section], image, tmp_path / "labels")
    image.close()
    data = open_source(SnapshotSource(tmp_path / "moon.tif", tmp_path / "labels"), 2)
    assert data.names == ("image 1 rows 0-59 columns 0-219", "image 1 rows 0-59 columns 880-1099")
    assert data.positions.slices == (0, 880)
    assert np.array_equal(data.image(1), pixels[:, 880:])
    data.close()


def test_windows_of_a_record_are_samples(tmp_path):
    write_prodml(tmp_path / "record.h5")
    record = open_volume(tmp_path / "record.h5", window_s=0.02)
    size = record.axis_along("window").size
    assert size > 1
    ones = np.ones(record.section("window", 0).data.shape, dtype=np.uint8)
    sections = [LabelledSection("window", i, ones, ones) for i in (0, size - 1)]
    freeze_labels(sections, record, tmp_path / "labels")
    data = open_source(
        SnapshotSource(tmp_path / "record.h5", tmp_path / "labels", options={"window_s": 0.02}), 2
    )
    assert np.array_equal(data.image(1), record.section("window", size - 1).data)
    for opened in (data, record):
        opened.close()


def test_labels_of_another_size_or_class_are_refused_with_a_hint(volume, tmp_path):
    freeze_labels([labelled_section(1, (30, 19))], volume, tmp_path / "labels")
    data = open_source(SnapshotSource(volume.path, tmp_path / "labels"), 2)
    with pytest.raises(DataError, match="inline 102 is 30 x 20, but 30 x 19 was labelled"):
        data.image(0)
    data.close()
    freeze_labels([labelled_section(1, n_classes=3)], volume, tmp_path / "labels")
    with pytest.raises(DataError, match="class 2, but there are 2"):
        open_source(SnapshotSource(volume.path, tmp_path / "labels"), 2)


def test_a_damaged_snapshot_is_refused_before_anything_large_is_unpacked(frozen):
    path = frozen.snapshot / read_blocks(frozen.snapshot)[0].file
    whole = path.read_bytes()
    for bad in (b"", whole[: len(whole) // 2], b"no archive"):
        path.write_bytes(bad)
        with pytest.raises(ReadError, match="cannot be read"):
            open_source(frozen, 2)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("classes.npy", bytes(50_000_000))
        archive.writestr("certainty.npy", b"")
    with pytest.raises(ReadError, match="50000000 bytes of classes, not 600"):
        open_source(frozen, 2)
    np.savez_compressed(
        path, classes=np.zeros((20, 30), np.uint8), certainty=np.zeros((30, 20), np.uint8)
    )
    with pytest.raises(ReadError, match=r"shape \(20, 30\)"):
        open_source(frozen, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"file": "../x.npz"},
        {"rows": 31},
        {"top": -1},
        {"plane": [1 << 40, 1 << 40], "rows": 1 << 40},
        {"index": "x"},
    ],
)
def test_an_index_that_cannot_be_is_refused(frozen, change):
    path = frozen.snapshot / "labels.json"
    values = json.loads(path.read_text())
    values["samples"][0].update(change)
    path.write_text(json.dumps(values))
    with pytest.raises(ReadError):
        read_blocks(frozen.snapshot)


def test_a_folder_that_cannot_be_written_is_named(volume, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="labels cannot be kept") as caught:
        freeze_labels([labelled_section(1)], volume, tmp_path / "file" / "labels")
    assert caught.value.hint


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_a_snapshot_reads_back_what_was_frozen(tmp_path_factory, seed):
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in rng.integers(1, 40, 2))
    classes = rng.choice([0, 1, 5, LEFT_OUT, UNLABELLED], shape).astype(np.uint8)
    classes[0, 0] = 1
    certainty = np.asfortranarray(rng.integers(0, 4, shape).astype(np.uint8))
    folder = tmp_path_factory.mktemp("snapshot") / "labels"
    volume = SimpleNamespace(
        path=folder,
        kind="volume",
        directions=("inline",),
        axis_along=lambda _: Axis("inline", "1", 1, 1, 9),
    )
    freeze_labels([LabelledSection("inline", 3, classes, certainty)], volume, folder)
    (block,) = read_blocks(folder)
    again = read_labels(folder, block)
    assert np.array_equal(again.classes, classes)
    assert np.array_equal(again.certainty, certainty)
