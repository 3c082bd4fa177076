"""Steps on DAS windows, against hand values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from engine.core.axes import Axis
from engine.core.section import Section
from engine.errors import SettingsError
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


@pytest.mark.parametrize("band", [(5, None), (None, 40), (5, 40)])
def test_a_band_is_what_scipy_gives_by_running_forward_and_backward(band):
    data = np.random.default_rng(1).normal(size=(2000, 200)) + 1000
    corners = [hz for hz in band if hz is not None]
    kind = "bandpass" if None not in band else "highpass" if band[0] else "lowpass"
    sections = signal.butter(
        4, corners if len(corners) > 1 else corners[0], kind, fs=RATE_HZ, output="sos"
    )
    expected = signal.sosfiltfilt(sections, data, axis=0, padtype="even", padlen=1500)
    result = band_pass(section(data), *band).data
    # Inside: scipy mirrors at the last sample, not half a step beyond it.
    np.testing.assert_allclose(result[300:-300], expected[300:-300], atol=2e-4)


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


@settings(max_examples=60)
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


def test_gain_control_of_a_channel_does_not_depend_on_gaps_in_others():
    data = np.random.default_rng(2).normal(size=(300, 4))
    alone = agc(section(data), 0.2).data
    data[100:120, 3] = np.nan
    np.testing.assert_allclose(agc(section(data), 0.2).data[:, :3], alone[:, :3], rtol=1e-6)


def test_gain_control_leaves_silence_silent_and_no_data_alone():
    data = wave(20)
    data[:, 1] = 0
    data[100:200, 2] = np.nan
    result = agc(section(data), 0.1)
    assert (result.data[:, 1] == 0).all()
    np.testing.assert_array_equal(result.no_data, np.isnan(data))
    with pytest.raises(SettingsError, match="shorter than two samples"):
        agc(section(data), 0.001)


@pytest.mark.parametrize("lag", [2, 4])
def test_differences_along_the_fibre_are_slopes_on_the_channel_between(lag):
    places = Axis("distance", "m", 10.0, 2.0, 9).values()
    result = differentiate_along_fibre(section(np.ones((4, 1)) * places**2), lag)
    assert result.cols == section(np.ones((4, 9))).cols
    inner = slice(lag // 2, -lag // 2)
    np.testing.assert_allclose(result.data[:, inner], 2 * places[None, inner].repeat(4, 0))
    assert result.no_data.sum() == 4 * lag


@pytest.mark.parametrize("lag", [1, 0, 4])
def test_differences_that_do_not_lie_on_a_channel_are_refused(lag):
    with pytest.raises(SettingsError, match="channels of 4"):
        differentiate_along_fibre(section(np.ones((4, 4))), lag)


def test_one_wild_sample_at_the_end_does_not_become_a_step():
    data = np.random.default_rng(0).normal(size=(800, 3))
    data[0] = 1000.0
    result = band_pass(section(data), 1, 40).data
    assert np.abs(result[100:]).max() < 20


def test_steps_want_times_in_seconds():
    rows = Axis("twt", "ms", 0.0, 4.0, 50)
    seismic = Section(np.zeros((50, 3), np.float32), rows, Axis("trace", "1", 1, 1, 3))
    with pytest.raises(SettingsError, match="not times in seconds"):
        agc(seismic, 1.0)
