import time

import numpy as np
import pytest

from app.views.axis_items import SurveyAxis
from engine.core.axes import Axis
from engine.core.ticks import clock_step, nice_step


@pytest.mark.parametrize(
    ("span", "n_ticks", "least", "expected"),
    [(220, 8, 1, 50), (1200, 10, 1e-6, 200), (3, 10, 1, 1), (0.5, 5, 1e-6, 0.1), (10, 0, 2, 10)],
)
def test_ticks_stand_at_round_distances(span, n_ticks, least, expected):
    assert nice_step(span, n_ticks, least) == pytest.approx(expected)


def test_ticks_are_survey_numbers_inside_the_range(qapp):
    axis = SurveyAxis("top")
    axis.set_axis(Axis("inline", "1", 1100.0, 2.0, 150))
    ((step, values),) = axis.tickValues(1099, 1399, 700)
    assert step == 50
    assert values == [1100, 1150, 1200, 1250, 1300, 1350]
    assert axis.tickStrings(values, 1.0, step) == ["1100", "1150", "1200", "1250", "1300", "1350"]


def test_line_numbers_get_no_ticks_between_two_lines(qapp):
    axis = SurveyAxis("top")
    axis.set_axis(Axis("inline", "1", 100.0, 10.0, 5))
    ((step, _values),) = axis.tickValues(95, 112, 2000)
    assert step >= 10


def test_large_and_small_values_keep_plain_numbers(qapp):
    axis = SurveyAxis("left")
    axis.set_axis(Axis("depth", "m", 0.0, 0.25, 20000))
    assert axis.tickStrings([1_000_000.0], 1.0, 500.0) == ["1000000"]
    assert axis.tickStrings([0.25], 1.0, 0.05) == ["0.25"]


def test_a_reversed_range_has_the_same_ticks(qapp):
    axis = SurveyAxis("left")
    axis.set_axis(Axis("twt", "ms", 0.0, 4.0, 500))
    assert axis.tickValues(2000, 0, 800) == axis.tickValues(0, 2000, 800)
    assert np.diff(axis.tickValues(0, 2000, 800)[0][1]).std() == 0


@pytest.mark.parametrize(
    ("span_s", "n_ticks", "expected"),
    [
        (0.45, 10, 0.05),
        (1e-3, 10, 1e-4),
        (60, 8, 10),
        (100, 8, 15),
        (700, 10, 120),
        (7 * 3600, 8, 3600),
        (86_400, 3, 12 * 3600),
        (30 * 86_400, 10, 5 * 86_400),
    ],
)
def test_times_of_day_stand_at_round_distances(span_s, n_ticks, expected):
    assert clock_step(span_s, n_ticks) == pytest.approx(expected)


def test_a_utc_axis_shows_times_of_day_with_the_date_beside(qapp, monkeypatch):
    monkeypatch.setenv("TZ", "America/Denver")
    time.tzset()
    axis = SurveyAxis("left")
    axis.set_axis(Axis("utc", "s", 1654356464.8003254, 0.0005, 900))
    ((step, values),) = axis.tickValues(1654356464.80, 1654356465.25, 600)
    texts = axis.tickStrings(values, 1.0, step)
    monkeypatch.undo()
    time.tzset()
    assert axis.labelText == "UTC 2022-06-04"
    assert texts[:3] == ["15:27:44.80", "15:27:44.85", "15:27:44.90"]


def test_a_record_over_midnight_names_both_dates(qapp):
    axis = SurveyAxis("left")
    midnight_s = 1679529600.0  # 2023-03-23T00:00 UTC
    axis.set_axis(Axis("utc", "s", midnight_s - 3600, 1.0, 7200))
    ((step, values),) = axis.tickValues(midnight_s - 3600, midnight_s + 3600, 300)
    texts = axis.tickStrings(values, 1.0, step)
    assert axis.labelText == "UTC 2023-03-22 to 2023-03-23"
    assert "2023-03-23" in texts
    assert "23:30:00" in texts


def test_a_short_axis_has_several_ticks_as_long_as_their_numbers_fit(qapp):
    axis = SurveyAxis("top")
    axis.set_axis(Axis("crossline", "1", 2300.0, 1.0, 220))
    ((step, values),) = axis.tickValues(2300, 2520, 215)
    assert (step, values[0]) == (50, 2300)
    ((step, values),) = axis.tickValues(2300, 2520, 100)
    assert len(values) == 3
    ((step, _values),) = axis.tickValues(2300, 2520, 760)
    assert step == 50  # and not the ten that would fit
