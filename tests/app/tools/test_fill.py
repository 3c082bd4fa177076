"""Filling by likeness and by threshold with the mouse."""

from __future__ import annotations

import numpy as np
import pytest

from app.tools.fill import threshold_range
from engine.core.labels import UNLABELLED
from engine.core.levels import Levels
from engine.core.region_fill import similar_region
from engine.session.labelling import ToolSettings
from tests.app.mouse import click, stroke


def whole(stamp, shape):
    result = np.zeros(shape, dtype=bool)
    result[stamp.rows, stamp.cols] = stamp.inside
    return result


def test_a_click_fills_what_is_connected_and_alike(qtbot, desk):
    desk.use("fill", tolerance=0.4, smoothing=1.0)
    click(qtbot, desk.view, 20, 25)
    shown = desk.view.shown
    tolerance = 0.4 * shown.request.levels.half
    stamp = similar_region(shown.section.data, (25, 20), tolerance, sigma=1.0)
    assert np.array_equal(desk.classes == 1, whole(stamp, shown.section.data.shape))
    assert stamp.n_samples > 5
    assert desk.document.undo_text == "Fill"


def test_what_is_labelled_stays_unless_it_is_wanted_otherwise(qtbot, desk):
    desk.use("fill", tolerance=1.0, smoothing=5.0)
    here = desk.key
    desk.document.paint(here, 0, 0, np.full((50, 20), 2, dtype=np.uint8), title="Test")
    click(qtbot, desk.view, 30, 25)
    assert (desk.classes[:, :20] == 2).all()
    assert np.count_nonzero(desk.classes == 1) > 100
    desk.model.set_tools(fills_labelled=True)
    click(qtbot, desk.view, 30, 25)
    assert np.count_nonzero(desk.classes[:, :20] == 1) > 100


def test_a_click_on_missing_samples_fills_nothing(qtbot, desk):
    desk.use("fill")
    desk.model.set_index(3)  # its sixth trace has no data
    qtbot.waitUntil(lambda: desk.view.shown.request.index == 3, timeout=3000)
    click(qtbot, desk.view, 5, 25)
    assert (desk.classes == UNLABELLED).all()


def test_a_drag_labels_amplitudes_between_two_inside_a_rectangle(qtbot, desk):
    desk.use("threshold", threshold=(20.0, 90.0), smoothing=0.0)
    stroke(qtbot, desk.view, [(5, 10), (12, 30), (25, 40)])
    data = desk.view.shown.section.data
    expected = np.zeros(data.shape, dtype=bool)
    expected[10:41, 5:26] = (data[10:41, 5:26] >= 20) & (data[10:41, 5:26] <= 90)
    assert np.array_equal(desk.classes == 1, expected)
    assert desk.document.undo_text == "Threshold"
    assert not desk.box.tool._frame.isVisible()


def test_the_threshold_takes_what_is_on_the_screen(qtbot, desk):
    desk.use("threshold", threshold=(20.0, 90.0), smoothing=0.0)
    desk.box.threshold.apply_to_visible()
    data = desk.view.shown.section.data
    assert np.array_equal(desk.classes == 1, (data >= 20) & (data <= 90))


def test_without_a_choice_the_threshold_is_the_upper_half_of_the_colours():
    assert threshold_range(ToolSettings(), Levels(0, 8)) == (6, float("inf"))
    assert threshold_range(ToolSettings(threshold=(1, 2)), Levels(0, 8)) == (1, 2)


@pytest.mark.parametrize("tool", ["fill", "threshold"])
def test_nothing_happens_beside_the_section(qtbot, desk, tool):
    desk.use(tool)
    desk.view.view_box.scaleBy((1.4, 1.4))
    click(qtbot, desk.view, -4, -5)
    assert desk.document.undo_text == ""
