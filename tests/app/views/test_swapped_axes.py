"""Records drawn on their side: every place stays that of the section."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from app.composition import compose
from app.settings import SettingsFile
from app.views.overlay_item import OverlayContent
from app.views.section_view import SectionView
from app.workers.slices import SliceImage, SliceRequest, quantise
from engine.core.axes import Axis
from engine.core.levels import Levels
from engine.core.section import Plane, Section
from engine.session.display_settings import DisplaySettings
from engine.session.predictions import Prediction, PredictionKey
from tests.app.fakes import CLASSES, FakeVolume, ReadingWork
from tests.app.tools.test_measure import drag
from tests.records import samples, write_prodml

HOT = (12, 3)
"""Row and column of the one strong sample."""


def _slice(data, step=2.0):
    rows = Axis("utc", "s", 1679486400.0, 0.01, len(data))
    cols = Axis("distance", "m", 100.0, step, data.shape[1])
    section = Section(data, rows, cols, Plane("window", 0, 1.0))
    levels = Levels.symmetric(1.0)
    return SliceImage(
        SliceRequest(1, FakeVolume(), "window", 0, levels), section, quantise(data, levels)
    )


def _hot():
    data = np.zeros((40, 10), dtype=np.float32)
    data[HOT] = 1.0
    return data


@pytest.fixture(params=[False, True], ids=["upright", "swapped"])
def view(qtbot, request):
    view = SectionView()
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.set_display(DisplaySettings(swapped=request.param))
    view.show()
    view.show_slice(_slice(_hot()))
    QApplication.processEvents()
    return view


def _scene(view, row, col):
    section = view.shown.section
    point = QPointF(section.cols.value(col), section.rows.value(row))
    return view.view_box.mapViewToScene(point)


def _color(view, row, col):
    image = view.grab().toImage()
    point = view.mapFromScene(_scene(view, row, col))
    ratio = image.devicePixelRatio()
    return image.pixelColor(round(point.x() * ratio), round(point.y() * ratio)).name()


def test_every_sample_is_drawn_and_read_where_its_place_is(view):
    strong, weak = _color(view, *HOT), _color(view, 12, 4)
    assert strong != weak
    assert _color(view, 13, 3) == weak
    found = []
    view.pointer_moved.connect(found.append)
    view.scene().sigMouseMoved.emit(_scene(view, *HOT))
    assert (found[-1].row, found[-1].col) == HOT
    assert view._cross.place.x() == pytest.approx(106.0, abs=0.1)


@pytest.mark.parametrize("step", [2.0, -2.0])
def test_time_runs_to_the_right_and_distance_downwards(view, step):
    view.show_slice(_slice(_hot(), step))
    QApplication.processEvents()
    first, later = _scene(view, 0, 0), _scene(view, 10, 0)
    nearer = _scene(view, 0, 0 if step > 0 else 9)
    farther = _scene(view, 0, 9 if step > 0 else 0)
    if view.view_box.swapped:
        assert later.x() > first.x()
        assert later.y() == pytest.approx(first.y())
        assert farther.y() > nearer.y()
    else:
        assert later.y() > first.y()
        assert farther.x() > nearer.x()


def test_the_axes_beside_name_what_runs_along_them(view):
    left, top = view._left, view._top
    places = sorted(left.range), sorted(top.range)
    times, distances = places[::-1] if view.view_box.swapped else places
    assert times == pytest.approx([1679486399.995, 1679486400.395])
    assert distances == pytest.approx([99.0, 119.0])
    words = left.labelText, top.labelText
    expected = ("UTC 2023-03-22", "Distance (m)")
    assert words == (expected[::-1] if view.view_box.swapped else expected)
    low, high = left.range
    assert low > high  # both distances on a side and times grow downwards


def test_classes_lie_on_their_samples(view):
    mask = np.zeros((40, 10), np.uint8)
    mask[HOT] = 1
    key = PredictionKey(1, "window", 0, "m", "p")
    shares = np.zeros((len(CLASSES), 40, 10), np.uint8)
    known = OverlayContent(Prediction(key, CLASSES, mask, mask, shares, mask, 0.1, "cpu"))
    view.show_content(known)
    before = _color(view, 12, 4)
    view.show_content(OverlayContent())
    assert _color(view, 12, 4) == before
    view.show_slice(_slice(np.zeros((40, 10), np.float32)))
    view.show_content(known)
    assert _color(view, *HOT) != _color(view, 12, 4) == before


def test_the_visible_part_is_the_samples_inside_the_view(view):
    view.view_box.setRange(QRectF(103.5, 1679486400.095, 6.0, 0.1), padding=0)
    part = view.visible_part
    assert (part.rows, part.cols) == (slice(10, 20), slice(2, 5))


@pytest.mark.parametrize(
    ("modifier", "changes"),
    [(Qt.KeyboardModifier.ShiftModifier, "y"), (Qt.KeyboardModifier.ControlModifier, "x")],
)
def test_the_wheel_zooms_along_the_screen(view, modifier, changes):
    corners = [_scene(view, 0, 0), _scene(view, 39, 9)]
    centre = QPointF(view.viewport().rect().center())
    event = QWheelEvent(
        centre,
        view.viewport().mapToGlobal(centre),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
    after = [_scene(view, 0, 0), _scene(view, 39, 9)]
    moved = {
        "x": abs((after[1] - after[0]).x()) > abs((corners[1] - corners[0]).x()) + 1,
        "y": abs((after[1] - after[0]).y()) > abs((corners[1] - corners[0]).y()) + 1,
    }
    assert moved == {"x": changes == "x", "y": changes == "y"}


def test_peaks_of_wiggles_point_up_when_traces_run_to_the_right(qtbot):
    data = np.zeros((40, 5), dtype=np.float32)
    data[:20], data[20:], data[:, 2] = 1.0, -1.0, np.nan
    view = SectionView()
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.set_display(DisplaySettings(swapped=True, drawing="wiggles"))
    view.show()
    view.show_slice(_slice(data))
    QApplication.processEvents()
    assert _color(view, 10, 0.6) == "#000000"
    assert _color(view, 10, 1.3) != "#000000"
    assert _color(view, 30, 0.6) != "#000000"
    view.set_display(DisplaySettings(drawing="wiggles"))
    assert _color(view, 10, 1.4) == "#000000"
    assert _color(view, 10, 2.6) != "#000000"


def test_swapping_back_and_forth_keeps_what_is_seen(view):
    view.view_box.setRange(QRectF(103.5, 1679486400.095, 6.0, 0.1), padding=0)
    before = view.view_box.viewRange()
    for swapped in (True, False, True):
        view.set_display(replace(view._display, swapped=swapped))
        assert view.view_box.viewRange() == before
        assert view.view_box.swapped == swapped


@pytest.fixture
def record_window(qtbot, qapp, tmp_path):
    """The window on a record."""
    write_prodml(tmp_path / "a.h5", samples(900, 20), rate_hz=1000.0)
    window = compose(qapp, ReadingWork())
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(tmp_path / "a.h5")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=60_000)
    yield window
    window.close()


def test_the_action_swaps_measures_alike_and_is_remembered(qtbot, record_window):
    window = record_window
    action, view, tool = (
        window._actions.actions["swapped"],
        window.pane.view,
        window.tool_boxes[0].tools["measure"],
    )
    assert action.isEnabled()
    measured = []
    tool.measured.connect(measured.append)
    window._actions.actions["measure"].trigger()
    first_s = view.shown.section.rows.first
    for swapped in (False, True):
        if swapped:
            action.trigger()
        assert view.view_box.swapped == swapped
        drag(qtbot, view, (20.0, first_s + 0.1), (36.0, first_s + 0.5))
    for line in measured:
        assert line.across == pytest.approx(16, abs=0.3)
        assert line.down == pytest.approx(0.4, abs=0.01)
        assert line.apparent_velocity(1.0) == pytest.approx(40, rel=0.05)
    assert len(measured) == 2
    assert window.figures._picture("a", (False, False), whole=True).look["swapped"]
    window.close()
    assert SettingsFile().read().swapped


def test_what_is_no_record_is_not_swapped(opened):
    opened._model.set_display(swapped=True)
    assert not opened._actions.actions["swapped"].isEnabled()
    assert not opened.pane.view.view_box.swapped
