"""Dragging the ends of the colour bar."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from app.views.color_bar import ColorBar, levels_text
from engine.core.levels import Levels
from engine.session.display_settings import DisplaySettings


def drag(qtbot, bar, start, end):
    points = [bar.place_of(value).toPoint() for value in (start, end)]
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=points[0])
    for step in range(1, 5):
        qtbot.mouseMove(bar, points[0] + (points[1] - points[0]) * step / 4)
    qtbot.mouseMove(bar, points[1] + QPoint(0, 1))
    qtbot.mouseMove(bar, points[1])
    QApplication.processEvents()
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=points[1])


@pytest.fixture
def bar(opened):
    return opened.findChild(ColorBar)


def test_both_ends_move_where_zero_is_in_the_middle(qtbot, opened, bar):
    before = opened.session.display.levels(opened.session.opened.statistics)
    drag(qtbot, bar, before.high, before.high / 2)
    levels = opened.session.display.chosen_levels
    assert levels.is_symmetric
    assert levels.high == pytest.approx(before.high / 2, rel=0.05)
    qtbot.waitUntil(lambda: opened.pane.view.shown.request.levels == levels, timeout=3000)
    drag(qtbot, bar, levels.low, levels.low * 1.15)
    wider = opened.session.display.chosen_levels
    assert wider.is_symmetric
    assert wider.high == pytest.approx(1.15 * levels.high, rel=0.03)


def test_one_end_moves_where_all_amplitudes_lie_on_one_side(qtbot, opened, bar):
    opened._model.set_display(chosen_levels=Levels(20.0, 60.0))
    drag(qtbot, bar, 60.0, 40.0)
    levels = opened.session.display.chosen_levels
    assert levels.low == 20.0
    assert levels.high == pytest.approx(40.0, abs=1)
    drag(qtbot, bar, 20.0, 1000.0)
    levels = opened.session.display.chosen_levels
    assert levels.low < levels.high


def test_a_double_click_the_key_and_another_percentile_return_to_the_automatic_clip(
    qtbot, opened, bar
):
    for back in (
        lambda: qtbot.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=bar.rect().center()),
        opened._actions.actions["auto_clip"].trigger,
    ):
        opened._model.set_display(chosen_levels=Levels(20.0, 60.0))
        back()
        assert opened.session.display.chosen_levels is None
    qtbot.waitUntil(lambda: opened.pane.view.shown.request.levels.is_symmetric, timeout=3000)


def test_a_press_beside_the_ends_drags_nothing(qtbot, opened, bar):
    drag(qtbot, bar, 0.0, 50.0)
    assert opened.session.display.chosen_levels is None


def test_chosen_levels_are_not_carried_to_other_data(qtbot, opened):
    opened._model.set_display(chosen_levels=Levels(20.0, 60.0))
    opened.files.open_path(opened.session.opened.volume.path.with_name("second.sgy"))
    qtbot.waitUntil(lambda: "second" in opened.windowTitle(), timeout=3000)
    assert opened.session.display.chosen_levels is None


def test_levels_in_words():
    assert levels_text(Levels(-4393.0, 4393.0)) == "±4393"
    assert levels_text(Levels(-12.0, 240.0)) == "−12 to 240"


def test_the_scale_beyond_the_ends_has_their_colours(opened, bar):
    image = bar.grab().toImage()
    levels = opened.session.display.levels(opened.session.opened.statistics)

    def color(amplitude):
        return image.pixelColor(bar.place_of(amplitude).toPoint()).getRgb()[:3]

    assert color(levels.high * 1.15) == color(levels.high * 0.995)
    assert np.ptp(color(0.0)) < 12


@pytest.mark.parametrize("limit", [4393.0, 987654.0, 1.2345e9, 0.000123456])
def test_the_longest_number_is_drawn_to_its_last_digit(qtbot, limit):
    bar = ColorBar()
    qtbot.addWidget(bar)
    bar.show_scale(DisplaySettings(), Levels.symmetric(limit))
    bar.resize(bar.sizeHint().width(), 400)
    narrow = bar.grab().toImage()
    bar.resize(bar.width() + 60, 400)
    wide = bar.grab().toImage()
    ratio = wide.devicePixelRatio()
    beyond = narrow.width()
    y = bar.place_of(-limit).y() * ratio
    rows = range(round(y - 8 * ratio), round(y + 8 * ratio))
    paper = wide.pixelColor(wide.width() - 1, 5)
    for row in rows:
        assert all(wide.pixelColor(x, row) == paper for x in range(beyond, wide.width()))
