"""Amplitude spectra of sections."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis

FLOOR_DB = -120.0
"""Levels are not told below this; silence would be minus infinity."""
_SECONDS = {"s": 1.0, "ms": 1e-3}
_LEAST_SAMPLES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """The mean amplitude spectrum of some traces.

    Parameters
    ----------
    frequencies : ndarray of float64, shape (n,)
        From 0 to the Nyquist frequency.
    decibels : ndarray of float64, shape (n,)
        Level relative to the strongest frequency.
    unit : str
        ``Hz``, or ``cycles/m`` and the like.
    n_traces : int
        Traces averaged: those without a gap in the samples that were measured.
    """

    frequencies: NDArray[np.float64]
    decibels: NDArray[np.float64]
    unit: str
    n_traces: int


def mean_spectrum(data: NDArray[np.float32], axis: Axis) -> Spectrum | None:
    """Average the amplitude spectra of traces.

    Parameters
    ----------
    data : ndarray of float32, shape (n_samples, n_traces)
        Amplitudes; traces with NaN are left out. Where none is complete, as over a
        gap in a record, the longest run of samples at which as many traces as
        anywhere have data is measured instead.
    axis : Axis
        The sample axis; its step and unit count, its size does not.

    Returns
    -------
    Spectrum or None
        None if there are fewer than four samples with data.

    Notes
    -----
    Each trace loses its mean and is tapered by a periodic Hann window; the
    magnitudes of its Fourier transform are averaged, not its power.
    """
    live = np.isfinite(data)
    whole = live.all(axis=0)
    if not whole.any() and live.any():
        run = _longest_run(live.sum(axis=1))
        data, whole = data[run], live[run].all(axis=0)
    complete = data[:, whole].astype(np.float64)
    n_samples, n_traces = complete.shape
    if n_samples < _LEAST_SAMPLES or n_traces == 0:
        return None
    taper = np.hanning(n_samples + 1)[:-1, None]
    level = np.abs(np.fft.rfft((complete - complete.mean(axis=0)) * taper, axis=0)).mean(axis=1)
    strongest = level.max()
    share = level / strongest if strongest > 0 else np.zeros_like(level)
    decibels = 20 * np.log10(np.maximum(share, 10 ** (FLOOR_DB / 20)))
    step = abs(axis.step) * _SECONDS.get(axis.unit, 1.0)
    frequencies = np.arange(n_samples // 2 + 1, dtype=np.float64) / (n_samples * step)
    return Spectrum(frequencies, decibels, _unit(axis), n_traces)


def _longest_run(counts: NDArray[np.int64]) -> slice:
    """Return the longest run of samples at which the most traces have data."""
    full = (counts == counts.max()).astype(np.int8)
    starts, stops = np.flatnonzero(np.diff(full, prepend=0, append=0)).reshape(-1, 2).T
    longest = int((stops - starts).argmax())
    return slice(int(starts[longest]), int(stops[longest]))


def _unit(axis: Axis) -> str:
    if axis.unit in _SECONDS:
        return "Hz"
    return f"cycles/{axis.name if axis.unit == '1' else axis.unit}"
