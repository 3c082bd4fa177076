"""Labels that are frozen, and read back with the amplitudes below them."""

import json
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, PROBABLE, UNLABELLED, LabelledSection
from engine.data.augmentation import AugmentationSettings, augment
from engine.data.batches import BatchSettings, TrainingBatches
from engine.data.fitting import Fit, labelled_window
from engine.data.label_snapshot import (
    freeze_labels,
    read_blocks,
    read_labels,
)
from engine.data.sample_fingerprint import fingerprint_samples
from engine.data.sample_places import sample_places
from engine.data.snapshot_source import SnapshotSource
from engine.data.sources import open_source
from engine.errors import DataError, ReadError, WriteError
from engine.preprocessing.pipeline import Pipeline
from engine.readers.detect import open_volume
from engine.tasks.segmentation import InputSettings, ScoringRequest, score_model
from tests.rasters import random_image, write_raster
from tests.records import write_prodml
from tests.synthetic import SegySpec, write_segy

_SPEC = SegySpec(
    inlines=tuple(range(100, 120, 2)),
    crosslines=tuple(range(7, 27)),
    n_samples=30,
    dead=frozenset({(4, 3)}),
)


def _section(index, shape=(30, 20), direction="inline", n_classes=2):
    """A stroke of each class, with another certainty each."""
    classes = np.full(shape, UNLABELLED, dtype=np.uint8)
    certainty = np.zeros(shape, dtype=np.uint8)
    for k in range(n_classes):
        classes[2 + 6 * k : 5 + 6 * k, 1:9] = k
        certainty[2 + 6 * k : 5 + 6 * k, 1:9] = (CERTAIN, PROBABLE, POSSIBLE)[k % 3]
    classes[20:22, :4] = LEFT_OUT
    return LabelledSection(direction, index, classes, certainty)


@pytest.fixture
def volume(tmp_path):
    path = tmp_path / "survey.sgy"
    write_segy(path, _SPEC)
    opened = open_volume(path)
    yield opened
    opened.close()


@pytest.fixture
def frozen(volume, tmp_path):
    """Three labelled inlines and a labelled crossline."""
    sections = [_section(i) for i in (1, 4, 8)]
    sections.append(_section(5, (30, 10), "crossline"))
    freeze_labels(sections, volume, tmp_path / "labels")
    return SnapshotSource(volume.path, tmp_path / "labels")


@pytest.fixture
def data(frozen):
    opened = open_source(frozen, 2)
    yield opened
    opened.close()


def test_labels_weights_and_amplitudes_are_those_that_were_there(data):
    assert data.names == ("inline 102", "inline 108", "inline 116")
    assert data.positions.slices == (1, 4, 8)
    assert np.allclose(np.diff(data.positions.metres), (6 * 25, 8 * 25))
    values = _SPEC.expected()
    for row, index in enumerate((1, 4, 8)):
        expected, missing = _section(index), np.isnan(values[index].T)
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
    section = _section(2)
    freeze_labels([section, _section(6)], volume, tmp_path / "labels")
    section.classes[:] = 1
    block = read_blocks(tmp_path / "labels")[0]
    assert (read_labels(tmp_path / "labels", block).classes == UNLABELLED).any()


def test_sections_without_a_class_are_left_out_and_nothing_at_all_is_refused(volume, tmp_path):
    empty = np.full((30, 20), UNLABELLED, dtype=np.uint8)
    looked_at = np.full((30, 20), LEFT_OUT, dtype=np.uint8)
    zero = np.zeros((30, 20), dtype=np.uint8)
    nothing = [LabelledSection("inline", i, c, zero) for i, c in enumerate((empty, looked_at))]
    assert freeze_labels([*nothing, _section(3)], volume, tmp_path / "labels") == 1
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


