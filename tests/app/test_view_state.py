"""What one looks at, taken from one window and shown in another."""

import json
from pathlib import Path

import pytest

from app.composition import compose
from engine.core.arbitrary_line import ArbitraryLine
from engine.session.view_state import ViewState
from tests.app.fakes import FakeWork


@pytest.fixture
def second(qtbot, qapp):
    """Another window on the same survey."""
    work = FakeWork()
    window = compose(qapp, work)
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(Path("/survey/fake.sgy"))
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=3000)
    yield window
    window.close()


def settled(window, direction, index):
    shown = window.pane.view.shown
    return (shown.request.direction, shown.request.index) == (direction, index)


def test_another_window_shows_what_the_first_showed(qtbot, opened, second):
    model = opened._model
    model.set_lines((ArbitraryLine(((104.0, 302.0), (150.0, 320.0))),))
    model.set_display(color_map="grey", gain_db=6.0)
    model.set_overlay(opacity=0.3, outline=True)
    model.set_indices({"inline": 4, "twt": 20})
    model.set_direction("crossline")
    model.set_index(9)
    qtbot.waitUntil(lambda: settled(opened, "crossline", 9), timeout=3000)
    opened.pane.view.view_box.setRange(xRange=(110, 130), yRange=(40, 90), padding=0)
    stored = json.loads(json.dumps(model.view_state().to_json()))
    second._model.apply_view(ViewState.from_json(stored))
    qtbot.waitUntil(lambda: settled(second, "crossline", 9), timeout=3000)
    assert second._model.view_state() == model.view_state()
    (left, right), (top, bottom) = second.pane.view.view_box.viewRange()
    assert (left, right) == pytest.approx((110, 130))
    assert sorted((top, bottom)) == pytest.approx([40, 90])
    assert second.session.tool == ""


def test_what_was_seen_of_a_direction_comes_back_when_one_turns_to_it(qtbot, opened, second):
    state = ViewState(
        "inline", {"inline": 4, "crossline": 7}, {"crossline": ((104.0, 120.0), (20.0, 60.0))}
    )
    second._model.apply_view(state)
    qtbot.waitUntil(lambda: settled(second, "inline", 4), timeout=3000)
    second._model.set_direction("crossline")
    qtbot.waitUntil(lambda: settled(second, "crossline", 7), timeout=3000)
    view = second.pane.view
    assert view.view_box.viewRange()[0] == pytest.approx([104.0, 120.0])
    view.fit()
    second._model.set_index(8)
    qtbot.waitUntil(lambda: settled(second, "crossline", 8), timeout=3000)
    assert view.view_box.viewRange()[0] == pytest.approx([99.0, 159.0])


def test_the_place_on_the_screen_changes_at_once_where_the_slice_stays(qtbot, opened):
    here = opened.session.opened.index
    seen = ((304.0, 312.0), (20.0, 60.0))
    opened._model.apply_view(ViewState("inline", {"inline": here}, {"inline": seen}))
    assert opened.pane.view.view_box.viewRange()[0] == pytest.approx([304.0, 312.0])


def test_a_state_of_other_data_is_taken_as_far_as_it_fits(qtbot, opened):
    long = ArbitraryLine(((1e11, 0.0), (0.0, 0.0)))
    state = ViewState("depth", {"inline": 1000, "depth": 4}, {"depth": ((0, 1), (0, 1))}, n_views=2)
    opened._model.apply_view(ViewState(**{**_fields(state), "lines": (long,)}))
    opened_now = opened.session.opened
    assert (opened_now.direction, opened_now.index) == ("inline", 29)
    assert opened_now.lines == ()
    assert "depth" not in opened_now.ranges
    assert opened.session.n_views == 2


def test_without_data_only_the_display_is_taken(window):
    window._model.apply_view(ViewState("inline", {"inline": 3}, n_views=3))
    assert window.session.opened is None
    assert window._model.view_state() == ViewState(n_views=3)


def _fields(state):
    return {name: getattr(state, name) for name in type(state).__slots__}
