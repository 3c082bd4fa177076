"""Histograms of sections."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.levels import Levels

N_BINS = 128


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How often amplitudes occur.

    Parameters
    ----------
    edges : ndarray of float64, shape (n + 1,)
        Ends of the bins, ascending.
    counts : ndarray of int64, shape (n,)
        Samples in each.
    levels : Levels
        The clip.
    beyond : float
        Share of all samples outside the clip, 0 to 1.
    n_missing : int
        Samples without data.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    levels: Levels
    beyond: float
    n_missing: int


def histogram(data: NDArray[np.float32], levels: Levels) -> Histogram | None:
    """Count amplitudes in bins of equal width.

    Parameters
    ----------
    data : ndarray of float32
        Any shape; samples that are not finite are left out.
    levels : Levels
        The clip.

    Returns
    -------
    Histogram or None
        None if no sample is finite.
    """
    # In float64: the range of large amplitudes overflows float32.
    finite = data[np.isfinite(data)].astype(np.float64)
    if finite.size == 0:
        return None
    counts, edges = np.histogram(finite, bins=N_BINS)
    beyond = float(((finite < levels.low) | (finite > levels.high)).mean())
    return Histogram(edges, counts.astype(np.int64), levels, beyond, int(data.size - finite.size))
