"""A folder of consecutive files is one record."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from engine.errors import ReadError, SettingsError
from engine.readers.das.reader import DasReader
from engine.readers.detect import open_volume
from tests.records import START, samples, write_prodml

EPOCH = 1679486400


def _at(seconds: float) -> str:
    return str(np.datetime64(START, "us") + np.timedelta64(round(seconds * 1e6), "us"))


def _folder(tmp_path, *starts_s, **options):
    """Write files of 60 rows at 100 samples a second, named against their order in time."""
    data = []
    for number, start_s in enumerate(starts_s):
        values = samples(seed=number)
        write_prodml(tmp_path / f"{9 - number}.h5", values, start=_at(start_s), **options)
        data.append(values)
    return data


def test_consecutive_files_are_one_record_in_order_of_time(tmp_path):
    data = np.concatenate(_folder(tmp_path, 0, 0.6, 1.2))
    record = open_volume(tmp_path, samples=50)
    assert record.axes[1].size == 180
    assert record.windows.axis.size == 4
    for index in range(4):
        start, stop = record.windows.bounds(index)
        section = record.section("window", index)
        np.testing.assert_array_equal(section.data, data[start:stop])
        assert section.rows.first == pytest.approx(EPOCH + start / 100, abs=1e-6)
    assert record.describe()["notes"] == []
    assert record.describe()["title"] == "PRODML 2.1, 3 files"


def test_a_gap_is_shown_as_rows_without_data(tmp_path):
    one, other = _folder(tmp_path, 0, 1.0)
    record = open_volume(tmp_path)
    section = record.section("window", 0)
    assert section.data.shape == (160, 7)
    np.testing.assert_array_equal(section.data[:60], one)
    assert section.no_data[60:100].all()
    np.testing.assert_array_equal(section.data[100:], other)
    (note,) = record.describe()["notes"]
    assert note == "Gaps without data: 0.4 s from 2023-03-22T12:00:00.600000000Z."
    assert section.bad_samples == 0


def test_of_an_overlap_the_later_files_samples_are_dropped(tmp_path):
    one, other = _folder(tmp_path, 0, 0.5)
    record = open_volume(tmp_path)
    section = record.section("window", 0)
    np.testing.assert_array_equal(section.data, np.concatenate([one, other[10:]]))
    (note,) = record.describe()["notes"]
    assert note == "Overlaps with the file before, dropped: 8.h5 by 0.1 s."


def test_a_file_inside_another_is_dropped(tmp_path):
    (one,) = _folder(tmp_path, 0)
    write_prodml(tmp_path / "short.h5", samples(20, seed=5), start=_at(0.2))
    np.testing.assert_array_equal(open_volume(tmp_path).section("window", 0).data, one)


@pytest.mark.parametrize("jitter_s", [0.004, -0.004, 0.0099])
def test_less_than_a_sample_is_neither_gap_nor_overlap(tmp_path, jitter_s):
    data = _folder(tmp_path, 0, 0.6 + jitter_s)
    record = open_volume(tmp_path)
    np.testing.assert_array_equal(record.section("window", 0).data, np.concatenate(data))
    assert record.describe()["notes"] == []


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"data": samples(60, 8)}, "has 8 channels, not 7"),
        ({"rate_hz": 200.0}, "has 200 samples a second, not 100"),
        ({"spacing_m": 3.0}, "has channels elsewhere"),
        ({"start": "1970-01-01T00:00:10"}, "does not tell when it was recorded"),
    ],
)
def test_files_that_do_not_fit_are_refused_by_name(tmp_path, other, words):
    _folder(tmp_path, 0)
    write_prodml(tmp_path / "other.h5", **{"start": _at(0.6), **other})
    with pytest.raises(ReadError, match=rf"other\.h5: {words}"):
        open_volume(tmp_path)


def test_other_files_are_left_out_and_counted(tmp_path):
    _folder(tmp_path, 0, 0.6)
    (tmp_path / "notes.txt").write_text("well 7")
    (tmp_path / ".hidden.h5").write_bytes(b"\x89HDF")
    assert open_volume(tmp_path).describe()["notes"] == [
        "1 files of the folder are no DAS records and are left out."
    ]


def test_a_damaged_file_is_named(tmp_path):
    _folder(tmp_path, 0, 0.6)
    (tmp_path / "8.h5").write_bytes((tmp_path / "8.h5").read_bytes()[:-500])
    with pytest.raises(ReadError, match=r"8\.h5"):
        open_volume(tmp_path)


def test_a_folder_without_records_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("well 7")
    with pytest.raises(ReadError, match="is a folder that no reader knows"):
        open_volume(tmp_path)


def test_one_start_does_not_fit_several_files(tmp_path):
    _folder(tmp_path, 0, 0.6)
    with pytest.raises(SettingsError, match="one start for a folder"):
        DasReader().open(tmp_path, dataset="a", sampling_rate=1.0, start="2023-01-01T00:00:00")


def _stamps_us(*pieces):
    """Return microseconds since 1970 of rows 10 ms apart, each piece with its first row."""
    return np.concatenate([EPOCH * 10**6 + 10_000 * (k + np.arange(n)) for k, n in pieces])


def test_a_gap_inside_a_file_is_shown_too(tmp_path):
    data = write_prodml(tmp_path / "a.h5", times_us=_stamps_us((0, 20), (50, 40)))
    section = open_volume(tmp_path / "a.h5").section("window", 0)
    assert section.data.shape == (90, 7)
    np.testing.assert_array_equal(section.data[:20], data[:20])
    assert section.no_data[20:50].all()
    np.testing.assert_array_equal(section.data[50:], data[20:])
    assert section.rows.step == pytest.approx(0.01)
    assert open_volume(tmp_path / "a.h5").describe()["notes"] == [
        "Gaps without data: 0.3 s from 2023-03-22T12:00:00.200000000Z."
    ]


def test_a_gap_inside_a_plain_layout_is_shown_too(tmp_path):
    data = samples(60, 7)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["raw"] = data
        file["timestamp"] = _stamps_us((0, 20), (50, 40)) / 1e6
    section = open_volume(tmp_path / "a.h5").section("window", 0)
    assert section.data.shape == (90, 7)
    np.testing.assert_array_equal(section.data[50:], data[20:])


def test_stamps_that_jitter_are_told_of(tmp_path):
    data = samples(60, 7)
    jitter = np.random.default_rng(0).uniform(-0.004, 0.004, 60).cumsum() * 0.4
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["raw"] = data
        file["timestamp"] = EPOCH + 0.01 * np.arange(60) + np.sort(jitter)
    record = open_volume(tmp_path / "a.h5")
    np.testing.assert_array_equal(record.section("window", 0).data, data)
    assert record.describe()["notes"] in (
        [],
        ["Time stamps are not regular; rows are drawn at equal distances."],
    )


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_stamps_that_are_no_times_are_refused(tmp_path, bad):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["raw"] = samples(60, 7)
        file["timestamp"] = np.where(np.arange(60) == 30, bad, EPOCH + np.arange(60.0))
    with pytest.raises(ReadError, match="holds no times"):
        open_volume(tmp_path / "a.h5")
