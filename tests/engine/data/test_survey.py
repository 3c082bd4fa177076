"""Labelled sections of a volume against the arrays that were written."""

import numpy as np
import pytest
import segyio

from engine.core.axes import Axis
from engine.data.lines import LineSelection
from engine.data.sources import open_source
from engine.data.split_settings import SplitSettings
from engine.data.splits import make_split
from engine.data.survey import SurveySource
from engine.errors import DataError, EngineError, ReadError, SettingsError

_INLINES, _CROSSLINES, _SAMPLES = np.arange(100, 124, 2), np.arange(300, 318), np.arange(16) * 4.0
_SHAPE = (len(_INLINES), len(_CROSSLINES), len(_SAMPLES))


def _write(path, data, *, inlines=_INLINES, coordinates=True):
    spec = segyio.spec()
    spec.format, spec.sorting = 5, 2
    spec.samples, spec.ilines, spec.xlines = _SAMPLES, inlines, _CROSSLINES
    with segyio.create(str(path), spec) as file:
        for i, inline in enumerate(inlines):
            for j, crossline in enumerate(_CROSSLINES):
                n = i * len(_CROSSLINES) + j
                file.header[n] = {189: int(inline), 193: int(crossline), 115: 16, 117: 4000}
                if coordinates:  # 25 m from crossline to crossline, 10 m per inline number
                    file.header[n].update({181: 1000 + 25 * j, 185: 2000 + 10 * int(inline)})
                file.trace[n] = np.ascontiguousarray(data[i, j], dtype=np.float32)
        file.bin.update({3217: 4000})
    return path


@pytest.fixture
def truth():
    """Amplitudes and labels of three classes, -1 where nobody looked."""
    rng = np.random.default_rng(0)
    amplitudes = rng.standard_normal(_SHAPE).astype(np.float32)
    labels = rng.integers(0, 3, _SHAPE)
    labels[:, :3] = -1
    return amplitudes, labels


@pytest.fixture
def files(tmp_path, truth):
    amplitudes, labels = truth
    np.save(tmp_path / "labels.npy", labels.astype(np.int16))
    _write(tmp_path / "labels.sgy", labels)
    _write(tmp_path / "volume.sgy", amplitudes)
    return tmp_path


def _open(files, labels="labels.npy", n_classes=3, **options):
    return open_source(SurveySource(files / "volume.sgy", files / labels, **options), n_classes)


def _plane(data, direction, index):
    if direction == "inline":
        return data[index].T
    return data[:, index].T if direction == "crossline" else data[:, :, index]


@pytest.mark.parametrize("labels", ["labels.npy", "labels.sgy"])
@pytest.mark.parametrize("direction", ["inline", "crossline", "twt"])
def test_sections_and_labels_are_those_of_the_arrays(files, truth, labels, direction):
    data = _open(files, labels, direction=direction)
    for index in range(len(data)):
        amplitudes, classes = (_plane(array, direction, index) for array in truth)
        assert data.shapes[index] == amplitudes.shape
        assert np.array_equal(data.image(index), amplitudes)
        assert np.array_equal(data.labels(index), np.where(classes == -1, 255, classes))
        counts = [int((classes == k).sum()) for k in range(3)]
        assert data.class_pixels[index].tolist() == counts
    data.close()


def test_lines_are_chosen_by_their_numbers(files, truth):
    data = _open(files, lines=LineSelection(104, 116, 4))
    assert data.names == ("inline 104", "inline 108", "inline 112", "inline 116")
    assert np.array_equal(data.image(1), truth[0][4].T)
    assert data.positions.slices == (2, 4, 6, 8)


def test_positions_of_inlines_are_metres_by_the_cdp_coordinates(files):
    data = _open(files)
    metres = np.array(data.positions.metres)
    assert np.allclose(np.diff(metres), 20)  # every second number, 10 m each
    crosslines = _open(files, direction="crossline").positions.metres
    assert np.allclose(np.diff(crosslines), 25)


def test_time_slices_lie_in_seconds(files):
    positions = _open(files, direction="twt").positions
    assert np.allclose(positions.seconds, _SAMPLES / 1000)
    assert positions.metres is None


def test_without_coordinates_metres_are_not_known(files, truth):
    _write(files / "volume.sgy", truth[0], coordinates=False)
    data = _open(files)
    assert data.positions.metres is None
    with pytest.raises(DataError, match="not known in m"):
        make_split(data, SplitSettings(by="position", buffer=50, unit="m"), seed=0)


def test_a_survey_is_split_by_position_with_a_buffer_in_metres(files):
    settings = SplitSettings(0.2, 0.2, 30, "position", unit="m")
    split = make_split(_open(files), settings, seed=0)
    assert split.test == (10, 11)
    assert split.validation == (8,)
    assert split.training == (0, 1, 2, 3, 4, 5, 6)
    assert split.dropped == (7, 9)
    assert split.distances[8] == pytest.approx(40)


