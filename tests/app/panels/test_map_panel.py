"""The map of the survey, clicked."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget

from app.panels.map_panel import MapPanel
from app.views.map_view import CROSSLINE_COLOR, INLINE_COLOR


@pytest.fixture
def map_panel(opened):
    dock = opened.findChild(QDockWidget, "map")
    opened.findChild(QDockWidget, "data").hide()
    dock.show()
    return opened.findChild(MapPanel)


def test_north_is_up_and_a_metre_is_as_long_both_ways(map_panel):
    # Inlines run east, 25 m a crossline; an inline further is 12.5 m further north.
    start = map_panel.place_on_map(100, 300)
    east, north = map_panel.place_on_map(100, 310), map_panel.place_on_map(120, 300)
    assert east.x() - start.x() > 0
    assert east.y() == pytest.approx(start.y())
    assert north.x() == pytest.approx(start.x())
    assert start.y() - north.y() == pytest.approx(east.x() - start.x())


def test_a_click_goes_to_both_lines_that_meet_there(qtbot, opened, map_panel):
    place = map_panel.place_on_map(114, 312).toPoint()
    qtbot.mouseClick(map_panel, Qt.MouseButton.LeftButton, pos=place)
    assert opened.session.opened.indices["inline"] == pytest.approx(7, abs=1)
    assert opened.session.opened.indices["crossline"] == pytest.approx(12, abs=1)
    qtbot.waitUntil(
        lambda: opened.pane.view.shown.request.index == opened.session.opened.indices["inline"],
        timeout=3000,
    )


def test_a_click_outside_goes_to_the_nearest_line(qtbot, opened, map_panel):
    qtbot.mouseClick(map_panel, Qt.MouseButton.LeftButton, pos=map_panel.rect().topRight())
    indices = opened.session.opened.indices
    assert (indices["inline"], indices["crossline"]) == (29, 39)


def test_the_current_lines_are_drawn_where_they_lie(opened, map_panel):
    image = map_panel.grab().toImage()
    ratio = image.devicePixelRatio()

    def color(inline, crossline):
        place = map_panel.place_on_map(inline, crossline) * ratio
        return image.pixelColor(round(place.x()), round(place.y()))

    assert color(130, 313) == INLINE_COLOR
    assert color(113, 320).hue() == pytest.approx(CROSSLINE_COLOR.hue(), abs=8)
    opened._model.set_index(3)
    image = map_panel.grab().toImage()
    assert color(106, 313) == INLINE_COLOR


def test_data_without_coordinates_say_so(qtbot, opened, map_panel):
    opened.files.open_path(Path("/survey/line.sgy"))
    qtbot.waitUntil(lambda: opened.session.opened.direction == "line", timeout=3000)
    qtbot.mouseClick(map_panel, Qt.MouseButton.LeftButton)
    assert map_panel.grab().toImage().pixelColor(30, 30).isValid()
    assert map_panel.cursor().shape() == Qt.CursorShape.ArrowCursor
