"""Surveys map line numbers to coordinates."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.survey import Survey


def _lines():
    inlines, crosslines = np.meshgrid(np.arange(100, 140, 2), np.arange(7, 37), indexing="ij")
    return np.column_stack([inlines.ravel(), crosslines.ravel()]).astype(float)


def _coordinates(lines, noise_m=0.0):
    angle = np.deg2rad(30)
    along = np.array([[12.5 * np.cos(angle), 12.5 * np.sin(angle)]])
    across = np.array([[-25 * np.sin(angle), 25 * np.cos(angle)]])
    places = np.array([6e5, 6.7e6]) + lines[:, :1] * along + lines[:, 1:] * across
    return places + np.random.default_rng(0).normal(0, noise_m or 1e-9, places.shape)


@pytest.mark.parametrize("noise_m", [0.0, 1.0])
def test_a_rotated_survey_is_found_again(noise_m):
    lines = _lines()
    survey = Survey.fit(lines, _coordinates(lines, noise_m))
    x, y = survey.xy(111, 20.5)
    expected = _coordinates(np.array([[111, 20.5]]))[0]
    assert (x, y) == pytest.approx(tuple(expected), abs=1e-3 + noise_m)


def test_coordinates_that_do_not_follow_the_lines_give_no_survey():
    lines = _lines()
    random = np.random.default_rng(1).uniform(0, 1e5, lines.shape)
    assert Survey.fit(lines, random) is None


def test_missing_coordinates_give_no_survey():
    lines = _lines()
    assert Survey.fit(lines, np.zeros_like(lines)) is None
    assert Survey.fit(lines[:0], lines[:0]) is None


def test_line_numbers_of_a_place_are_those_it_was_computed_from():
    survey = Survey((1000.0, -50.0), (3.0, 11.0), (-20.0, 5.0))
    assert survey.lines(*survey.xy(1234.5, 67.25)) == pytest.approx((1234.5, 67.25))


def test_where_inlines_and_crosslines_are_parallel_no_place_has_numbers():
    assert Survey((0.0, 0.0), (2.0, 4.0), (1.0, 2.0)).lines(3.0, 3.0) is None
