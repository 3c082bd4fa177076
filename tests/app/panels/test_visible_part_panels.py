"""Spectrum and histogram of what is on the screen."""

import numpy as np
import pytest
from PySide6.QtWidgets import QDockWidget, QLabel

from engine.preprocessing.spectrum import mean_spectrum


def text(panel):
    return panel.findChild(QLabel).text()


def show(qtbot, window, name):
    dock = window.findChild(QDockWidget, name)
    assert not dock.isVisible()
    dock.toggleViewAction().trigger()
    panel = dock.widget()
    qtbot.waitUntil(lambda: len(panel.plot.curve[1]) > 0, timeout=3000)
    return panel


def test_the_spectrum_is_that_of_the_visible_traces_and_follows_the_zoom(qtbot, opened):
    panel = show(qtbot, opened, "spectrum")
    view = opened.pane.view
    section = view.shown.section
    expected = mean_spectrum(section.data, section.rows)
    assert panel.plot.curve[0] == pytest.approx(expected.frequencies)
    assert panel.plot.curve[1] == pytest.approx(expected.decibels.clip(-60))
    assert "mean of 40 traces" in text(panel)
    view.view_box.setRange(xRange=(304.6, 312.4), yRange=(19, 101), padding=0)
    qtbot.waitUntil(lambda: "mean of 8 traces" in text(panel), timeout=3000)
    part = section.data[5:26, 5:13]
    assert panel.plot.curve[1] == pytest.approx(mean_spectrum(part, section.rows).decibels)


def test_the_histogram_marks_the_clip_and_follows_slice_and_gain(qtbot, opened):
    panel = show(qtbot, opened, "histogram")
    limit = opened.pane.view.shown.request.levels.limit
    assert panel.plot.marks == pytest.approx((-limit, limit))
    assert panel.plot.curve[1].sum() == opened.pane.view.shown.section.data.size
    opened._actions.actions["gain_up"].trigger()
    smaller = limit * 10 ** (-3 / 20)
    qtbot.waitUntil(lambda: np.allclose(panel.plot.marks, (-smaller, smaller)), timeout=3000)
    opened._model.set_index(3)
    qtbot.waitUntil(lambda: "50 samples without data" in text(panel), timeout=3000)


def test_nothing_is_measured_while_the_panel_is_hidden_or_nothing_is_open(qtbot, opened):
    panel = opened.findChild(QDockWidget, "histogram").widget()
    opened._model.set_index(4)
    qtbot.waitUntil(lambda: opened.pane.view.shown.request.index == 4, timeout=3000)
    assert len(panel.plot.curve[1]) == 0
    opened.findChild(QDockWidget, "histogram").show()
    qtbot.waitUntil(lambda: len(panel.plot.curve[1]) > 0, timeout=3000)
    opened.files.close()
    qtbot.waitUntil(lambda: "Nothing to measure" in text(panel), timeout=3000)
    assert len(panel.plot.curve[1]) == 0


def test_what_lies_outside_the_section_is_not_measured(opened):
    view = opened.pane.view
    view.view_box.setRange(xRange=(320, 345), yRange=(150, 240), padding=0)
    part = view.visible_part
    assert part.data.shape == (50 - 38, 20)
    assert np.array_equal(part.data, view.shown.section.data[38:, 20:])