def test_no_data_is_not_labelled(files, truth):
    amplitudes = truth[0].copy()
    amplitudes[2, 5] = np.nan
    _write(files / "volume.sgy", amplitudes)
    data = _open(files)
    assert (data.labels(2)[:, 5] == 255).all()
    assert (data.labels(2)[:, 6] != 255).all()
    assert np.isnan(data.image(2)[:, 5]).all()
    for row, counts in enumerate(data.class_pixels):
        used = data.labels(row)
        assert counts.tolist() == [np.count_nonzero(used == k) for k in range(len(counts))]


def test_two_classes_may_be_0_and_255_with_minus_1_for_not_labelled(files, truth):
    labels = np.where(truth[1] == 1, 255, 0)
    labels[:, :3] = -1
    np.save(files / "labels.npy", labels)
    data = _open(files, n_classes=2)
    expected = np.where(labels == 255, 1, labels)
    expected[:, :3] = 255
    assert np.array_equal(data.labels(3), expected[3].T)


@pytest.mark.parametrize("value", [-1, 255])
def test_a_volume_without_any_label_is_refused(files, truth, value):
    np.save(files / "labels.npy", np.full_like(truth[1], value))
    with pytest.raises(DataError, match="no pixel is labelled") as caught:
        _open(files, n_classes=2)
    assert caught.value.hint


def test_reading_again_gives_the_same_sections(files):
    data = _open(files)
    first = [data.labels(i).copy() for i in range(len(data))]
    assert all(np.array_equal(data.labels(i), first[i]) for i in reversed(range(len(data))))


def test_labels_of_another_geometry_are_refused_with_both(files, truth):
    np.save(files / "labels.npy", truth[1][:, :-1])
    with pytest.raises(DataError, match=r"\(12, 17, 16\).*\(12, 18, 16\)"):
        _open(files)
    _write(files / "labels.sgy", truth[1], inlines=_INLINES + 2)
    with pytest.raises(DataError, match=r"inline 102 to 124.*inline 100 to 122"):
        _open(files, "labels.sgy")


def test_a_label_that_is_no_class_is_refused(files, truth):
    with pytest.raises(DataError, match="mask values 2"):
        _open(files, n_classes=2)
    np.save(files / "labels.npy", truth[1] + 0.5)
    with pytest.raises(ReadError, match="no class ids"):
        _open(files)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"direction": "diagonal"}, "diagonal"),
        ({"lines": LineSelection(90, 110)}, "inline 90 lies outside the volume"),
        ({"lines": LineSelection(last=999)}, "inline 999 lies outside the volume"),
        ({"lines": LineSelection(90, 999)}, "inline 90 and 999 lie outside the volume"),
        ({"lines": LineSelection(step=3)}, "does not fit"),
        ({"lines": LineSelection(step=1)}, "does not fit"),
        ({"lines": LineSelection(101, 101)}, "holds no line"),
        ({"limit": 0}, "limit of 0"),
        ({"labels": "nowhere.npy"}, "nowhere.npy"),
        ({"labels": "nowhere.sgy"}, "nowhere.sgy"),
    ],
)
def test_selections_and_files_that_do_not_fit_are_refused_with_a_hint(files, options, message):
    with pytest.raises(EngineError, match=message) as caught:
        _open(files, **options)
    assert caught.value.hint


def test_one_line_cannot_be_split(files):
    data = _open(files, lines=LineSelection(104, 104))
    with pytest.raises(DataError, match="1 sample cannot be split"):
        make_split(data, SplitSettings(by="position"), seed=0)


@pytest.mark.parametrize(
    ("text", "indices"),
    [
        (":", (0, 1, 2, 3, 4)),
        ("20:", (1, 2, 3, 4)),
        (":30", (0, 1, 2)),
        ("::20", (0, 2, 4)),
        ("20:50:20", (1, 3)),
        ("11:39:10", (1, 2)),
    ],
)
def test_selections_are_read_as_first_last_and_step(text, indices):
    selection = LineSelection.parse(text)
    assert selection.indices(Axis("inline", "1", 10, 10, 5)) == indices
    falling = Axis("inline", "1", 50, -10, 5)
    numbers = {falling.value(i) for i in selection.indices(falling)}
    assert numbers == {10 + 10 * i for i in indices}


@pytest.mark.parametrize("text", ["", "5", "a:b", "1:2:0", "9:3", "1:2:3:4", "1:2:-1"])
def test_texts_that_select_no_lines_are_refused(text):
    with pytest.raises(SettingsError):
        LineSelection.parse(text)
