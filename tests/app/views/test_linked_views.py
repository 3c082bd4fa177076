"""Two and three sections side by side: one place, one crosshair."""

from pathlib import Path

import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QSlider

from app.composition import compose
from engine.session.predictions import PredictionStore
from tests.app.fakes import FakeWork


def shown(view):
    request = view.shown.request
    return request.direction, request.index


def wait_shown(qtbot, window, *expected):
    def there():
        views = [view for view in window.pane.views if view.isVisible()]
        return all(view.shown is not None for view in views) and [
            shown(view) for view in views
        ] == list(expected)

    qtbot.waitUntil(there, timeout=3000)


def split(window, name):
    window._actions.actions[name].trigger()


def click(qtbot, view):
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton)


@pytest.fixture
def three(qtbot, opened):
    split(opened, "three_views")
    wait_shown(qtbot, opened, ("inline", 15), ("crossline", 20), ("twt", 25))
    return opened


def test_new_views_show_directions_not_yet_seen_and_go_again(qtbot, opened):
    opened._model.set_direction("crossline")
    split(opened, "two_views")
    wait_shown(qtbot, opened, ("crossline", 20), ("inline", 15))
    split(opened, "three_views")
    wait_shown(qtbot, opened, ("crossline", 20), ("inline", 15), ("twt", 25))
    split(opened, "one_view")
    wait_shown(qtbot, opened, ("crossline", 20))
    assert [view.shown is None for view in opened.pane.views] == [False, True, True]


def test_the_slider_moves_the_view_that_was_clicked(qtbot, three):
    slider = next(s for s in three.findChildren(QSlider) if s.accessibleName() == "Slice")
    click(qtbot, three.pane.views[1])
    assert three.pane.view is three.pane.views[1]
    assert three.session.opened.direction == "crossline"
    assert slider.value() == 20
    slider.setValue(7)
    wait_shown(qtbot, three, ("inline", 15), ("crossline", 7), ("twt", 25))
    qtbot.keyClick(three.pane.views[1], Qt.Key.Key_Right)
    wait_shown(qtbot, three, ("inline", 15), ("crossline", 8), ("twt", 25))
    click(qtbot, three.pane.views[0])
    qtbot.keyClick(three.pane.views[0], Qt.Key.Key_Right)
    wait_shown(qtbot, three, ("inline", 16), ("crossline", 8), ("twt", 25))


def test_moving_one_view_does_not_read_the_others_again(qtbot, three, work):
    volume = work.volumes[-1]
    volume.read.clear()
    three._model.set_index(3)
    wait_shown(qtbot, three, ("inline", 3), ("crossline", 20), ("twt", 25))
    assert volume.read == [("inline", 3)]


def test_a_key_gives_the_active_view_another_direction(qtbot, three):
    click(qtbot, three.pane.views[2])
    qtbot.keyClick(three.pane.views[2], Qt.Key.Key_X)
    wait_shown(qtbot, three, ("inline", 15), ("crossline", 20), ("crossline", 20))


def test_one_crosshair_runs_through_all_views(three):
    first, second, third = three.pane.views
    first.scene().sigMouseMoved.emit(first.view_box.mapViewToScene(QPointF(310, 40)))

    def cross(view):
        lines = [i for i in view.items() if isinstance(i, pg.InfiniteLine) and i.isVisible()]
        return {line.angle: line.value() for line in lines}

    # Inline 130 is number 15; the crossline view has inlines to the right and time downwards.
    assert cross(second) == {90: 130, 0: pytest.approx(40, abs=2)}
    assert cross(third) == {90: pytest.approx(310, abs=0.5), 0: 130}
    first.leaveEvent(QEvent(QEvent.Type.Leave))
    assert cross(second) == cross(third) == {}


def test_a_double_click_moves_the_other_views_to_the_place(qtbot, three):
    first = three.pane.views[0]
    point = first.mapFromScene(first.view_box.mapViewToScene(QPointF(333, 120)))
    qtbot.mouseDClick(first.viewport(), Qt.MouseButton.LeftButton, pos=point)
    wait_shown(qtbot, three, ("inline", 15), ("crossline", 33), ("twt", 30))


def test_the_readout_tells_what_lies_under_the_pointer_in_any_view(three):
    second = three.pane.views[1]
    second.scene().sigMouseMoved.emit(second.view_box.mapViewToScene(QPointF(118, 80)))
    assert "Inline 118" in three._readout.text
    assert "Crossline 320" in three._readout.text


def test_the_active_view_is_segmented_and_the_classes_stay_in_the_other(qtbot, three):
    click(qtbot, three.pane.views[1])
    three._predictions.segment()
    qtbot.waitUntil(lambda: three.pane.views[1].shown_prediction is not None, timeout=3000)
    assert three.pane.views[0].shown_prediction is None
    click(qtbot, three.pane.views[0])
    assert three.pane.views[1].shown_prediction.key.direction == "crossline"
    assert three.pane.prediction is None


def test_a_line_has_one_view_and_another_volume_all_again(qtbot, three):
    three.files.open_path(Path("/survey/line.sgy"))
    wait_shown(qtbot, three, ("line", 0))
    assert not three._actions.actions["two_views"].isEnabled()
    three.files.open_path(Path("/survey/second.sgy"))
    wait_shown(qtbot, three, ("inline", 15), ("crossline", 20), ("twt", 25))


def test_the_number_of_views_is_remembered(qtbot, qapp, three):
    three.close()
    again = compose(qapp, FakeWork())
    qtbot.addWidget(again)
    try:
        assert again.session.n_views == 3
        assert again._actions.actions["three_views"].isChecked()
    finally:
        again.close()


def test_live_segments_the_active_section_first_and_then_the_others(qtbot, three, work):
    three._model.set_live(True)
    qtbot.waitUntil(
        lambda: all(view.shown_prediction is not None for view in three.pane.views), timeout=3000
    )
    assert [(key.direction, key.index) for key in work.segmented] == [
        ("inline", 15),
        ("crossline", 20),
        ("twt", 25),
    ]
    three._model.set_index(16)
    wait_shown(qtbot, three, ("inline", 16), ("crossline", 20), ("twt", 25))
    qtbot.waitUntil(lambda: len(work.segmented) == 4, timeout=3000)
    assert (work.segmented[-1].direction, work.segmented[-1].index) == ("inline", 16)


def test_sections_that_are_gone_are_not_segmented(qtbot, three, work):
    split(three, "one_view")
    wait_shown(qtbot, three, ("inline", 15))
    three._model.set_live(True)
    qtbot.waitUntil(lambda: three.pane.view.shown_prediction is not None, timeout=3000)
    assert [key.direction for key in work.segmented] == ["inline"]


def test_sections_too_large_to_be_kept_together_are_not_segmented_for_ever(qtbot, three, work):
    three.session.predictions = PredictionStore(limit_bytes=1)
    three._model.set_live(True)
    loader = three._predictions
    qtbot.waitUntil(lambda: len(loader._asked_beside) == 2 and not loader.busy, timeout=3000)
    assert {key.direction for key in work.segmented} == {"inline", "crossline", "twt"}
    assert len(work.segmented) <= 5
    assert three.pane.view.shown_prediction is not None
