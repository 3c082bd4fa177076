"""Textures of migrated sections."""

import numpy as np
import pytest

from engine.synthetic.texture import banded_noise, draw_bedding, ricker


@pytest.mark.parametrize("period", [6.0, 16.0])
def test_noise_lies_in_a_ring_around_its_period(period):
    noise = banded_noise(np.random.default_rng(0), (200, 180), period=period, flatness=0.0)

    power = np.abs(np.fft.fft2(noise)) ** 2
    radius = np.hypot(np.fft.fftfreq(200)[:, None], np.fft.fftfreq(180))
    inside = (radius > 0.4 / period) & (radius < 2.5 / period)
    assert noise.shape == (200, 180)
    assert noise.std() == pytest.approx(1, abs=1e-3)
    assert power[inside].sum() > 0.85 * power.sum()


@pytest.mark.parametrize("dip", [-0.5, 0.0, 0.5])
def test_flat_noise_runs_along_its_dip(dip):
    noise = banded_noise(np.random.default_rng(1), (220, 220), period=10.0, flatness=30.0, dip=dip)

    # The structure tensor, which knows nothing of wavenumbers.
    along_x, along_z = np.gradient(noise)
    angle = 0.5 * np.arctan2(
        2 * (along_x * along_z).mean(), (along_z**2).mean() - (along_x**2).mean()
    )
    # A bed that dips by `dip` towards greater x has a gradient turned the other way.
    assert -angle == pytest.approx(dip, abs=0.08)


def test_opposite_borders_of_noise_have_nothing_in_common():
    both = []
    for seed in range(40):
        noise = banded_noise(np.random.default_rng(seed), (96, 96), period=12.0, flatness=0.0)
        both.append(np.corrcoef(noise[:, 0], noise[:, -1])[0, 1])

    assert abs(np.mean(both)) < 0.15


def test_bedding_has_the_period_of_its_wavelet():
    ratios = []
    for seed in range(20):
        layers = draw_bedding(
            np.random.default_rng(seed), 0, 400, period=10.0, phase=0.0, thickness=3.0
        )
        trace = layers.at(np.arange(400, dtype=np.float32))
        power = np.abs(np.fft.rfft(trace - trace.mean())) ** 2
        frequency = np.fft.rfftfreq(400)
        ratios.append(10 * (power * frequency).sum() / power.sum())

    assert 0.6 < np.mean(ratios) < 1.2


def test_the_wavelet_is_1_on_the_reflector_and_has_a_zero_mean():
    distance = np.arange(-60, 60.5, 0.5, dtype=np.float32)
    wavelet = ricker(distance, 12.0)

    assert wavelet[120] == pytest.approx(1)
    assert abs(wavelet.sum()) < 1e-3
    assert np.array_equal(wavelet, wavelet[::-1])
