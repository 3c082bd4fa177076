"""Steps and spectra of DAS windows, against hand values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.axes import Axis
from engine.core.section import Section
from engine.errors import SettingsError
from engine.preprocessing.das_spectra import amplitude_spectrum, fk_spectrum
from engine.preprocessing.das_steps import (
    agc,
    band_pass,
    differentiate_along_fibre,
    remove_common_mode,
)

RATE_HZ = 200.0


def section(data, spacing_m=2.0):
    data = np.asarray(data, dtype=np.float32)
    rows = Axis("utc", "s", 1679486400.0, 1 / RATE_HZ, data.shape[0])
    return Section(data, rows, Axis("distance", "m", 10.0, spacing_m, data.shape[1]))


def wave(frequency_hz, n_rows=800, n_cols=3):
    seconds = np.arange(n_rows)[:, None] / RATE_HZ
    return np.sin(2 * np.pi * frequency_hz * seconds) * np.ones(n_cols)


def test_a_band_keeps_what_is_inside_in_place_and_drops_the_rest():
    result = band_pass(section(wave(20) + wave(2) + wave(80)), 10, 40).data
    np.testing.assert_allclose(result[200:600], wave(20)[200:600], atol=0.02)


def test_at_a_corner_the_amplitude_is_halved():
    result = band_pass(section(wave(10)), 10, None).data[200:600]
    assert np.abs(result).max() == pytest.approx(0.5, abs=0.01)
    result = band_pass(section(wave(30)), None, 30).data[200:600]
    assert np.abs(result).max() == pytest.approx(0.5, abs=0.02)


def test_gaps_stay_and_nothing_runs_over_them():
    data = wave(20).astype(np.float32)
    data[300:340] = np.nan
    data[:, 1] = np.nan
    whole = band_pass(section(data), 10, 40)
    np.testing.assert_array_equal(whole.no_data, np.isnan(data))
    alone = band_pass(section(data[340:]), 10, 40)
    np.testing.assert_array_equal(whole.data[340:], alone.data)
    data[:300] *= 1000
    np.testing.assert_array_equal(band_pass(section(data), 10, 40).data[340:], alone.data)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=40))
def test_runs_of_any_length_can_be_filtered(live):
    data = np.where(np.array(live)[:, None], 1.0, np.nan) * np.ones(2)
    result = band_pass(section(data), None, 50)
    np.testing.assert_array_equal(result.no_data, np.isnan(data))
    assert np.isfinite(result.data[~result.no_data]).all()


@pytest.mark.parametrize("band", [(None, None), (0, 5), (5, 5), (20, 10), (5, 100), (None, 101)])
def test_bands_outside_the_samples_are_refused(band):
    with pytest.raises(SettingsError, match=r"band .* at 200 samples a second"):
        band_pass(section(wave(20)), *band)


def test_common_mode_is_what_all_channels_share():
    own = np.zeros((50, 5))
    own[10, 2] = 7
    shared = np.random.default_rng(0).normal(size=(50, 1))
    data = own + shared
    data[20] = np.nan
    data[:, 4] = np.nan
    result = remove_common_mode(section(data))
    np.testing.assert_allclose(result.data[:20, :4], own[:20, :4], atol=1e-6)
    np.testing.assert_array_equal(result.no_data, np.isnan(data))


def test_gain_control_makes_loud_and_quiet_alike():
    loudness = np.where(np.arange(800) < 400, 1.0, 1000.0)[:, None]
    result = agc(section(wave(20) * loudness), 0.5).data
    assert result[100:300].std() == pytest.approx(1, rel=0.02)
    assert result[500:700].std() == pytest.approx(1, rel=0.02)


def test_gain_control_leaves_silence_silent_and_no_data_alone():
    data = wave(20)
    data[:, 1] = 0
    data[100:200, 2] = np.nan
    result = agc(section(data), 0.1)
    assert (result.data[:, 1] == 0).all()
    np.testing.assert_array_equal(result.no_data, np.isnan(data))
    with pytest.raises(SettingsError, match="shorter than two samples"):
        agc(section(data), 0.001)


@pytest.mark.parametrize(("lag", "first"), [(1, 11.0), (3, 13.0)])
def test_differences_along_the_fibre_are_slopes_half_way(lag, first):
    places = Axis("distance", "m", 10.0, 2.0, 8).values()
    result = differentiate_along_fibre(section(np.ones((4, 1)) * 3 * places), lag)
    np.testing.assert_allclose(result.data, 3, rtol=1e-6)
    assert result.cols == Axis("distance", "m", first, 2.0, 8 - lag)
    with pytest.raises(SettingsError):
        differentiate_along_fibre(section(np.ones((4, 3))), 3)


def test_the_spectrum_holds_the_samples_energy():
    data = np.random.default_rng(0).normal(0, 3, (20_000, 4))
    spectrum = amplitude_spectrum(section(data))
    power = (spectrum.density.astype(float) ** 2).sum() * spectrum.frequency.step
    assert power == pytest.approx(9, rel=0.03)
    peak = amplitude_spectrum(section(wave(25, 4000))).density.argmax()
    assert spectrum.frequency.value(int(peak)) == pytest.approx(25, abs=0.2)


@pytest.mark.parametrize("spacing_m", [2.0, -2.0])
@pytest.mark.parametrize("velocity", [400.0, -400.0])
def test_a_plane_wave_lies_at_its_frequency_and_wavenumber(velocity, spacing_m):
    blank = section(np.zeros((400, 100)), spacing_m)
    seconds = np.arange(400)[:, None] / RATE_HZ
    moved = blank.cols.values()[None, :]
    result = fk_spectrum(section(np.cos(2 * np.pi * 20 * (seconds - moved / velocity)), spacing_m))
    row, col = np.unravel_index(int(result.data.argmax()), result.data.shape)
    assert result.rows.value(row) == pytest.approx(20)
    assert result.cols.value(col) == pytest.approx(20 / velocity)
    assert result.data[row, col] == pytest.approx(1, rel=1e-3)
    assert result.cols.unit == "1/m"
    assert result.rows.last == pytest.approx(100)


def test_steps_want_times_in_seconds():
    rows = Axis("twt", "ms", 0.0, 4.0, 50)
    seismic = Section(np.zeros((50, 3), np.float32), rows, Axis("trace", "1", 1, 1, 3))
    with pytest.raises(SettingsError, match="not times in seconds"):
        fk_spectrum(seismic)
