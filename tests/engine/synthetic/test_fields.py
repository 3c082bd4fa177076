"""Random fields and wavelets."""

import numpy as np
import pytest

from engine.synthetic.fields import ricker_spectrum, smooth_curve, smooth_field


def test_fields_have_unit_variance_at_every_place():
    rng = np.random.default_rng(0)
    fields = np.stack([smooth_field(rng, (40, 60), (7, 11)) for _ in range(800)])

    assert np.allclose(fields.std(axis=0), 1.0, atol=0.15)
    assert np.allclose(fields.mean(axis=0), 0.0, atol=0.2)


def test_longer_correlation_makes_smoother_curves():
    rng = np.random.default_rng(0)

    def roughness(length):
        return np.mean([np.abs(np.diff(smooth_curve(rng, 200, length))).mean() for _ in range(30)])

    assert roughness(40) < 0.5 * roughness(10)


@pytest.mark.parametrize("frequency", [0.08, 0.15])
def test_the_wavelet_is_rickers(frequency):
    n = 512
    wavelet = np.fft.fftshift(np.fft.irfft(ricker_spectrum(n, frequency), n=n))
    time = np.arange(n) - n // 2
    argument = (np.pi * frequency * time) ** 2
    expected = (1 - 2 * argument) * np.exp(-argument)

    # What lies above the Nyquist frequency is missing.
    assert np.allclose(wavelet / wavelet.max(), expected, atol=3e-3)
