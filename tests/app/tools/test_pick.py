"""Fault sticks with the gestures of an interpreter."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.app.mouse import click, double_click, move, pixel_of, stroke

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def places(pick):
    return [(round(col), round(row)) for col, row in pick.nodes]


@pytest.fixture
def picking(desk):
    desk.use("pick")
    return desk


def test_clicks_add_seeds_and_a_double_click_ends_the_stick(qtbot, picking):
    click(qtbot, picking.view, 10, 10)
    click(qtbot, picking.view, 14, 20)
    double_click(qtbot, picking.view, 16, 35)
    (pick,) = picking.picks
    assert places(pick) == [(10, 10), (14, 20), (16, 35)]
    assert (pick.kind, pick.class_id, pick.certainty) == ("stick", 1, 3)
    assert (pick.author, pick.index) == (picking.key.author, picking.key.index)
    click(qtbot, picking.view, 30, 10)
    assert [places(p) for p in picking.picks][1:] == [[(30, 10)]]


def test_shift_and_a_click_start_a_new_stick(qtbot, picking):
    click(qtbot, picking.view, 10, 10)
    click(qtbot, picking.view, 14, 20)
    click(qtbot, picking.view, 30, 10, SHIFT)
    click(qtbot, picking.view, 32, 30)
    assert [places(p) for p in picking.picks] == [[(10, 10), (14, 20)], [(30, 10), (32, 30)]]


def test_ctrl_and_a_click_remove_a_node_and_the_last_one_the_stick(qtbot, picking):
    for place in ((10, 10), (14, 20), (16, 35)):
        click(qtbot, picking.view, *place)
    click(qtbot, picking.view, 14, 20, CTRL)
    assert places(picking.picks[0]) == [(10, 10), (16, 35)]
    click(qtbot, picking.view, 30, 30, CTRL)
    assert places(picking.picks[0]) == [(10, 10), (16, 35)]
    click(qtbot, picking.view, 10, 10, CTRL)
    click(qtbot, picking.view, 16, 35, CTRL)
    assert not picking.picks


def test_each_seed_is_undone_and_redone(qtbot, picking):
    click(qtbot, picking.view, 10, 10)
    click(qtbot, picking.view, 14, 20)
    picking.document.undo()
    assert places(picking.picks[0]) == [(10, 10)]
    assert len(picking.view.picks.picks[0].nodes) == 1
    click(qtbot, picking.view, 20, 20)
    assert places(picking.picks[0]) == [(10, 10), (20, 20)]
    picking.document.undo()
    picking.document.undo()
    assert not picking.picks
    click(qtbot, picking.view, 5, 5)
    assert [places(p) for p in picking.picks] == [[(5, 5)]]


def test_a_node_is_dragged_and_a_click_on_the_line_sets_one_in_it(qtbot, picking):
    click(qtbot, picking.view, 10, 10)
    double_click(qtbot, picking.view, 20, 40)
    stroke(qtbot, picking.view, [(20, 40), (22, 38), (25, 36)])
    assert places(picking.picks[0]) == [(10, 10), (25, 36)]
    click(qtbot, picking.view, 15, 18.67)
    assert places(picking.picks[0]) == [(10, 10), (15, 19), (25, 36)]


def test_a_click_on_a_node_goes_on_with_its_stick(qtbot, picking):
    click(qtbot, picking.view, 10, 10)
    double_click(qtbot, picking.view, 14, 20)
    click(qtbot, picking.view, 14, 20)
    assert places(picking.picks[0]) == [(10, 10), (14, 20)]
    click(qtbot, picking.view, 18, 30)
    assert places(picking.picks[0]) == [(10, 10), (14, 20), (18, 30)]


def test_escape_ends_the_stick_first_and_leaves_the_tool_then(qtbot, picking):
    click(qtbot, picking.view, 10, 10)
    qtbot.keyClick(picking.view, Qt.Key.Key_Escape)
    assert not picking.picks  # one seed is no stick
    assert picking.window.session.tool == "pick"
    qtbot.keyClick(picking.view, Qt.Key.Key_Escape)
    assert picking.window.session.tool == ""


def test_another_slice_ends_the_stick_and_shows_its_own(qtbot, picking):
    click(qtbot, picking.view, 10, 10)
    click(qtbot, picking.view, 14, 20)
    index = picking.key.index
    picking.model.step(1)
    qtbot.waitUntil(lambda: picking.view.shown.request.index == index + 1, timeout=3000)
    assert not picking.view.picks.picks
    click(qtbot, picking.view, 5, 5)
    assert len(picking.document.all_picks()) == 2
    picking.model.step(-1)
    qtbot.waitUntil(lambda: picking.view.shown.request.index == index, timeout=3000)
    assert len(picking.document.all_picks()) == 1  # the single seed went
    assert len(picking.view.picks.picks) == 1


def test_sticks_of_a_locked_class_stay(qtbot, picking):
    document = picking.document
    click(qtbot, picking.view, 10, 10)
    double_click(qtbot, picking.view, 14, 20)
    document.set_scheme(document.scheme.with_lock(1, locked=True))
    click(qtbot, picking.view, 14, 20, CTRL)
    click(qtbot, picking.view, 30, 30)
    assert [places(p) for p in picking.picks] == [[(10, 10), (14, 20)]]


def test_kind_and_name_are_those_chosen_and_a_line_leads_to_the_mouse(qtbot, desk):
    desk.use("pick", pick_kind="polyline", pick_name="Top salt")
    click(qtbot, desk.view, 10, 10)
    move(desk.view, pixel_of(desk.view, 20, 20))
    assert desk.box.tool._rubber.isVisible()
    assert (desk.picks[0].kind, desk.picks[0].name) == ("polyline", "Top salt")
    desk.model.set_tool("")
    assert not desk.box.tools["pick"]._rubber.isVisible()


def test_seeds_lie_between_samples_and_inside_the_section_only(qtbot, picking):
    picking.view.view_box.scaleBy((1.4, 1.4))
    click(qtbot, picking.view, -4, -5)
    assert not picking.picks
    click(qtbot, picking.view, 10.5, 20.25)
    assert picking.picks[0].nodes[0] == pytest.approx((10.5, 20.25), abs=0.15)
