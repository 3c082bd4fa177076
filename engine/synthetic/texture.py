"""Textures of migrated sections: band-limited noise and traces that follow the beds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.fields import ricker_spectrum
from engine.synthetic.strata import Reflectivity, draw_reflectivity

Array = NDArray[np.float32]

_OVERSAMPLING = 8  # of the stacks of `strata`


def banded_noise(
    rng: np.random.Generator,
    shape: tuple[int, int],
    *,
    period: float,
    flatness: float,
    dip: float = 0.0,
    bandwidth: float = 0.45,
) -> Array:
    """Draw noise in a ring of the wavenumber plane, as migration leaves it.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    shape : tuple of int
        ``(n_traces, n_samples)``.
    period : float
        Period in the middle of the band, samples.
    flatness : float
        0 for no preferred direction; the greater, the more the noise looks
        like beds.
    dip : float, optional
        Dip of the preferred direction, radians, down towards greater x.
    bandwidth : float, optional
        Standard deviation of the band in the logarithm of the wavenumber.

    Returns
    -------
    ndarray of float32, shape `shape`
        Standard deviation 1.
    """
    # The padding parts opposite borders, which are neighbours in a transform.
    padded = tuple(_fast_size(size + round(period)) for size in shape)
    k_x = np.fft.fftfreq(padded[0])[:, None].astype(np.float32)
    k_z = np.fft.rfftfreq(padded[1]).astype(np.float32)
    radius = np.sqrt(k_x**2 + k_z**2)
    radius[0, 0] = 1e-6
    weight = np.exp(-0.5 * (np.log(radius * np.float32(period)) / np.float32(bandwidth)) ** 2)
    if flatness:
        cosine = (k_z * np.float32(np.cos(dip)) - k_x * np.float32(np.sin(dip))) / radius
        weight *= np.exp(np.float32(flatness) * (cosine * cosine - np.float32(1)))
    weight[0, 0] = 0
    white = rng.standard_normal(padded, dtype=np.float32)
    noise = np.fft.irfft2(np.fft.rfft2(white) * weight, s=padded)[: shape[0], : shape[1]]
    unit: Array = (noise * (1 / max(float(noise.std()), 1e-9))).astype(np.float32)
    return unit


def _fast_size(n: int) -> int:
    """Return the least size from `n` on that has no prime factor above 5."""
    while True:
        rest = n
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return n
        n += 1


def draw_bedding(
    rng: np.random.Generator,
    top: float,
    bottom: float,
    *,
    period: float,
    phase: float,
    thickness: float,
) -> Reflectivity:
    """Draw a stack of layers that is already convolved with its wavelet.

    Looked up along bent beds, the wavelet lies across the beds, as it does
    after migration, and not along the trace.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    top, bottom : float
        Depth range, samples.
    period : float
        Dominant period of the Ricker wavelet, samples.
    phase : float
        Phase of the wavelet, radians.
    thickness : float
        Mean thickness of a layer, samples.

    Returns
    -------
    Reflectivity
        Amplitudes of standard deviation 1.
    """
    layers = draw_reflectivity(rng, top, bottom, thickness=thickness)
    n = _fast_size(len(layers.values))
    frequency = 1 / (period * _OVERSAMPLING)
    wavelet = ricker_spectrum(n, frequency, phase=phase)
    wavelet = wavelet + np.float32(rng.uniform(0, 0.7)) * ricker_spectrum(
        n, 0.5 * frequency, phase=phase
    )
    values = np.fft.irfft(np.fft.rfft(layers.values, n=n) * wavelet, n=n)[: len(layers.values)]
    values *= 1 / max(float(values.std()), 1e-9)
    return Reflectivity(values.astype(np.float32), layers.top)


def ricker(distance: Array, period: float) -> Array:
    """Compute a zero-phase Ricker wavelet at distances from a reflector.

    Parameters
    ----------
    distance : ndarray of float32
        Samples across the reflector.
    period : float
        Dominant period, samples.

    Returns
    -------
    ndarray of float32
        1 on the reflector; of the shape of `distance`.
    """
    argument = (distance * np.float32(np.pi / period)) ** 2
    wavelet: Array = (np.float32(1) - 2 * argument) * np.exp(-np.minimum(argument, np.float32(40)))
    return wavelet
