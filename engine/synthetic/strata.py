"""Layers: reflectivity against depth and the shape of the beds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.fields import smooth_curve, smooth_field

Array = NDArray[np.float32]

_OVERSAMPLING = 8
_SMOOTHING = 0.45  # samples; keeps a spike from falling between two samples


@dataclass(frozen=True, slots=True)
class Reflectivity:
    """Reflection coefficients of a stack of layers.

    Parameters
    ----------
    values : ndarray of float32, shape (n,)
        Coefficients, eight to a sample.
    top : float
        Depth of the first value, samples.
    """

    values: Array
    top: float

    def at(self, z: Array) -> Array:
        """Look coefficients up.

        Parameters
        ----------
        z : ndarray of float32
            Depths, samples; the first or last value is taken outside the stack.

        Returns
        -------
        ndarray of float32
            Coefficients, of the shape of `z`.
        """
        place = (z - np.float32(self.top)) * np.float32(_OVERSAMPLING)
        return self.values.take(place.astype(np.int32), mode="clip")


def draw_reflectivity(
    rng: np.random.Generator, top: float, bottom: float, *, thickness: float
) -> Reflectivity:
    """Draw a stack of layers.

    A few strong reflectors stand out of many weak ones, and quiet intervals
    alternate with busy ones.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    top, bottom : float
        Depth range, samples.
    thickness : float
        Mean thickness of a layer, samples.

    Returns
    -------
    Reflectivity
        The stack.
    """
    n = int((bottom - top) * _OVERSAMPLING)
    count = int(2 * (bottom - top) / thickness) + 8
    steps = rng.gamma(rng.uniform(1.0, 4.0), size=count)
    places = np.cumsum(steps / steps.mean() * thickness * _OVERSAMPLING).astype(np.int64)
    places = places[places < n]
    strength = rng.standard_t(rng.uniform(2.5, 9.0), size=len(places))
    nodes = rng.standard_normal(int((bottom - top) / rng.uniform(10, 60)) + 4)
    quiet = np.interp(places, np.linspace(0, n, len(nodes)), nodes)
    values = np.zeros(n, dtype=np.float32)
    np.add.at(values, places, np.clip(strength, -6, 6) * np.exp(rng.uniform(0.1, 0.7) * quiet))
    reach = np.arange(-12, 13) / _OVERSAMPLING
    kernel = np.exp(-0.5 * (reach / _SMOOTHING) ** 2)
    smooth = np.convolve(values, kernel / kernel.sum() * _OVERSAMPLING, mode="same")
    return Reflectivity(smooth.astype(np.float32), top)


def draw_folds(rng: np.random.Generator, n: int, *, steepness: float) -> Array:
    """Draw the height of a bed along a section: Gaussian folds on a dip.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n : int
        Number of traces.
    steepness : float
        Typical slope, samples down per trace.

    Returns
    -------
    ndarray of float32, shape (n,)
        Depth to be added, samples, mean 0.
    """
    x = np.arange(n, dtype=np.float32)
    fold = np.float32(rng.normal(0.0, steepness)) * x
    for _ in range(rng.integers(1, 4)):
        length = int(rng.uniform(25, 160))
        fold += np.float32(0.5 * steepness * length) * smooth_curve(rng, n, length)
    shaped: Array = fold - fold.mean()
    return shaped


def draw_clinoforms(rng: np.random.Generator, x: Array, z: Array) -> Array:
    """Draw prograding slopes: shingled sigmoids that climb with depth.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    x, z : ndarray of float32
        Coordinates that broadcast, samples.

    Returns
    -------
    ndarray of float32
        Depth to be added, samples.
    """
    width = rng.uniform(20, 80)
    relief = rng.uniform(0.2, 0.7) * width
    edge = rng.uniform(0, x.max()) + rng.uniform(-3, 3) * z
    slope: Array = np.float32(relief) * np.tanh((x - edge) * np.float32(1 / width))
    return slope


def draw_chaos(rng: np.random.Generator, shape: tuple[int, int], *, everywhere: bool) -> Array:
    """Draw the disturbance of a slumped or channelled interval.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    shape : tuple of int
        ``(n_traces, n_samples)``.
    everywhere : bool
        Whether the whole area is disturbed; otherwise patches of it.

    Returns
    -------
    ndarray of float32, shape `shape`
        Depth to be added, samples.
    """
    lengths = int(rng.uniform(3, 12)), int(rng.uniform(5, 20))
    chaos = smooth_field(rng, shape, lengths) * np.float32(rng.uniform(0.5, 3.5))
    if not everywhere:
        patch = smooth_field(rng, shape, (int(rng.uniform(20, 90)), int(rng.uniform(12, 40))))
        chaos *= np.clip(patch - np.float32(0.5), 0, 1)
    return chaos
