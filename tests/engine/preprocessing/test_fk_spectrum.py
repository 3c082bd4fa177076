"""Spectra over frequency and wavenumber of waves that are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.core.axes import Axis
from engine.core.section import Section
from engine.preprocessing.fk_spectrum import fk_spectrum, why_no_fk


def section(data, unit="s", step=0.005, spacing=2.0):
    name = "utc" if unit == "s" else "depth"
    rows = Axis(name, unit, 0.0, step, data.shape[0])
    cols = Axis("distance", "m", 10.0, spacing, data.shape[1])
    return Section(np.asarray(data, dtype=np.float32), rows, cols)


@pytest.mark.parametrize("n_cols", [100, 101])
@pytest.mark.parametrize("spacing", [2.0, -2.0])
@pytest.mark.parametrize("velocity", [400.0, -400.0])
def test_a_plane_wave_lies_at_its_frequency_and_wavenumber(velocity, spacing, n_cols):
    blank = section(np.zeros((400, n_cols)), spacing=spacing)
    seconds = np.arange(400)[:, None] * 0.005
    data = 5 + np.cos(2 * np.pi * 20 * (seconds - blank.cols.values() / velocity))
    result = fk_spectrum(section(data, spacing=spacing), 1.0)
    row, col = np.unravel_index(int(result.amplitude.argmax()), result.amplitude.shape)
    assert result.frequency.value(row) == pytest.approx(20)
    assert result.wavenumber.value(col) == pytest.approx(20 / velocity, abs=0.6 / (2 * n_cols))
    assert result.velocity(row, col) == pytest.approx(velocity, rel=0.06)
    assert result.decibels[row, col] == 0
    if n_cols == 100:
        assert result.amplitude[row, col] == pytest.approx(1, rel=1e-3)
    assert (result.frequency.unit, result.wavenumber.unit) == ("Hz", "1/m")
    assert result.frequency.last == pytest.approx(100)


def test_columns_count_by_their_length_in_metres():
    result = fk_spectrum(section(np.random.default_rng(0).normal(size=(50, 20))), 12.5)
    assert result.wavenumber.first == pytest.approx(-1 / (2 * 2.0 * 12.5))


def test_depths_have_wavenumbers_downwards_and_no_velocity():
    data = np.sin(np.arange(200) / 3)[:, None] * np.ones(20)
    result = fk_spectrum(section(data, "m", 5.0), 1.0)
    assert result.frequency.unit == "1/m"
    assert result.frequency.last == pytest.approx(0.1)
    assert result.velocity(3, 3) is None


def test_gaps_and_offsets_do_not_make_a_spectrum_of_their_own():
    data = np.full((200, 20), 1000.0)
    data[50:90] = np.nan
    data[:, 3] = np.nan
    result = fk_spectrum(section(data), 1.0)
    assert result.amplitude.max() == pytest.approx(0, abs=1e-3)
    assert fk_spectrum(section(data * np.nan), 1.0) is None
    assert fk_spectrum(section(data[:3]), 1.0) is None


def test_it_is_said_why_there_is_none():
    rows, cols = section(np.zeros((5, 5))).rows, Axis("channel", "1", 0.0, 1.0, 5)
    assert why_no_fk(rows, cols, 1.0) == ""
    assert why_no_fk(rows, cols, None) == ("Columns are channel numbers, not lengths in metres.")
    assert why_no_fk(cols, cols, 1.0) == "Rows are Channel, neither times nor depths."