@pytest.mark.parametrize(("shape", "side"), [((300, 600), 256), ((2100, 600), 512)])
def test_an_image_is_cut_into_squares_along_its_longer_side(tmp_path, shape, side):
    image = _alone(tmp_path, "image")
    classes = np.full(shape, UNLABELLED, dtype=np.uint8)
    classes[-1, -1], classes[0, 0] = 0, 1
    certainty = np.where(classes < LEFT_OUT, 3, 0).astype(np.uint8)
    section = LabelledSection("image", 0, classes, certainty)
    samples = sample_places([section], image, 2)
    assert samples.axis.name == ("row" if shape[0] > shape[1] else "column")
    assert samples.places == (0, (max(shape) - 1) // side * side)
    freeze_labels([section], image, tmp_path / "labels")
    assert {(b.top % side, b.left % side) for b in read_blocks(tmp_path / "labels")} == {(0, 0)}


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
    assert data.names == ("image 1 rows 0-59 columns 0-255", "image 1 rows 0-59 columns 1024-1099")
    assert data.positions.slices == (0, 1024)
    assert np.array_equal(data.image(1), pixels[:, 1024:])
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
    freeze_labels([_section(1, (30, 19))], volume, tmp_path / "labels")
    data = open_source(SnapshotSource(volume.path, tmp_path / "labels"), 2)
    with pytest.raises(DataError, match="inline 102 is 30 x 20, but 30 x 19 was labelled"):
        data.image(0)
    data.close()
    freeze_labels([_section(1, n_classes=3)], volume, tmp_path / "labels")
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
        freeze_labels([_section(1)], volume, tmp_path / "file" / "labels")
    assert caught.value.hint


@settings(max_examples=15, deadline=None)
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


def _batches(data, fit=Fit.CROP, size=(14, 14), **augmentation):
    changes = AugmentationSettings(**{"flip": False, **augmentation})
    return TrainingBatches(
        data,
        range(len(data)),
        Pipeline().normaliser(data.statistics),
        BatchSettings(size, fit, 4, changes, seed=1),
    )


def test_every_crop_holds_a_label_and_only_labelled_tiles_count(data):
    batches = _batches(data)
    (n,) = {sum(len(batch.names) for batch in batches.epoch(e)) for e in range(3)}
    assert n == 3 * 4  # of the six crops that cover a section, four hold a label
    for epoch in range(5):
        for batch in batches.epoch(epoch):
            assert (batch.labels != 255).flatten(1).any(dim=1).all()
            assert torch.equal(batch.weights > 0, batch.labels != 255)


def test_weights_stay_with_their_labels_through_every_change(data):
    for fit in Fit:
        for batch in _batches(data, fit, (28, 28), flip=True, stretch=0.3, rotate=True).epoch(0):
            assert batch.weights.dtype == torch.float32
            assert (batch.weights[batch.labels == 0] == 1).all()
            assert (batch.weights[batch.labels == 1] == 0.5).all()
            assert (batch.weights[batch.labels == 255] == 0).all()


def test_planes_that_move_along_leave_the_labels_as_they_were():
    rng = np.random.default_rng(0)
    image = rng.normal(size=(20, 20)).astype(np.float32)
    labels = rng.integers(0, 3, (20, 20)).astype(np.uint8)
    changes = AugmentationSettings(gain=0.5, noise=0.2, stretch=0.4, rotate=True)
    for seed in range(8):
        alone = augment(image, labels, changes, np.random.default_rng(seed))
        both = augment(image, np.dstack([labels, labels]), changes, np.random.default_rng(seed))
        assert np.array_equal(alone[0], both[0])
        assert np.array_equal(both[1][..., 0], alone[1])
        assert np.array_equal(both[1][..., 1], alone[1])


def test_small_classes_are_met_as_often_as_large_ones():
    labels = np.zeros((100, 100), dtype=np.uint8)
    labels[50, 50] = 1
    rng = np.random.default_rng(0)
    met = 0
    for _ in range(200):
        window = labelled_window(labels, (14, 14), rng)
        assert 0 <= window.top <= 86
        assert 0 <= window.left <= 86
        met += bool(
            (labels[window.top : window.top + 14, window.left : window.left + 14] == 1).any()
        )
    assert 80 < met < 130


def test_the_fingerprint_knows_the_certainty(volume, tmp_path):
    prints = []
    for certainty in (CERTAIN, PROBABLE):
        section = _section(1)
        section.certainty[section.certainty > 0] = certainty
        freeze_labels([section], volume, tmp_path / "labels")
        data = open_source(SnapshotSource(volume.path, tmp_path / "labels"), 2)
        prints.append(fingerprint_samples(data))
        data.close()
    assert prints[0] != prints[1]


def test_validation_computes_labelled_crops_alone_and_scores_the_same(data):
    seen = []

    class Net(torch.nn.Module):
        def forward(self, x):
            seen.append(len(x))
            return torch.cat([x[:, :1], -x[:, :1]], dim=1)

    def score(settings):
        request = ScoringRequest(
            data, range(len(data)), Pipeline().normaliser(data.statistics), 2, settings
        )
        return score_model(Net(), request, torch.device("cpu")).overall()

    settings = InputSettings((14, 14), Fit.CROP, 4)
    few = score(settings)
    assert sum(seen) == 3 * 4
    type(data).sparse = False
    try:
        every = score(settings)
    finally:
        type(data).sparse = True
    assert sum(seen) == 3 * 4 + 3 * 6
    assert few.class_iou == every.class_iou


@pytest.mark.parametrize(
    ("name", "options", "direction", "n_places"),
    [
        ("segy/parihaka_crop.sgy", {}, "inline", 2),
        ("segy/volve10r12-full-z-il10117sub.sgy", {}, "line", 2),
        ("das/deformation_rate_event_1.hdf5", {"window_s": 0.05}, "window", 2),
        ("crater/images", {}, "image", 5),
    ],
)
def test_recorded_data_of_every_kind_are_labelled_and_read_back(
    shared_data, tmp_path, name, options, direction, n_places
):
    path = shared_data / name
    if path.is_dir():
        path = min(path.iterdir())
    volume = open_volume(path, **options)
    size = volume.axis_along(direction).size
    sections = []
    for index in sorted({0, size - 1}):
        data = volume.section(direction, index).data
        classes = np.full(data.shape, UNLABELLED, dtype=np.uint8)
        classes[:9], classes[9:12] = 0, 1
        certainty = np.where(classes < 2, CERTAIN, 0).astype(np.uint8)
        sections.append(LabelledSection(direction, index, classes, certainty))
    samples = sample_places(sections, volume, 2)
    assert len(samples.places) == n_places
    assert samples.axis.size > samples.places[-1]
    assert freeze_labels(sections, volume, tmp_path / "labels") == n_places
    opened = open_source(SnapshotSource(path, tmp_path / "labels", direction, options), 2)
    assert opened.positions.slices == samples.places
    part = volume.section(direction, sections[0].index).data
    first = opened.image(0)
    assert np.array_equal(first, part[: first.shape[0], : first.shape[1]], equal_nan=True)
    assert (opened.class_pixels > 0).all()
    assert np.array_equal(opened.class_pixels, samples.class_pixels)
    for one in (opened, volume):
        one.close()
