"""Steps for windows of a DAS record; each takes a section and returns one.

Rows are times in seconds, columns are places along the fibre. Gaps stay gaps:
what lies on either side of samples without data is treated apart, never joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage, signal

from engine.core.section import Section
from engine.errors import SettingsError
from engine.preprocessing.das_limits import (
    check_band,
    check_difference,
    gain_samples,
    sampling_rate_hz,
)

_ORDER = 4
_LARGEST_ORDER = 10

_COLUMNS = 128
"""Channels filtered at once: few enough for the processor's cache."""

_Array = NDArray[np.float32]


def band_pass(
    section: Section, low_hz: float | None, high_hz: float | None, *, order: int = _ORDER
) -> Section:
    """Keep a band of frequencies, without delay.

    Parameters
    ----------
    section : Section
        Shape ``(n_samples, n_channels)``, time downwards.
    low_hz, high_hz : float or None
        Corners in hertz, where the amplitude is halved; None leaves that side open.
    order : int, default 4
        Of the Butterworth filter, which runs forward and backward.

    Returns
    -------
    Section
        Same axes; NaN where there was no data.

    Notes
    -----
    Cosine transforms are weighted with the squared response of the filter: what
    `scipy.signal.sosfiltfilt` approaches as it is given longer margins, in a fraction of
    its time.

    Raises
    ------
    SettingsError
        If the corners are not ``0 < low < high < half the sampling rate``, both are
        None, or the rows are no times.
    """
    rate_hz = sampling_rate_hz(section.rows)
    check_band(low_hz, high_hz, rate_hz)
    if not 1 <= order <= _LARGEST_ORDER:
        raise SettingsError(f"filter of order {order}", hint=f"Use 1 to {_LARGEST_ORDER}.")
    given = [hz for hz in (low_hz, high_hz) if hz is not None]
    kind = "bandpass" if len(given) > 1 else "highpass" if high_hz is None else "lowpass"
    edges = given if len(given) > 1 else given[0]
    sections = signal.butter(order, edges, kind, fs=rate_hz, output="sos")

    def run(data: _Array) -> _Array:
        # Cosines are even at both ends: samples are mirrored there. Turned about the ends
        # instead, one wild sample would become a step.
        frequencies = np.arange(len(data)) * (np.pi / len(data))
        gains = np.abs(signal.freqz_sos(sections, worN=frequencies)[1]) ** 2
        kept = np.empty_like(data)
        for first in range(0, data.shape[1], _COLUMNS):
            columns = data[:, first : first + _COLUMNS].T.astype(np.float64)
            spectra = fft.dct(columns, axis=1, overwrite_x=True)
            spectra *= gains
            kept[:, first : first + _COLUMNS] = fft.idct(spectra, axis=1, overwrite_x=True).T
        return kept

    return replace(section, data=_along_time(section.data, run))


def remove_common_mode(section: Section) -> Section:
    """Subtract from every sample the median of all channels at its time.

    Takes out what all channels share, such as the interrogator's own vibration.

    Parameters
    ----------
    section : Section
        Shape ``(n_samples, n_channels)``.

    Returns
    -------
    Section
        Same axes; NaN where there was no data.
    """
    gaps = section.no_data
    whole, some = ~gaps.any(axis=1), ~gaps.all(axis=1)
    data = section.data.copy()
    # Few rows have gaps; the median that leaves these out takes several times as long.
    for rows, median in ((whole, np.median), (some & ~whole, np.nanmedian)):
        if rows.any():
            data[rows] -= median(data[rows], axis=1, keepdims=True)
    return replace(section, data=data)


def agc(section: Section, window_s: float) -> Section:
    """Divide by the root mean square of a running window: automatic gain control.

    Parameters
    ----------
    section : Section
        Shape ``(n_samples, n_channels)``, time downwards.
    window_s : float
        Length of the window in seconds, centred on the sample; at least two samples.

    Returns
    -------
    Section
        Same axes, dimensionless; 0 where the window holds zeros only, NaN where
        there was no data. Samples without data do not count.

    Raises
    ------
    SettingsError
        If the window is shorter than two samples or the rows are no times.
    """
    length = gain_samples(window_s, section.rows)
    live = ~section.no_data
    energy = np.where(live, section.data, 0.0).astype(np.float64) ** 2
    # Without gaps all channels count the same samples.
    counted = live[:, :1] if live.all() else live
    means = [
        ndimage.uniform_filter1d(values, min(length, len(values)), axis=0, mode="constant")
        for values in (energy, counted.astype(np.float64))
    ]
    # Running sums leave rounding of either sign where only zeros are.
    rms = np.sqrt(np.maximum(means[0], 0) / np.maximum(means[1], 1e-12))
    quiet = rms <= 1e-9 * np.sqrt(energy.max(initial=0.0))
    data = np.where(quiet, 0.0, section.data / np.where(quiet, 1.0, rms)).astype(np.float32)
    data[~live] = np.nan
    return replace(section, data=data)


def differentiate_along_fibre(section: Section, lag: int = 2) -> Section:
    """Subtract what lies half of `lag` channels back from what lies as far ahead.

    Turns velocity or displacement into strain rate or strain over a gauge of
    `lag` channels.

    Parameters
    ----------
    section : Section
        Shape ``(n_samples, n_channels)``.
    lag : int, default 2
        Channels between the two; even, so that the difference lies on a channel.

    Returns
    -------
    Section
        Same axes; per metre, or per channel where no distances are known. NaN on the
        `lag` / 2 channels at either end, and where either of the two has no data.

    Raises
    ------
    SettingsError
        If `lag` is odd, below 2 or not below the number of channels.
    """
    cols = section.cols
    check_difference(lag, cols.size)
    gauge = np.float32(lag * cols.step)
    data = np.full_like(section.data, np.nan)
    data[:, lag // 2 : -(lag // 2)] = (section.data[:, lag:] - section.data[:, :-lag]) / gauge
    return replace(section, data=data)


def runs_of_data(live: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield where each run of samples with data begins, and where it has ended.

    Parameters
    ----------
    live : ndarray of bool, shape (n,)
        Whether there are data.

    Yields
    ------
    tuple of int
        First index, and the index after the last.
    """
    edges = np.flatnonzero(np.diff(live.astype(np.int8), prepend=0, append=0))
    for start, stop in edges.reshape(-1, 2):
        yield int(start), int(stop)


def _along_time(data: _Array, run: Callable[[_Array], _Array]) -> _Array:
    """Treat every run of samples with data by itself; channels alike are treated together."""
    live = ~np.isnan(data)
    if live.all():
        return run(data)
    result = np.full_like(data, np.nan)
    patterns, kinds = np.unique(live, axis=1, return_inverse=True)
    for kind, pattern in enumerate(patterns.T):
        columns = np.flatnonzero(kinds.ravel() == kind)
        for start, stop in runs_of_data(pattern):
            block = np.ix_(np.arange(start, stop), columns)
            result[block] = run(data[block])
    return result
