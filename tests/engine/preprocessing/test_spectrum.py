import numpy as np
import pytest
from scipy.signal import periodogram

from engine.core.axes import Axis
from engine.preprocessing.spectrum import FLOOR_DB, mean_spectrum

TWT = Axis("twt", "ms", 500.0, 4.0, 200)


def test_it_agrees_with_scipy():
    data = np.random.default_rng(3).normal(2, 1, size=(199, 7)).astype(np.float32)
    found = mean_spectrum(data, TWT)
    frequencies, power = periodogram(
        data.astype(float), fs=250.0, window="hann", detrend="constant", axis=0
    )
    level = np.sqrt(power[1:]).mean(axis=1)
    expected = 20 * np.log10(level / level.max())
    assert found.frequencies == pytest.approx(frequencies)
    assert found.decibels[1:] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("axis", "unit", "factor"),
    [
        (TWT, "Hz", 1.0),
        (Axis("time", "s", 0.0, 0.004, 9), "Hz", 1.0),
        (Axis("depth", "m", 0.0, 4.0, 9), "cycles/m", 1e-3),
        (Axis("inline", "1", 0.0, -4.0, 9), "cycles/inline", 1e-3),
    ],
    ids=lambda value: value.name if isinstance(value, Axis) else None,
)
def test_a_sine_stands_at_its_frequency_in_the_unit_of_the_axis(axis, unit, factor):
    phase = 2 * np.pi * 31.25 * np.arange(256) * 0.004
    spectrum = mean_spectrum(np.sin(phase)[:, None].astype(np.float32), axis)
    assert spectrum.unit == unit
    peak = spectrum.frequencies[spectrum.decibels.argmax()]
    assert peak == pytest.approx(31.25 * factor)
    assert spectrum.decibels.max() == 0


def test_traces_with_gaps_are_left_out_and_none_is_said_so():
    data = np.random.default_rng(4).normal(size=(64, 3)).astype(np.float32)
    data[5, 1] = np.nan
    assert mean_spectrum(data, TWT).n_traces == 2
    assert mean_spectrum(np.full((64, 2), np.nan, np.float32), TWT) is None
    assert mean_spectrum(data[:3], TWT) is None


def test_silence_has_the_lowest_level_and_no_warning():
    assert (mean_spectrum(np.zeros((32, 2), np.float32), TWT).decibels == FLOOR_DB).all()


def test_over_a_gap_the_longer_side_is_measured():
    seconds = np.arange(1000)[:, None] * 0.005
    data = np.cos(2 * np.pi * 20 * seconds) * np.ones((1, 6))
    data[:300] = np.cos(2 * np.pi * 50 * seconds[:300])
    data[300:340] = np.nan
    data[:, 2] = np.nan
    axis = Axis("utc", "s", 1679486400.0, 0.005, 1000)
    result = mean_spectrum(data.astype(np.float32), axis)
    alone = mean_spectrum(data[340:].astype(np.float32), axis)
    assert result.n_traces == 5
    np.testing.assert_array_equal(result.decibels, alone.decibels)
    assert result.frequencies[result.decibels.argmax()] == pytest.approx(20, abs=0.2)
