"""Scattered sections come coarse first, and end as they are read in one piece."""

from __future__ import annotations

import numpy as np
import pytest

from engine.readers.detect import open_volume
from engine.readers.segy import gradual, trace_samples
from engine.readers.segy import volume as segy_volume
from tests.synthetic import write_segy

_SPEC = {
    "inlines": tuple(range(100, 140, 2)),
    "crosslines": tuple(range(7, 22)),
    "missing": frozenset({(3, 4), (18, 14)}),
    "dead": frozenset({(6, 2)}),
}
_SCATTERED = [("inline", "twt"), ("inline", "crossline"), ("crossline", "twt")]
_SCATTERED += [("crossline", "inline")]


@pytest.fixture
def small_steps(monkeypatch):
    """Take small files for large ones on a slow disk, and read them in many pieces."""
    monkeypatch.setattr(segy_volume, "GRADUAL_BYTES", 0)
    monkeypatch.setattr(segy_volume, "_LINE_BLOCK", 3)
    monkeypatch.setattr(segy_volume, "_SLICE_BLOCK_BYTES", 5 * 288)
    monkeypatch.setattr(gradual, "FIRST_PICKS", 6)
    monkeypatch.setattr(gradual, "_WARM_S", 0.0)


@pytest.fixture
def survey(tmp_path):
    def survey(sorting):
        path = tmp_path / "a.sgy"
        write_segy(path, **_SPEC, sorting=sorting)
        raw = bytearray(path.read_bytes())
        raw[3600 + 240 + 16 : 3600 + 240 + 20] = np.array(np.inf, ">f4").tobytes()
        path.write_bytes(raw)
        return open_volume(path)

    return survey


def _assert_same(section, other):
    np.testing.assert_array_equal(section.data, other.data)
    assert (section.rows, section.cols, section.plane) == (other.rows, other.cols, other.plane)
    assert (section.bad_samples, section.rounded) == (other.bad_samples, other.rounded)


@pytest.mark.parametrize(("sorting", "direction"), _SCATTERED)
@pytest.mark.parametrize("index", [0, 4])
@pytest.mark.parametrize("cold", [True, False])
def test_a_section_ends_as_it_is_read_in_one_piece(
    survey, small_steps, monkeypatch, sorting, direction, index, cold
):
    if cold:
        monkeypatch.setattr(trace_samples, "_COLD_S", 0.0)
    volume = survey(sorting)
    exact = volume.section(direction, index)
    reading = volume.section_gradually(direction, index)
    sections = [reading.advance(0.0)]
    while not reading.done:
        sections.append(reading.advance(0.0))
    assert len(sections) > 3
    assert all(section.rounded for section in sections[:-1])
    assert all(section.data.shape == exact.data.shape for section in sections)
    _assert_same(sections[-1], exact)
    _assert_same(reading.advance(0.0), exact)
    volume.close()


@pytest.mark.parametrize(("sorting", "direction"), _SCATTERED)
def test_the_first_picture_shows_a_trace_of_each_neighbourhood(
    survey, small_steps, sorting, direction
):
    volume = survey(sorting)
    exact = volume.section(direction, 5)
    first = volume.section_gradually(direction, 5).advance(0.0)
    known = first.data == exact.data
    assert 0 < known.mean() < 1
    values = set(exact.data[~np.isnan(exact.data)].tolist())
    assert set(first.data[~np.isnan(first.data)].tolist()) <= values
    places = volume.traces
    if direction == "twt":
        assert np.isnan(first.data[places < 0]).all()
    volume.close()


@pytest.mark.parametrize(("sorting", "direction"), _SCATTERED)
def test_what_is_drawn_does_not_change_under_the_hand(survey, small_steps, sorting, direction):
    reading = survey(sorting).section_gradually(direction, 2)
    first = reading.advance(0.0)
    before = first.data.copy()
    while not reading.done:
        reading.advance(0.0)
    np.testing.assert_array_equal(first.data, before)


@pytest.mark.parametrize(("sorting", "direction"), _SCATTERED)
def test_from_memory_a_section_comes_whole_at_once(
    survey, small_steps, monkeypatch, sorting, direction
):
    monkeypatch.setattr(gradual, "_WARM_S", 1.0)
    volume = survey(sorting)
    reading = volume.section_gradually(direction, 3)
    _assert_same(reading.advance(10.0), volume.section(direction, 3))
    assert reading.done


def test_sections_in_one_piece_and_small_files_are_not_read_bit_by_bit(survey, small_steps):
    volume = survey("inline")
    assert volume.section_gradually("inline", 0) is None
    with pytest.raises(IndexError):
        volume.section_gradually("twt", 12)


def test_a_small_file_is_not_read_bit_by_bit(survey):
    assert survey("inline").section_gradually("twt", 0) is None
