"""What an interrogator adds to a record: laser, channels, drift, spikes and hum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.fields import smooth_curve, smooth_field
from engine.synthetic.sample import log_uniform
from engine.synthetic.texture import banded_noise

Array = NDArray[np.float32]


def draw_noise(rng: np.random.Generator, n_channels: int, n_samples: int) -> Array:
    """Draw the noise of a record without its bad channels.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    n_channels, n_samples : int
        Size of the record.

    Returns
    -------
    ndarray of float32, shape (n_channels, n_samples)
        Median over channels of the standard deviation: 1.
    """
    shape = (n_channels, n_samples)
    noise = rng.standard_normal(shape, dtype=np.float32)
    if rng.random() < 0.6:
        ambient = banded_noise(
            rng,
            shape,
            period=log_uniform(rng, (4.0, 30.0)),
            flatness=rng.gamma(1.0, 2.0),
            dip=rng.normal(0, 0.6),
        )
        share = np.float32(rng.uniform(0.2, 1.0))
        noise = (1 - share) * noise + share * ambient
    if rng.random() < 0.4:
        # Gauge length: neighbouring channels share a part of the fibre.
        noise[1:] += np.float32(rng.uniform(0.2, 1.0)) * noise[:-1]
    noise *= _channel_levels(rng, n_channels)
    if rng.random() < 0.6:
        noise += np.float32(rng.gamma(1.0, 0.4)) * _common_mode(rng, n_samples)
    if rng.random() < 0.35:
        lengths = max(2, int(rng.uniform(1, 6))), max(8, int(rng.uniform(0.15, 0.6) * n_samples))
        noise += np.float32(rng.gamma(1.0, 0.5)) * smooth_field(rng, shape, lengths)
    if rng.random() < 0.2:
        noise += _hum(rng, n_channels, n_samples)
    level = float(np.median(noise.std(axis=1)))
    unit: Array = noise * np.float32(1 / max(level, 1e-6))
    return unit


def _channel_levels(rng: np.random.Generator, n_channels: int) -> Array:
    """Draw the noise level of channels: uneven, rising with distance, loud in places."""
    log_level = np.float32(rng.uniform(0, 0.3)) * rng.standard_normal(n_channels, dtype=np.float32)
    log_level += np.float32(rng.uniform(0, 0.4)) * smooth_curve(rng, n_channels, 20)
    log_level += np.linspace(0, rng.uniform(0, 0.8), n_channels, dtype=np.float32)
    if rng.random() < 0.25:
        start = int(rng.uniform(0, 0.9) * n_channels)
        stop = start + int(rng.uniform(0.02, 0.3) * n_channels) + 1
        log_level[start:stop] += np.float32(rng.uniform(0.5, 2.0))
    levels: Array = np.exp(log_level)[:, None]
    return levels


def _common_mode(rng: np.random.Generator, n_samples: int) -> Array:
    """Draw the frequency noise of the laser, the same on all channels, as 1/f noise."""
    spectrum = np.fft.rfft(rng.standard_normal(n_samples))
    frequency = np.maximum(np.fft.rfftfreq(n_samples), 1 / n_samples)
    series = np.fft.irfft(spectrum * frequency ** -rng.uniform(0, 0.8), n=n_samples)
    common: Array = (series / series.std()).astype(np.float32)[None, :]
    return common


def _hum(rng: np.random.Generator, n_channels: int, n_samples: int) -> Array:
    """Draw machines that run beside a part of the fibre at a fixed frequency."""
    channels = np.arange(n_channels, dtype=np.float32)[:, None]
    time = np.arange(n_samples, dtype=np.float32)[None, :]
    middle, width = rng.uniform(0, 1) * n_channels, rng.uniform(0.01, 0.15) * n_channels + 1
    away = np.abs(channels - np.float32(middle))
    near = np.exp(-away * np.float32(1 / width))
    angle = time * np.float32(2 * np.pi / rng.uniform(4, 20)) - away * np.float32(rng.uniform(0, 1))
    hum: Array = np.float32(rng.uniform(0.5, 4)) * near * np.sin(angle)
    return hum


def break_channels(rng: np.random.Generator, record: Array) -> None:
    """Give a record bad channels and spikes, in place.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    record : ndarray of float32, shape (n_channels, n_samples)
        Amplitudes over a noise of 1.
    """
    n_channels, n_samples = record.shape
    n_bad = rng.poisson(rng.gamma(0.7, 0.03) * n_channels)
    for channel in rng.integers(0, n_channels, n_bad):
        kind = rng.random()
        if kind < 0.35:
            record[channel] = 0
        elif kind < 0.6:
            record[channel] *= np.float32(log_uniform(rng, (2.0, 12.0)))
        elif kind < 0.8:
            drift = np.cumsum(rng.standard_normal(n_samples, dtype=np.float32))
            record[channel] += drift * np.float32(rng.uniform(0.05, 0.5))
        else:
            angle = np.arange(n_samples) * (2 * np.pi / rng.uniform(5, 40)) + rng.uniform(0, 6)
            record[channel] += (rng.uniform(1, 6) * np.sin(angle)).astype(np.float32)
    if rng.random() < 0.4:
        count = rng.poisson(rng.gamma(1.0, 12.0))
        places = rng.integers(0, n_channels, count), rng.integers(0, n_samples, count)
        record[places] += (rng.standard_t(2.0, count) * 6).clip(-60, 60).astype(np.float32)
    if rng.random() < 0.15:
        # Lost light: the phase of one instant is wrong on all channels behind.
        instant, start = rng.integers(0, n_samples), rng.integers(0, n_channels)
        record[start:, instant] += np.float32(rng.normal(0, 5))
