"""A display copy looks like its volume, is noticed to be stale, and keeps to its room."""

from __future__ import annotations

import os
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import JobCancelledError, ShapeError, WriteError
from engine.jobs.context import ThrottledContext
from engine.readers.detect import open_volume
from engine.readers.display import copy_writer
from engine.readers.display.copy_store import CopyStore
from engine.readers.display.copy_writer import make_copy
from engine.readers.display.levels import NO_DATA, ZERO, amplitudes_of, to_levels
from engine.readers.display.record import RECORD
from tests.synthetic import write_segy


@pytest.fixture
def store(tmp_path):
    return CopyStore(tmp_path / "cache", limit_bytes=10_000)


@pytest.fixture
def open_segy(tmp_path):
    opened = []

    def open_segy(name="a.sgy", **changes):
        write_segy(tmp_path / name, **changes)
        opened.append(open_volume(tmp_path / name))
        return opened[-1]

    yield open_segy
    for volume in opened:
        volume.close()


@settings(max_examples=60)
@given(
    values=st.lists(st.floats(-2e6, 2e6, width=32), min_size=1, max_size=50),
    limit=st.floats(0.1, 1e6),
)
def test_levels_are_amplitudes_within_half_a_step(values, limit):
    data = np.array(values, dtype=np.float32)
    levels = to_levels(data, limit)
    held = np.clip(data.astype(np.float64), -limit, limit)
    # In the square root, where levels are even, the error is at most half of one.
    back = amplitudes_of(limit)[levels].astype(np.float64)
    error = np.sign(back) * np.sqrt(np.abs(back) / limit) - np.sign(held) * np.sqrt(
        np.abs(held) / limit
    )
    assert np.abs(error).max() <= 0.5001 / 127 + 1e-6
    assert levels.min() >= 1


def test_no_data_and_zero_have_levels_of_their_own():
    levels = to_levels(np.array([np.nan, 0.0, -5.0, 5.0, 1e30], dtype=np.float32), 5.0)
    assert levels.tolist() == [NO_DATA, ZERO, 1, 255, 255]
    table = amplitudes_of(5.0)
    assert np.isnan(table[NO_DATA])
    assert table[[ZERO, 1, 255]].tolist() == [0.0, -5.0, 5.0]


@pytest.mark.parametrize("sorting", ["inline", "crossline"])
@pytest.mark.parametrize("slab", [1, 100, 10_000])
def test_a_copy_has_every_section_of_its_volume(open_segy, store, monkeypatch, sorting, slab):
    monkeypatch.setattr(copy_writer, "_SLAB_BYTES", slab)
    volume = open_segy(sorting=sorting, missing=frozenset({(1, 2)}))
    assert store.find(volume) is None
    copy = make_copy(volume, store)
    limit = copy.record.limit
    for direction in volume.directions:
        for index in range(volume.axis_along(direction).size):
            section = volume.section(direction, index)
            levels = copy.levels(direction, index)
            np.testing.assert_array_equal(levels, to_levels(section.data, limit))
            shown = copy.section(direction, index)
            assert (shown.rows, shown.cols, shown.plane) == (
                section.rows,
                section.cols,
                section.plane,
            )
            np.testing.assert_array_equal(np.isnan(shown.data), np.isnan(section.data))
    with pytest.raises(IndexError):
        copy.levels("inline", 3)
    found = store.find(volume)
    assert found.folder == copy.folder
    assert make_copy(volume, store).folder == copy.folder


def test_a_copy_takes_a_byte_for_each_sample_and_direction(open_segy, store):
    copy = make_copy(open_segy(), store)
    assert copy.record.n_bytes == 3 * 3 * 4 * 12
    sizes = [file.stat().st_size for file in copy.folder.glob("*.u8")]
    assert sizes == [144] * 3


@pytest.mark.parametrize("what", ["size", "mtime", "beginning"])
def test_a_stale_copy_is_noticed(open_segy, store, tmp_path, what):
    volume = open_segy()
    make_copy(volume, store)
    path = tmp_path / "a.sgy"
    raw, status = bytearray(path.read_bytes()), path.stat()
    if what == "size":
        path.write_bytes(raw + raw[3600:])
    if what == "beginning":
        raw[100] ^= 1
        path.write_bytes(raw)
    if what != "mtime":
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    else:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert store.find(volume) is None


def test_a_copy_of_other_axes_is_not_taken(open_segy, store, tmp_path):
    make_copy(open_segy(), store)
    other = open_volume(tmp_path / "a.sgy", interval=2.0)
    assert store.find(other) is None
    other.close()


