"""Slices that are read before one comes to them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.views import slices_ahead
from engine.errors import ReadError


@pytest.fixture
def reads(opened):
    """What was read of the open volume, in order; the window shows inline 15."""
    volume = opened.session.opened.volume
    volume.read.clear()
    return volume.read


def shows(opened, index, direction="inline"):
    request = opened.pane.view.shown.request
    return (request.direction, request.index) == (direction, index)


def idle(opened):
    """Whether the read lane has nothing to do for the section on the screen."""
    loader = opened.pane.frame._loader
    return not loader.busy and not loader._ahead._latest.busy


def settle(qtbot, opened, index):
    qtbot.waitUntil(lambda: shows(opened, index) and idle(opened), timeout=3000)


def test_one_step_reads_the_next_two_and_the_next_step_shows_at_once(qtbot, opened, reads):
    opened._model.step(1)
    settle(qtbot, opened, 16)
    assert reads == [("inline", 16), ("inline", 17), ("inline", 18)]
    opened._model.step(1)
    assert shows(opened, 17)
    settle(qtbot, opened, 17)
    assert reads[3:] == [("inline", 19)]


def test_what_is_shown_from_ahead_is_what_a_reading_gives(qtbot, opened, reads):
    model, volume = opened._model, opened.session.opened.volume
    for index in (16, 17, 18):
        model.step(1)
        settle(qtbot, opened, index)
        shown = opened.pane.view.shown
        expected = volume.section("inline", index)
        np.testing.assert_array_equal(shown.section.data, expected.data)
        assert shown.section.plane == expected.plane
        assert opened.pane.frame._title.text() == f"Inline {100 + 2 * index}"


def test_turning_back_reads_the_other_way_and_stops_at_the_end(qtbot, opened, reads):
    model = opened._model
    model.set_index(2)
    settle(qtbot, opened, 2)
    model.step(-1)
    settle(qtbot, opened, 1)
    assert reads == [("inline", 2), ("inline", 1), ("inline", 0)]
    model.step(-1)
    settle(qtbot, opened, 0)
    assert len(reads) == 3


def test_pages_are_read_ahead_and_jumps_are_not(qtbot, opened, reads):
    model = opened._model
    model.set_index(3)
    settle(qtbot, opened, 3)
    assert reads == [("inline", 3)]
    qtbot.keyClick(opened.pane.view, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: not shows(opened, 3), timeout=3000)
    here = opened.session.opened.index
    settle(qtbot, opened, here)
    assert abs(here - 3) in {3, 10}
    assert reads[1:] == [("inline", here)] + [
        ("inline", n) for n in (2 * here - 3, 3 * here - 6) if 0 <= n < 30
    ]


def test_another_direction_forgets_what_was_read(qtbot, opened, reads):
    model = opened._model
    model.step(1)
    settle(qtbot, opened, 16)
    model.set_direction("crossline")
    qtbot.waitUntil(lambda: shows(opened, 20, "crossline") and idle(opened), timeout=3000)
    assert reads[3:] == [("crossline", 20)]
    assert opened.pane.frame._loader._ahead._readings == ()


def test_other_levels_are_not_mixed_up_with_those_read_ahead(qtbot, opened, reads):
    model = opened._model
    model.step(1)
    settle(qtbot, opened, 16)
    model.change_gain(6)
    settle(qtbot, opened, 16)
    levels = opened.pane.view.shown.request.levels
    model.step(1)
    settle(qtbot, opened, 17)
    assert opened.pane.view.shown.request.levels == levels


def test_a_slice_that_is_just_being_read_ahead_is_read_once(qtbot, opened, reads):
    model, volume = opened._model, opened.session.opened.volume
    model.step(1)
    settle(qtbot, opened, 16)
    volume.gate.clear()
    model.step(2)  # 18 was read ahead; by two, so that nothing more is
    assert shows(opened, 18)
    model.step(1)  # waits at the gate
    assert opened.pane.frame._loader.busy
    volume.gate.set()
    settle(qtbot, opened, 19)
    assert reads.count(("inline", 19)) == 1
    volume.gate.clear()
    model.step(1)
    assert shows(opened, 20)
    # 22 is being read ahead, 21 is there; asked for in earnest, neither is read again.
    model.step(1)
    model.step(1)
    volume.gate.set()
    settle(qtbot, opened, 22)
    assert reads.count(("inline", 22)) == reads.count(("inline", 21)) == 1


def test_nothing_is_read_ahead_that_would_take_too_much_memory(qtbot, opened, reads, monkeypatch):
    rows, cols = opened.pane.view.shown.section.data.shape
    monkeypatch.setattr(slices_ahead, "_MOST_BYTES", rows * cols * 5)
    opened._model.step(1)
    settle(qtbot, opened, 16)
    assert reads == [("inline", 16), ("inline", 17)]
    monkeypatch.setattr(slices_ahead, "_MOST_BYTES", rows * cols * 5 - 1)
    opened._model.step(1)
    opened._model.step(1)
    settle(qtbot, opened, 18)
    assert reads[2:] == [("inline", 18)]


def test_a_slice_that_cannot_be_read_is_told_of_when_one_comes_to_it(
    qtbot, opened, reads, monkeypatch
):
    model, volume = opened._model, opened.session.opened.volume
    read, told = volume.section, []
    opened.pane.read_failed.disconnect()
    opened.pane.read_failed.connect(told.append)

    def section(direction, index):
        if index == 17:
            raise ReadError(volume.path, "damaged", hint="Copy it again.")
        return read(direction, index)

    monkeypatch.setattr(volume, "section", section)
    model.step(1)
    settle(qtbot, opened, 16)
    assert told == []
    model.step(1)
    qtbot.waitUntil(lambda: len(told) == 1, timeout=3000)
    model.step(1)
    settle(qtbot, opened, 18)


def test_closing_the_volume_gives_up_what_was_read(qtbot, opened, reads):
    opened._model.step(1)
    settle(qtbot, opened, 16)
    opened._model.close_volume()
    ahead = opened.pane.frame._loader._ahead
    assert ahead._readings == ()
    assert not ahead._latest.busy
