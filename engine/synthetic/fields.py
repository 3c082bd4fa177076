"""Smooth random fields and wavelets, the raw material of synthetic seismics."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@lru_cache(maxsize=512)
def _basis(n: int, length: int) -> Array:
    """Return Gaussian bumps, one a column, whose random sum has unit variance in every row."""
    nodes = np.arange(-length, n + 2 * length, length, dtype=np.float32)
    distance = (np.arange(n, dtype=np.float32)[:, None] - nodes) / np.float32(0.75 * length)
    basis = np.exp(-0.5 * distance**2)
    unit: Array = (basis / np.linalg.norm(basis, axis=1, keepdims=True)).astype(np.float32)
    return unit


def smooth_curve(rng: np.random.Generator, n: int, length: int) -> Array:
    """Draw a smooth random curve.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n : int
        Number of values.
    length : int
        Correlation length, in values; at least 1.

    Returns
    -------
    ndarray of float32, shape (n,)
        Mean 0 and variance 1 over many draws.
    """
    basis = _basis(n, length)
    # einsum stays on this thread, where matmul would wake the pool of BLAS
    curve: Array = np.einsum("ik,k->i", basis, _nodes(rng, (basis.shape[1],)))
    return curve


def smooth_field(
    rng: np.random.Generator, shape: tuple[int, int], lengths: tuple[int, int]
) -> Array:
    """Draw a smooth random field.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    shape : tuple of int
        Size along both dimensions.
    lengths : tuple of int
        Correlation lengths along both dimensions, in values; at least 1.

    Returns
    -------
    ndarray of float32, shape `shape`
        Mean 0 and variance 1 over many draws.
    """
    left, right = _basis(shape[0], lengths[0]), _basis(shape[1], lengths[1])
    nodes = _nodes(rng, (left.shape[1], right.shape[1]))
    field: Array = np.einsum("ij,jk->ik", left, np.einsum("ij,kj->ik", nodes, right))
    return field


def _nodes(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.standard_normal(shape, dtype=np.float32)


def ricker_spectrum(n: int, frequency: float, *, phase: float = 0.0) -> NDArray[np.complex64]:
    """Compute the spectrum of a Ricker wavelet centred on sample 0.

    Parameters
    ----------
    n : int
        Number of samples of the transformed trace.
    frequency : float
        Peak frequency, cycles per sample.
    phase : float, optional
        Constant phase rotation, radians.

    Returns
    -------
    ndarray of complex64, shape (n // 2 + 1,)
        To be multiplied with ``numpy.fft.rfft`` of a trace; its largest modulus
        is 1.

    References
    ----------
    .. [1] Ricker, "The form and laws of propagation of seismic wavelets",
       Geophysics 18, 1953.
    """
    ratio = (np.fft.rfftfreq(n) / frequency) ** 2
    spectrum: NDArray[np.complex64] = ratio * np.exp(1.0 - ratio) * np.exp(1j * phase)
    return spectrum.astype(np.complex64)
