"""Arbitrary lines drawn on the map with the mouse."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QDockWidget

from app.panels.class_table import HERE, ClassTable
from app.panels.map_panel import MapPanel
from app.views.map_lines import LINE_COLOR
from tests.app.fakes import FakeVolume


@pytest.fixture
def drawing(opened):
    """The map after R was pressed."""
    opened.resize(1400, 900)
    opened.findChild(QDockWidget, "data").hide()
    opened._actions.actions["arbitrary"].trigger()
    QApplication.processEvents()  # the map gets its room
    return opened.findChild(MapPanel)


def click(qtbot, panel, inline, crossline, *, double=False):
    press = qtbot.mouseDClick if double else qtbot.mouseClick
    press(panel, Qt.MouseButton.LeftButton, pos=panel.place_on_map(inline, crossline).toPoint())


def draw(qtbot, opened, panel, *nodes):
    n_before = len(opened.session.opened.lines)
    for node in nodes:
        click(qtbot, panel, *node)
    click(qtbot, panel, *nodes[-1], double=True)
    assert len(opened.session.opened.lines) == n_before + 1


def shows_line(opened, nodes):
    shown = opened.pane.view.shown
    return (
        shown.request.direction == "arbitrary"
        and shown.request.volume.lines[shown.request.index].nodes == nodes
    )


def test_clicks_are_nodes_and_a_double_click_ends_and_shows_the_line(qtbot, opened, drawing):
    assert drawing.isVisible()
    draw(qtbot, opened, drawing, (104, 302), (150, 320), (110, 337))
    (line,) = opened.session.opened.lines
    assert np.allclose(line.nodes, [(104, 302), (150, 320), (110, 337)], atol=2)
    qtbot.waitUntil(lambda: shows_line(opened, line.nodes), timeout=3000)
    section = opened.pane.view.shown.section
    assert (section.cols.name, section.cols.unit) == ("distance", "m")
    assert opened.session.tool == ""
    assert opened.pane._active._title.text() == "Arbitrary line 1"
    first = FakeVolume().section("inline", int((line.nodes[0][0] - 100) / 2)).data
    np.testing.assert_array_equal(section.data[:, 0], first[:, int(line.nodes[0][1] - 300)])


def test_an_arbitrary_line_has_no_labels_of_its_own(qtbot, opened, drawing):
    draw(qtbot, opened, drawing, (104, 302), (150, 320))
    qtbot.waitUntil(lambda: opened.session.opened.direction == "arbitrary", timeout=3000)
    table = opened.findChild(ClassTable)
    table._show_counts()
    assert {table.topLevelItem(n).text(HERE) for n in range(table.topLevelItemCount())} == {"0"}


def test_escape_leaves_without_a_line_and_clicks_go_to_places_again(qtbot, opened, drawing):
    before = dict(opened.session.opened.indices)
    click(qtbot, drawing, 104, 302)
    assert opened.session.opened.indices == before
    qtbot.keyClick(drawing, Qt.Key.Key_Escape)
    assert opened.session.opened.lines == ()
    assert opened.session.tool == ""
    click(qtbot, drawing, 104, 302)
    assert opened.session.opened.indices != before


def test_one_node_is_no_line(qtbot, opened, drawing):
    click(qtbot, drawing, 104, 302)
    click(qtbot, drawing, 104, 302, double=True)
    assert opened.session.opened.lines == ()
    assert opened.session.tool == "draw_line"


def test_the_readout_tells_inline_crossline_and_distance(qtbot, opened, drawing):
    draw(qtbot, opened, drawing, (104, 302), (104, 330))
    line = opened.session.opened.lines[0]
    qtbot.waitUntil(lambda: shows_line(opened, line.nodes), timeout=3000)
    view = opened.pane.view
    view.scene().sigMouseMoved.emit(view.view_box.mapViewToScene(QPointF(250.0, 40.0)))
    inline, crossline = line.nodes[0]
    text = opened._readout.text
    assert f"Inline {inline:g}   Crossline {crossline + 10:g}   TWT 40 ms" in text
    assert "Distance 250.0 m" in text
    x, y = FakeVolume().survey.xy(inline, crossline + 10)
    assert f"X {x:.1f}   Y {y:.1f} m" in text


def test_dragging_a_node_moves_the_line_and_what_is_shown(qtbot, opened, drawing):
    draw(qtbot, opened, drawing, (104, 302), (150, 320))
    old = opened.session.opened.lines[0]
    qtbot.waitUntil(lambda: shows_line(opened, old.nodes), timeout=3000)
    left = Qt.MouseButton.LeftButton
    grip, goal = (drawing.place_on_map(*n).toPoint() for n in (old.nodes[1], (110, 335)))
    qtbot.mousePress(drawing, left, pos=grip)
    qtbot.mouseMove(drawing, (grip + goal) / 2)
    qtbot.mouseMove(drawing, goal)
    qtbot.mouseRelease(drawing, left, pos=goal)
    (line,) = opened.session.opened.lines
    assert line.nodes[0] == old.nodes[0]
    assert np.allclose(line.nodes[1], (110, 335), atol=2)
    qtbot.waitUntil(lambda: shows_line(opened, line.nodes), timeout=3000)


def test_a_moved_line_is_segmented_anew_and_the_old_answer_is_not_drawn(qtbot, opened, drawing):
    draw(qtbot, opened, drawing, (104, 302), (150, 320))
    line = opened.session.opened.lines[0]
    qtbot.waitUntil(lambda: shows_line(opened, line.nodes), timeout=3000)
    opened._predictions.segment()
    qtbot.waitUntil(lambda: opened.pane.prediction is not None, timeout=3000)
    assert opened.pane.prediction.mask.shape == opened.pane.view.shown.section.data.shape
    moved = line.moved(1, (120.0, 335.0))
    opened._model.set_lines((moved,))
    qtbot.waitUntil(lambda: shows_line(opened, moved.nodes), timeout=3000)
    assert opened.pane.prediction is None


def test_lines_are_kept_numbered_and_drawn_until_they_are_removed(qtbot, opened, drawing):
    draw(qtbot, opened, drawing, (104, 302), (150, 320))
    opened._actions.actions["draw_line"].trigger()
    draw(qtbot, opened, drawing, (150, 302), (104, 330))
    assert opened.session.opened.index == 1
    opened._actions.actions["inline"].trigger()
    image = drawing.grab().toImage()
    place = drawing.place_on_map(127, 311) * image.devicePixelRatio()
    near = [
        image.pixelColor(round(place.x()) + dx, round(place.y()) + dy).hue()
        for dx in range(-4, 5)
        for dy in range(-4, 5)
    ]
    assert any(abs(hue - LINE_COLOR.hue()) < 12 for hue in near)
    opened._actions.actions["arbitrary"].trigger()
    assert (opened.session.opened.direction, opened.session.opened.index) == ("arbitrary", 1)
    opened._actions.actions["previous"].trigger()
    assert opened.session.opened.index == 0
    for n_left in (1, 0):
        opened._actions.actions["remove_line"].trigger()
        assert len(opened.session.opened.lines) == n_left
    assert opened.session.opened.direction == "inline"
    assert not opened._actions.actions["remove_line"].isEnabled()
    qtbot.waitUntil(lambda: opened.pane.view.shown.request.direction == "inline", timeout=3000)


def test_a_second_view_follows_when_its_line_is_removed(qtbot, opened, drawing):
    draw(qtbot, opened, drawing, (104, 302), (150, 320))
    opened._model.set_views(2)
    opened.pane._shown_frames()[1].activated.emit()
    assert opened.session.opened.direction != "arbitrary"
    opened._actions.actions["remove_line"].trigger()
    directions = {frame.direction for frame in opened.pane._shown_frames()}
    assert "arbitrary" not in directions
    assert len(directions) == 2


def test_a_double_click_on_the_section_goes_to_the_lines_that_meet_there(qtbot, opened, drawing):
    draw(qtbot, opened, drawing, (104, 302), (104, 330))
    line = opened.session.opened.lines[0]
    qtbot.waitUntil(lambda: shows_line(opened, line.nodes), timeout=3000)
    opened.pane.view.place_chosen.emit({"distance": 250.0, "twt": 40.0})
    indices = opened.session.opened.indices
    assert 100 + 2 * indices["inline"] == line.nodes[0][0]
    assert 300 + indices["crossline"] == line.nodes[0][1] + 10
    assert (indices["twt"], indices["arbitrary"]) == (10, 0)


def test_without_coordinates_the_map_is_one_of_line_numbers(qtbot, opened, drawing, monkeypatch):
    monkeypatch.setattr(opened.session.opened.volume, "survey", None)
    opened._model.position_changed.emit()
    start, further = drawing.place_on_map(100, 300), drawing.place_on_map(120, 310)
    assert further.x() - start.x() == pytest.approx(start.y() - further.y())
    draw(qtbot, opened, drawing, (104, 302), (104, 330))
    qtbot.waitUntil(lambda: opened.pane.view.shown.section.cols.name == "trace", timeout=3000)


def test_lines_are_offered_for_volumes_only(qtbot, opened):
    assert opened._actions.actions["arbitrary"].isEnabled()
    opened.files.open_path(Path("/survey/line.sgy"))
    qtbot.waitUntil(lambda: opened.session.opened.direction == "line", timeout=3000)
    assert not opened._actions.actions["arbitrary"].isEnabled()
    assert not opened._actions.actions["draw_line"].isEnabled()
