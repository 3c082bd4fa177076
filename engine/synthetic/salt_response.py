"""What salt does to the waves: poor light below, a faint inside, a strong border."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.fields import smooth_field
from engine.synthetic.texture import banded_noise, ricker

Array = NDArray[np.float32]


def draw_light(rng: np.random.Generator, salt: NDArray[np.bool_]) -> Array:
    """Draw how much of the beds is imaged: less below salt than beside it.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    salt : ndarray of bool, shape (n_traces, n_samples)
        Where the salt is.

    Returns
    -------
    ndarray of float32, shape (n_traces, n_samples)
        1 in full light, 0 in the dark.
    """
    shade = np.logical_or.accumulate(salt, axis=1).astype(np.float32)
    # Rays come from the sides too, so that the edge of the shadow is soft.
    reach = int(rng.uniform(3, 0.12 * salt.shape[0] + 5))
    total = np.cumsum(np.pad(shade, ((reach + 1, reach), (0, 0)), mode="edge"), axis=0)
    shade = (total[2 * reach + 1 :] - total[: -2 * reach - 1]) * np.float32(1 / (2 * reach + 1))
    light: Array = np.float32(1) - np.float32(rng.uniform(0.0, 0.9)) * shade
    return light


def draw_interior(
    rng: np.random.Generator, shape: tuple[int, int], period: float, level: float
) -> Array:
    """Fill salt: smooth and faint, chaotic, or with remains of beds.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    shape : tuple of int
        ``(n_traces, n_samples)``.
    period : float
        Dominant period of the wavelet, samples.
    level : float
        Standard deviation.

    Returns
    -------
    ndarray of float32, shape `shape`
        Amplitudes.
    """
    style = rng.random()
    if style < 0.5:
        fill = banded_noise(
            rng, shape, period=period * rng.uniform(1.0, 2.5), flatness=rng.uniform(0, 4)
        )
    elif style < 0.8:
        fill = banded_noise(rng, shape, period=period * rng.uniform(0.8, 1.6), flatness=0.0)
    else:
        fill = banded_noise(
            rng,
            shape,
            period=period * rng.uniform(1.0, 1.8),
            flatness=rng.uniform(4, 20),
            dip=rng.normal(0, 0.8),
        )
    slow = smooth_field(rng, shape, (int(rng.uniform(20, 60)), int(rng.uniform(15, 50))))
    interior: Array = np.float32(level) * (fill + np.float32(rng.uniform(0, 1.2)) * slow)
    return interior


def draw_reflections(
    rng: np.random.Generator, inside: Array, period: float, strength: float
) -> Array:
    """Draw the reflection of the border of salt, its multiples and arcs of migration.

    The wavelet lies across the border; steep borders send little back to the
    surface, and a base has the opposite sign of a top.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    inside : ndarray of float32, shape (n_traces, n_samples)
        Distance to the border, samples, positive in the salt.
    period : float
        Dominant period of the wavelet, samples.
    strength : float
        Amplitude of the reflection from a level top.

    Returns
    -------
    ndarray of float32, shape (n_traces, n_samples)
        Amplitudes.
    """
    down = np.gradient(inside, axis=1)
    imaged = np.tanh(6 * down) * np.clip(np.abs(down), np.float32(rng.uniform(0, 0.5)), 1)
    uneven = np.exp(
        np.float32(rng.uniform(0.1, 0.6))
        * smooth_field(rng, (inside.shape[0], inside.shape[1]), (14, 20))
    )
    shift = np.float32(rng.normal(0, 0.08) * period)
    event = ricker(inside - shift, period * rng.uniform(0.8, 1.3))
    if rng.random() < 0.3:
        event = event - np.float32(rng.uniform(0.3, 0.9)) * ricker(
            inside - period * np.float32(0.6), period
        )
    for order in range(1, 1 + rng.integers(0, 3)):
        delay = np.float32(order * rng.uniform(0.9, 3.0) * period)
        fading = np.exp(np.maximum(inside, np.float32(0)) * np.float32(-0.4 / period))
        event = event + fading * np.float32((-0.4) ** order) * ricker(inside - delay, period)
    total = event * imaged * uneven
    if rng.random() < 0.35:
        total = total + _smiles(rng, inside, period)
    reflections: Array = np.float32(strength) * total
    return reflections


def _smiles(rng: np.random.Generator, inside: Array, period: float) -> Array:
    """Draw arcs that open upwards, as migration makes them from lone amplitudes."""
    n_traces, n_samples = inside.shape
    x = np.arange(n_traces, dtype=np.float32)[:, None]
    z = np.arange(n_samples, dtype=np.float32)[None, :]
    arcs = np.zeros(inside.shape, dtype=np.float32)
    for _ in range(rng.integers(1, 4)):
        away = x - np.float32(rng.uniform(0, 1) * n_traces)
        height = z - np.float32(rng.uniform(-0.8, 0.3) * n_samples)
        radius = rng.uniform(0.3, 1.0) * n_samples
        distance = np.sqrt(away**2 + height**2) - np.float32(radius)
        aperture = np.exp(-((away * np.float32(1 / (0.5 * radius))) ** 2)) * (height > 0)
        arcs += np.float32(rng.uniform(0.03, 0.2)) * ricker(distance, period) * aperture
    return arcs
