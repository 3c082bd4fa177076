"""Spectra of a window of a DAS record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal

from engine.core.axes import Axis
from engine.core.section import Section
from engine.preprocessing.das_steps import sampling_rate_hz

_SEGMENT = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """Amplitude by frequency.

    Parameters
    ----------
    frequency : Axis
        In hertz, from 0 to half the sampling rate.
    density : ndarray of float32, shape (frequency.size,)
        Root of the mean power density of the channels: the section's unit per root
        hertz.
    """

    frequency: Axis
    density: NDArray[np.float32]


def amplitude_spectrum(section: Section) -> Spectrum:
    """Measure the amplitude at each frequency, over all channels with data.

    Parameters
    ----------
    section : Section
        Shape ``(n_samples, n_channels)``, time downwards. Samples without data count
        as zero.

    Returns
    -------
    Spectrum
        By Welch's method: segments of up to 1024 samples, Hann taper, overlapping by
        half.

    Raises
    ------
    SettingsError
        If the rows are no times.
    """
    rate_hz = sampling_rate_hz(section)
    live = ~section.no_data.all(axis=0)
    data = np.nan_to_num(section.data[:, live], nan=0.0)
    length = min(_SEGMENT, len(data))
    frequency = Axis("frequency", "Hz", 0.0, rate_hz / length, length // 2 + 1)
    if not live.any():
        return Spectrum(frequency, np.zeros(frequency.size, dtype=np.float32))
    _, power = signal.welch(data, fs=rate_hz, nperseg=length, axis=0)
    return Spectrum(frequency, np.sqrt(power.mean(axis=1)).astype(np.float32))


def fk_spectrum(section: Section) -> Section:
    """Measure the amplitude at each frequency and wavenumber.

    A wave that runs towards larger distances at velocity ``v`` lies at
    ``k = f / v``, one that runs back at negative wavenumbers.

    Parameters
    ----------
    section : Section
        Shape ``(n_samples, n_channels)``, time downwards. Samples without data count
        as zero; both ends of both axes are tapered (Hann).

    Returns
    -------
    Section
        Rows ``frequency`` in Hz from 0 up, columns ``wavenumber`` in cycles per
        metre (or per channel) from negative to positive; the amplitude of a plane
        wave of amplitude 1 is 1.

    Raises
    ------
    SettingsError
        If the rows are no times.
    """
    rate_hz = sampling_rate_hz(section)
    n_rows, n_cols = section.data.shape
    rows, cols = (
        signal.windows.hann(n, sym=False) if n > 1 else np.ones(1) for n in (n_rows, n_cols)
    )
    taper = np.outer(rows, cols)
    data = np.nan_to_num(section.data, nan=0.0) * taper
    # Frequencies of either sign tell directions apart: exp(i(2 pi f t - 2 pi k x)).
    forward = fft.rfft(data, axis=0)
    both = fft.fftshift(fft.ifft(forward, axis=1), axes=1) * n_cols
    amplitude = 2.0 * np.abs(both) / taper.sum()
    unit = "1" if section.cols.unit == "1" else f"1/{section.cols.unit}"
    step = 1.0 / (n_cols * abs(section.cols.step))
    frequency = Axis("frequency", "Hz", 0.0, rate_hz / n_rows, len(amplitude))
    wavenumber = Axis("wavenumber", unit, -(n_cols // 2) * step, step, n_cols)
    if section.cols.step < 0:
        amplitude = np.roll(amplitude[:, ::-1], 1 - n_cols % 2, axis=1)
    return Section(amplitude.astype(np.float32), frequency, wavenumber)
