"""Amplitudes in 8 bits, finer near zero, so that a copy serves at any gain.

The level is the square root of the amplitude: at 30 dB more gain than the copy was
made for, where a linear scale would have eight levels left, this one has 45.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NO_DATA = 0
ZERO = 128
_SPAN = 127


def to_levels(data: NDArray[np.float32], limit: float) -> NDArray[np.uint8]:
    """Quantise amplitudes.

    Parameters
    ----------
    data : ndarray of float32
        Any shape; NaN where there is no data.
    limit : float
        Amplitude of the last level, above zero; larger ones are held there.

    Returns
    -------
    ndarray of uint8
        Same shape: 0 for no data, 128 for zero, 1 and 255 for -`limit` and `limit`.
    """
    scaled = np.abs(data) * np.float32(1.0 / limit)
    np.minimum(scaled, 1.0, out=scaled)
    np.sqrt(scaled, out=scaled)
    scaled *= _SPAN
    np.copysign(scaled, data, out=scaled)
    # Truncation after adding a half rounds; NaN becomes the level for no data.
    scaled += np.float32(ZERO + 0.5)
    np.nan_to_num(scaled, copy=False, nan=NO_DATA)
    return scaled.astype(np.uint8)


def amplitudes_of(limit: float) -> NDArray[np.float32]:
    """Return the amplitude of each level.

    Parameters
    ----------
    limit : float
        As given to `to_levels`.

    Returns
    -------
    ndarray of float32, shape (256,)
        NaN at level 0.
    """
    levels = (np.arange(256) - ZERO) / _SPAN
    values = (np.sign(levels) * levels**2 * limit).astype(np.float32)
    values[NO_DATA] = np.nan
    return values
