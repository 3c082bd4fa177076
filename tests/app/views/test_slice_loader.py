"""Which slices are shown while one moves on faster than they are read."""

import pytest

from app.views import slice_loader


@pytest.fixture
def shown(opened):
    """Indices of the inlines that were shown, in order; the window shows inline 15."""
    indices = []
    opened.pane.frame.slice_shown.connect(lambda image: indices.append(image.request.index))
    return indices


def held_back(opened):
    """Stop reading, and return the gate that lets it go on."""
    gate = opened.session.opened.volume.gate
    gate.clear()
    return gate


def test_a_slice_that_comes_soon_is_shown_and_then_the_newest(qtbot, opened, shown, monkeypatch):
    monkeypatch.setattr(slice_loader, "_PATIENCE_S", 60.0)
    gate = held_back(opened)
    for index in (3, 5, 8, 9):
        opened._model.set_index(index)
    gate.set()
    qtbot.waitUntil(lambda: shown == [3, 9], timeout=3000)
    assert opened.pane.frame._title.text() == "Inline 118"


def test_one_that_takes_long_is_given_up_for_the_newest(qtbot, opened, shown, monkeypatch):
    monkeypatch.setattr(slice_loader, "_PATIENCE_S", 0.0)
    gate = held_back(opened)
    for index in (3, 5, 8):
        opened._model.set_index(index)
    gate.set()
    qtbot.waitUntil(lambda: shown == [8], timeout=3000)


def test_coming_back_to_what_is_being_read_shows_it_once(qtbot, opened, shown, monkeypatch):
    monkeypatch.setattr(slice_loader, "_PATIENCE_S", 60.0)
    gate = held_back(opened)
    for index in (3, 5, 3):
        opened._model.set_index(index)
    gate.set()
    qtbot.waitUntil(lambda: shown == [3], timeout=3000)
    loader = opened.pane.frame._loader
    qtbot.waitUntil(lambda: not loader.busy, timeout=3000)
    assert shown == [3]


def test_another_direction_does_not_wait(qtbot, opened, shown, monkeypatch):
    monkeypatch.setattr(slice_loader, "_PATIENCE_S", 60.0)
    gate = held_back(opened)
    opened._model.set_index(3)
    opened._model.set_direction("crossline")
    gate.set()
    qtbot.waitUntil(lambda: opened.pane.view.shown.request.direction == "crossline", timeout=3000)
    assert 3 not in shown