@pytest.mark.parametrize("harm", ["record", "version", "cut", "gone", "axes"])
def test_a_damaged_copy_is_not_taken(open_segy, store, harm):
    volume = open_segy()
    copy = make_copy(volume, store)
    record = copy.folder / RECORD
    if harm == "record":
        record.write_text("{")
    if harm == "version":
        record.write_text(record.read_text().replace('"version": 1', '"version": 2'))
    if harm == "axes":
        record.write_text(record.read_text().replace('"size": 12', '"size": 0'))
    if harm == "cut":
        os.truncate(copy.folder / "1.u8", 10)
    if harm == "gone":
        (copy.folder / "2.u8").unlink()
    assert store.find(volume) is None
    again = make_copy(volume, store)
    assert store.find(volume) is not None
    assert again.complete


def test_reading_a_copy_that_was_removed_is_an_os_error(open_segy, store):
    copy = make_copy(open_segy(), store)
    store.clear()
    assert store.entries() == ()
    with pytest.raises(OSError, match="u8"):
        copy.levels("inline", 0)


def test_the_copies_used_longest_ago_make_room(open_segy, store):
    volumes = [open_segy(f"{n}.sgy", seed=n) for n in range(3)]
    copies = [make_copy(volume, store) for volume in volumes[:2]]
    os.utime(copies[1].folder / RECORD, (1, 1))
    os.utime(copies[0].folder / RECORD, (2, 2))
    copies[1].mark_used()
    used = store.used_bytes()
    assert used >= 2 * 3 * 144
    store.limit_bytes = used + 10
    make_copy(volumes[2], store)
    assert store.find(volumes[0]) is None
    assert store.find(volumes[1]) is not None
    assert store.find(volumes[2]) is not None
    assert [entry.source for entry in store.entries()][-1].endswith("2.sgy")


def test_a_copy_beyond_the_limit_is_refused_and_removes_nothing(open_segy, store):
    first, second = open_segy("a.sgy"), open_segy("b.sgy", n_samples=14, seed=1)
    make_copy(first, store)
    store.limit_bytes = 500
    with pytest.raises(WriteError, match="display copies may take") as caught:
        make_copy(second, store)
    assert "limit" in caught.value.hint
    assert store.find(first) is not None


def test_a_full_disk_is_told_before_anything_is_written(open_segy, store, monkeypatch):
    usage = shutil._ntuple_diskusage(1000, 990, 10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(WriteError, match="the disk has"):
        make_copy(open_segy(), store)
    assert not store.folder.exists()


def test_a_cancelled_copy_leaves_nothing(open_segy, store):
    told = []

    def listen(done, total, message):
        told.append((done, total, message))
        job.cancel()

    job = ThrottledContext(listen)
    with pytest.raises(JobCancelledError):
        make_copy(open_segy(), store, job)
    assert told == [(0, 3, "inline")]
    assert list(store.folder.iterdir()) == []


def test_a_source_that_changes_meanwhile_leaves_nothing(open_segy, store, tmp_path):
    volume = open_segy()
    touched = ThrottledContext(lambda *_: os.utime(tmp_path / "a.sgy", (5, 5)))
    with pytest.raises(WriteError, match="changed while it was copied"):
        make_copy(volume, store, touched)
    assert list(store.folder.iterdir()) == []


def test_lines_and_gathers_have_no_copy(open_segy, store, tmp_path):
    open_segy()
    for options in ({"geometry": "line"}, {"sort_key": "inline"}):
        volume = open_volume(tmp_path / "a.sgy", **options)
        assert store.find(volume) is None
        with pytest.raises(ShapeError, match="three-dimensional"):
            make_copy(volume, store)
        volume.close()


def test_a_folder_that_cannot_be_written_is_told(open_segy, tmp_path):
    (tmp_path / "cache").write_text("")
    with pytest.raises(WriteError, match="cannot be written"):
        make_copy(open_segy(), CopyStore(tmp_path / "cache" / "display"))


def test_the_real_parihaka_is_copied(shared_data, tmp_path):
    volume = open_volume(shared_data / "segy" / "parihaka_crop.sgy")
    copy = make_copy(volume, CopyStore(tmp_path / "cache"))
    clip = volume.statistics().clip(99.0)
    for direction, index in (("inline", 75), ("crossline", 110), ("twt", 200)):
        data = volume.section(direction, index).data
        shown = copy.section(direction, index).data
        assert np.abs(np.clip(data, -clip, clip) - np.clip(shown, -clip, clip)).max() < 0.02 * clip
    volume.close()
