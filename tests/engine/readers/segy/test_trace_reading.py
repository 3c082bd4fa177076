"""Traces are read the same by many threads, and told of when they cannot be."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from engine.errors import ReadError
from engine.readers.detect import open_volume
from engine.readers.segy import header_scan, trace_samples
from engine.readers.segy.file_layout import read_layout
from engine.readers.segy.header_scan import HeaderScan
from tests.synthetic import write_segy


def test_numbers_that_are_not_finite_are_marked_and_counted(tmp_path):
    write_segy(tmp_path / "a.sgy", dead=frozenset({(0, 1)}))
    raw = bytearray((tmp_path / "a.sgy").read_bytes())
    trace_bytes = 240 + 4 * 12
    for trace, sample, value in ((0, 3, np.nan), (0, 5, np.inf), (1, 4, np.nan), (5, 3, -np.inf)):
        offset = 3600 + trace * trace_bytes + 240 + 4 * sample
        raw[offset : offset + 4] = np.array(value, ">f4").tobytes()
    (tmp_path / "a.sgy").write_bytes(raw)
    volume = open_volume(tmp_path / "a.sgy")
    section = volume.section("inline", 0)
    assert section.bad_samples == 2  # the third lies in a dead trace
    assert np.isnan(section.data[[3, 5], 0]).all()
    assert volume.section("twt", 3).bad_samples == 2
    assert volume.statistics().n_bad == 3
    assert np.isfinite(volume.statistics().maximum)
    volume.close()


def test_statistics_leave_out_padding_and_repeat(tmp_path):
    spec = write_segy(tmp_path / "a.sgy")
    raw = bytearray((tmp_path / "a.sgy").read_bytes())
    raw[3600 + 240 : 3600 + 288] = bytes(48)
    (tmp_path / "a.sgy").write_bytes(raw)
    volume = open_volume(tmp_path / "a.sgy")
    statistics = volume.statistics()
    rest = spec.values().reshape(12, 12)[1:]
    assert statistics.n == rest.size
    assert statistics.mean == pytest.approx(rest.mean(), rel=1e-5)
    assert volume.statistics() is statistics
    volume.close()


def test_many_threads_read_the_same(tmp_path):
    spec = write_segy(tmp_path / "a.sgy", code=1)
    volume = open_volume(tmp_path / "a.sgy")
    expected = spec.expected()
    wrong = []

    def read(row):
        wrong.extend(
            row
            for _ in range(20)
            if not np.array_equal(volume.section("inline", row).data.T, expected[row])
        )

    threads = [threading.Thread(target=read, args=(row,)) for row in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    volume.close()


def test_a_closed_volume_refuses_to_read(tmp_path):
    write_segy(tmp_path / "a.sgy")
    volume = open_volume(tmp_path / "a.sgy")
    volume.close()
    with pytest.raises(ValueError, match="closed"):
        volume.section("inline", 0)


def test_sections_outside_the_axis_are_refused(tmp_path):
    write_segy(tmp_path / "a.sgy")
    volume = open_volume(tmp_path / "a.sgy")
    with pytest.raises(IndexError, match="outside 0 to 2"):
        volume.section("inline", -1)
    with pytest.raises(ValueError, match="no direction"):
        volume.section("depth", 0)
    volume.close()


@pytest.mark.parametrize("cold_s", [0.0, 1e9])
def test_scattered_traces_are_the_same_by_one_thread_and_by_four(tmp_path, monkeypatch, cold_s):
    monkeypatch.setattr(trace_samples, "_COLD_S", cold_s)
    inlines = tuple(range(100, 140))
    spec = write_segy(tmp_path / "a.sgy", inlines=inlines, missing=frozenset({(3, 1), (39, 1)}))
    volume = open_volume(tmp_path / "a.sgy")
    expected = spec.expected()
    for index in range(4):
        np.testing.assert_array_equal(volume.section("crossline", index).data.T, expected[:, index])
    volume.close()


def test_a_file_that_shrinks_is_told_by_whichever_thread(tmp_path, monkeypatch):
    monkeypatch.setattr(trace_samples, "_COLD_S", 0.0)
    write_segy(tmp_path / "a.sgy", inlines=tuple(range(100, 140)))
    volume = open_volume(tmp_path / "a.sgy")
    with (tmp_path / "a.sgy").open("r+b") as file:
        file.truncate(3600 + 100 * 288)
    with pytest.raises(ReadError, match="become shorter"):
        volume.section("crossline", 2)
    volume.close()


def test_headers_are_the_same_whether_read_at_one_go_or_by_themselves(tmp_path, monkeypatch):
    spec = write_segy(tmp_path / "a.sgy", inlines=tuple(range(100, 140)), delay_ms=-12)
    with (tmp_path / "a.sgy").open("rb") as file:
        layout = read_layout(tmp_path / "a.sgy", file, (tmp_path / "a.sgy").stat().st_size)
    wanted = [29, 71, 109, 115, 181, 189, 193]
    alone = HeaderScan(layout)
    expecting = HeaderScan(layout, expected=wanted)
    monkeypatch.setattr(header_scan, "_PIECE_BYTES", 1000)
    expecting.columns([29])
    for parts in ({}, {"step": 7}, {"start": 3, "stop": 50}, {"start": 5, "step": 2}):
        one, other = alone.columns(wanted, **parts), expecting.columns(wanted, **parts)
        for byte in wanted:
            np.testing.assert_array_equal(one[byte], other[byte])
    lines = [spec.inlines[row] for row, _ in spec.places()]
    np.testing.assert_array_equal(expecting.columns([189])[189], lines)
    np.testing.assert_array_equal(expecting.columns([109])[109], -12)
