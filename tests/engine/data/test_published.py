"""The published folder tree, written small with the published names and kinds of numbers."""

import numpy as np
import pytest

from engine.data.folder_source import SliceNumbering
from engine.data.image_file import RawLayout
from engine.data.published import published_source
from engine.data.sources import open_source
from engine.data.split_settings import SplitSettings
from engine.data.splits import make_split
from engine.errors import DataError
from engine.tasks.preset import load_preset

_RAW = RawLayout(16, 20)


def _write(folder, numbers, *, names=("input", "target"), n_classes=2, seed=0):
    """Headerless float32 images and int8 labels, as in the record."""
    rng = np.random.default_rng(seed)
    for name in names:
        (folder / name).mkdir(parents=True)
    for number in numbers:
        image = rng.standard_normal((16, 20)).astype("<f4")
        label = rng.integers(0, n_classes, (16, 20)).astype("i1")
        image.tofile(folder / names[0] / f"{number}.dat")
        label.tofile(folder / names[1] / f"{number}.dat")


@pytest.fixture
def tree(tmp_path):
    """Two tasks with the two ways of naming folders."""
    _write(tmp_path / "seismicFace" / "train", range(25), n_classes=6)
    _write(tmp_path / "seismicFace" / "valid", range(5), n_classes=6, seed=1)
    _write(tmp_path / "geobody" / "train", range(12), names=("image", "label"))
    _write(tmp_path / "geobody" / "valid", range(4), names=("image", "label"), seed=1)
    return tmp_path


@pytest.mark.parametrize(
    ("inside", "folder"),
    [("", "seismicFace"), ("", "seismicface"), ("seismicFace", "seismicFace"), ("seismicFace", "")],
)
def test_the_tree_and_the_task_folder_both_work(tree, inside, folder):
    source = published_source(tree / inside, folder, raw=_RAW)
    data = open_source(source, 6)
    assert data.names[:3] == ("0", "1", "2")
    assert data.names[25:] == ("test/0", "test/1", "test/2", "test/3", "test/4")
    assert data.held_out == (25, 26, 27, 28, 29)
    first = np.fromfile(tree / "seismicFace" / "train" / "input" / "0.dat", "<f4")
    assert np.array_equal(data.image(0).ravel(), first)
    last = np.fromfile(tree / "seismicFace" / "valid" / "target" / "4.dat", "i1")
    assert np.array_equal(data.labels(29).ravel(), last)


def test_the_valid_part_is_the_test_part_and_training_gives_the_validation(tree):
    data = open_source(published_source(tree, "geobody", raw=_RAW), 2)
    split = make_split(data, SplitSettings(0.25), seed=0)
    assert split.test == (12, 13, 14, 15)
    assert len(split.validation) == 3
    assert max((*split.training, *split.validation)) == 11


def test_amplitudes_are_measured_on_the_training_part_alone(tree):
    before = open_source(published_source(tree, "geobody", raw=_RAW), 2).statistics
    (np.ones((16, 20), "<f4") * 1e6).tofile(tree / "geobody" / "valid" / "image" / "0.dat")
    assert open_source(published_source(tree, "geobody", raw=_RAW), 2).statistics == before


def test_the_slices_of_facies_are_known_and_so_their_distance_from_training(tree):
    known = SliceNumbering(step=2, test_first=50)
    data = open_source(published_source(tree, "seismicFace", raw=_RAW, numbering=known), 6)
    assert data.positions.slices == (*range(0, 50, 2), *range(50, 60, 2))
    split = make_split(data, SplitSettings(0.2, buffer=4, by="position"), seed=0)
    assert split.training == tuple(range(18))
    assert split.validation == (20, 21, 22)
    assert split.test == (25, 26, 27, 28, 29)
    assert split.distances[25] == 50 - 34


def test_without_known_slices_numbers_of_two_folders_are_no_positions(tree):
    data = open_source(published_source(tree, "geobody", raw=_RAW), 2)
    assert data.positions is None


def test_one_part_by_itself_is_a_folder_of_images_and_masks(tree):
    source = published_source(tree / "geobody" / "valid", "geobody", raw=_RAW)
    data = open_source(source, 2)
    assert (len(data), data.held_out) == (4, ())


def test_both_parts_are_named_in_the_description(tree):
    data = open_source(published_source(tree, "geobody", raw=_RAW), 2)
    described = data.describe()
    assert (described["images"], described["masks"]) == ("train/image", "train/label")
    assert (described["test_images"], described["test_masks"]) == ("valid/image", "valid/label")


def test_the_limit_counts_in_each_part(tree):
    data = open_source(published_source(tree, "geobody", raw=_RAW, limit=3), 2)
    assert data.names == ("0", "1", "2", "test/0", "test/1", "test/2")


def test_an_int8_label_of_minus_one_is_not_labelled(tree):
    label = np.zeros((16, 20), "i1")
    label[0], label[1] = -1, 5
    label.tofile(tree / "seismicFace" / "train" / "target" / "0.dat")
    data = open_source(published_source(tree, "seismicFace", raw=_RAW), 6)
    assert (data.labels(0)[0] == 255).all()
    assert data.class_pixels[0].tolist() == [14 * 20, 0, 0, 0, 0, 20]


def test_a_folder_laid_out_in_another_way_is_refused_with_the_layout(tree):
    with pytest.raises(DataError, match="laid out") as caught:
        published_source(tree, "das")
    assert "das/train/input" in caught.value.hint
    with pytest.raises(DataError, match="no such folder"):
        published_source(tree / "nowhere", "das")


def test_training_and_test_images_must_differ(tree):
    source = published_source(tree, "geobody", raw=_RAW)
    twice = type(source)(source.images, source.masks, _RAW, test=(source.images, source.masks))
    with pytest.raises(DataError, match="same folder"):
        open_source(twice, 2)


@pytest.mark.parametrize("name", ["facies", "salt", "crater", "das", "fault"])
def test_a_file_of_the_published_size_is_read_by_the_tasks_preset(tmp_path, name):
    preset = load_preset(name)
    rows, cols = preset.stored_size
    part = tmp_path / preset.published.folder / "train"
    (part / "input").mkdir(parents=True)
    (part / "target").mkdir()
    np.linspace(-1, 1, rows * cols, dtype="<f4").tofile(part / "input" / "0.dat")
    np.ones(rows * cols, "i1").tofile(part / "target" / "0.dat")
    raw = RawLayout(*preset.stored_size)
    source = published_source(tmp_path, preset.published.folder, raw=raw)
    data = open_source(source, len(preset.classes))
    assert data.shapes == ((rows, cols),)
    assert data.class_pixels[0, 1] == rows * cols
