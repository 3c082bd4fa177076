"""The f-k spectrum of what is on the screen: its axes, lines, words and reasons."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.panels.fk_panel import FkPanel
from app.views.fk_view import FkView
from app.workers.analysis import FkAnswer, VisiblePart, measure_fk
from engine.core.axes import Axis
from engine.core.levels import Levels
from engine.core.section import Section
from engine.core.survey import Survey
from engine.jobs.context import NULL_JOB
from engine.preprocessing.fk_spectrum import fk_spectrum


def _part(data, rows, cols, survey=None):
    section = Section(np.asarray(data, dtype=np.float32), rows, cols)
    whole = (slice(0, rows.size), slice(0, cols.size))
    return VisiblePart(section, *whole, Levels.symmetric(1.0), SimpleNamespace(survey=survey))


def _wave(velocity=500.0, n_rows=400, n_cols=100):
    rows, cols = Axis("utc", "s", 0.0, 0.005, n_rows), Axis("distance", "m", 0.0, 2.0, n_cols)
    data = np.cos(2 * np.pi * 25 * (rows.values()[:, None] - cols.values() / velocity))
    return _part(data, rows, cols)


def test_under_the_strongest_place_stands_the_waves_velocity(qtbot):
    view = FkView()
    qtbot.addWidget(view)
    answer = measure_fk(_wave(), NULL_JOB)
    assert isinstance(answer, FkAnswer)
    view.show_spectrum(answer.spectrum)
    assert view.words_at(QPointF(0.05, 25.0)) == "25 Hz, 0.05 1/m, 0 dB, 500 m/s to the right"
    assert view.words_at(QPointF(-0.05, 25.0)).endswith("500 m/s to the left")
    assert view.words_at(QPointF(0.5, 25.0)) == ""
    assert view.velocities == (300.0, 1000.0)
    view.clear_spectrum()
    assert (view.words_at(QPointF(0.05, 25.0)), view.velocities) == ("", ())


def test_only_the_visible_part_counts():
    part = _wave()
    part.section.data[:200] = 0
    lower = VisiblePart(part.section, slice(200, 400), slice(0, 100), part.levels, part.volume)
    answer = measure_fk(lower, NULL_JOB)
    assert answer.shape == (200, 100)
    assert answer.spectrum.amplitude.max() == pytest.approx(1, rel=1e-3)


def test_of_a_very_large_part_the_middle_is_measured():
    part = _wave(n_rows=60_000, n_cols=200)
    answer = measure_fk(part, NULL_JOB)
    assert answer.is_part
    assert 8_000_000 < answer.shape[0] * answer.shape[1] <= 8_500_000
    expected = part.section.data[(60_000 - answer.shape[0]) // 2 :, (200 - answer.shape[1]) // 2 :][
        : answer.shape[0], : answer.shape[1]
    ]
    alone = fk_spectrum(
        Section(
            np.ascontiguousarray(expected),
            Axis("utc", "s", 0.0, 0.005, answer.shape[0]),
            Axis("distance", "m", 0.0, 2.0, answer.shape[1]),
        ),
        1.0,
    )
    np.testing.assert_array_equal(answer.spectrum.amplitude, alone.amplitude)


def test_line_numbers_count_by_the_surveys_distances():
    rows, cols = Axis("twt", "ms", 0.0, 4.0, 50), Axis("crossline", "1", 300.0, 1.0, 40)
    data = np.random.default_rng(0).normal(size=(50, 40))
    survey = Survey((0.0, 0.0), (0.0, 25.0), (12.5, 0.0))
    answer = measure_fk(_part(data, rows, cols, survey), NULL_JOB)
    assert answer.spectrum.frequency.last == pytest.approx(125.0)
    assert -answer.spectrum.wavenumber.first == pytest.approx(1 / 25.0)
    assert measure_fk(_part(data, rows, cols), NULL_JOB) == (
        "Columns are crossline numbers, not lengths in metres."
    )


def test_the_panel_follows_the_section_and_says_why_there_is_nothing(qtbot, opened):
    panel = opened.findChild(FkPanel)
    panel.window().findChild(type(panel.parent()), "fk").show()
    qtbot.waitUntil(lambda: panel.plot.spectrum is not None, timeout=5000)
    assert panel._text.text() == "50 × 40 samples, 0 dB at the strongest"
    panel.plot.pointed.emit("something")
    assert panel._text.text() == "something"
    panel.plot.pointed.emit("")
    assert panel._text.text() == "50 × 40 samples, 0 dB at the strongest"
    opened._model.set_direction("twt")
    qtbot.waitUntil(lambda: panel.plot.spectrum is None, timeout=5000)
    assert panel._text.text() == "Rows are Inline, neither times nor depths."
