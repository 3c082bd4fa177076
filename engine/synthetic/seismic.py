"""Seismic sections with the trace of every fault as label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import SettingsError
from engine.synthetic.faults import Fault, displace
from engine.synthetic.fields import ricker_spectrum, smooth_curve, smooth_field
from engine.synthetic.strata import (
    draw_chaos,
    draw_clinoforms,
    draw_folds,
    draw_reflectivity,
)

Array = NDArray[np.float32]

_MARGIN = 14  # samples above and below that the wavelet may reach for
_STRETCH = 700.0  # samples of layers kept above and below a section, for folds and throws


@dataclass(frozen=True, slots=True)
class SectionSettings:
    """Ranges that sections are drawn from; lengths in samples or traces.

    Parameters
    ----------
    period : tuple of float
        Dominant period of the wavelet.
    throw : tuple of float
        Throw at the centre of a fault, drawn log-uniformly.
    dip : tuple of float
        Dip of a fault, degrees as seen with square pixels.
    n_faults : int
        Greatest number of faults.
    unfaulted : float
        Share of sections without any fault.
    noise : tuple of float
        Standard deviation of all noise, relative to that of the signal, drawn
        log-uniformly.
    trace_width : float
        Width of a fault trace in the label.
    least_throw : float
        Throw from which on a fault is labelled.
    """

    period: tuple[float, float] = (4.0, 11.0)
    throw: tuple[float, float] = (1.5, 18.0)
    dip: tuple[float, float] = (45.0, 87.0)
    n_faults: int = 12
    unfaulted: float = 0.1
    noise: tuple[float, float] = (0.08, 0.8)
    trace_width: float = 3.0
    least_throw: float = 1.0


DEFAULT_SETTINGS = SectionSettings()


def synthetic_section(
    seed: int | tuple[int, ...],
    shape: tuple[int, int] = (224, 224),
    settings: SectionSettings = DEFAULT_SETTINGS,
) -> tuple[Array, NDArray[np.uint8]]:
    """Generate a seismic section and its fault traces.

    One to four sequences, divided by unconformities, are folded, cut by faults,
    convolved with a Ricker wavelet and covered with noise.

    Parameters
    ----------
    seed : int or tuple of int
        The same seed gives the same section.
    shape : tuple of int
        ``(n_samples, n_traces)``, each at least 16.
    settings : SectionSettings, optional
        What to draw from.

    Returns
    -------
    amplitudes : ndarray of float32, shape `shape`
        Samples downwards, without unit; standard deviation near 1, which varies
        from section to section as it does between parts of a survey.
    labels : ndarray of uint8, shape `shape`
        1 on a fault, 0 elsewhere.

    Raises
    ------
    SettingsError
        If `shape` is too small.
    """
    if min(shape) < 16:
        raise SettingsError(
            f"a synthetic section of {shape[0]} x {shape[1]} samples is too small",
            hint="Ask for at least 16 x 16.",
        )
    rng = np.random.default_rng(seed)
    n_samples, n_traces = shape[0] + 2 * _MARGIN, shape[1]
    x = np.arange(n_traces, dtype=np.float32)[:, None]
    z = np.broadcast_to(np.arange(n_samples, dtype=np.float32), (n_traces, n_samples))
    z = z + np.float32(rng.uniform(0, 0.35)) * smooth_curve(rng, n_traces, 1)[:, None]
    faults = draw_faults(rng, (n_samples, n_traces), settings)
    faulted = displace(
        faults,
        x,
        np.zeros((1, 1), dtype=np.float32),
        z,
        width=settings.trace_width,
        least_throw=settings.least_throw,
    )
    reflectivity, cover = _fill(rng, x, z, faulted.z)
    reflectivity *= np.where(cover, np.float32(1), faulted.intact)
    amplitudes = _acquire(rng, reflectivity, settings)
    labels = (faulted.trace & ~cover).astype(np.uint8)
    inside = slice(_MARGIN, n_samples - _MARGIN)
    return (
        np.ascontiguousarray(amplitudes[:, inside].T),
        np.ascontiguousarray(labels[:, inside].T),
    )


def draw_faults(
    rng: np.random.Generator, shape: tuple[int, int], settings: SectionSettings
) -> list[Fault]:
    """Draw the faults of a section: scattered ones, or a row of parallel ones.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    shape : tuple of int
        ``(n_samples, n_traces)``.
    settings : SectionSettings
        What to draw from.

    Returns
    -------
    list of Fault
        Youngest first.
    """
    if rng.random() < settings.unfaulted:
        return []
    n_samples, n_traces = shape
    count = 1 + round((settings.n_faults - 1) * rng.beta(1.2, 1.6))
    low, high = np.log(settings.throw)
    parallel = count > 2 and rng.random() < 0.4
    lead = rng.uniform(0.3, 1.0)
    rightward = rng.random() < 0.5
    spacing, start = rng.uniform(14, 50), rng.uniform(-0.2, 0.9) * n_traces
    level = rng.uniform(0.1, 0.9)
    faults = []
    for index in range(count):
        steep = rng.beta(2.0, 1.2) if not parallel else np.clip(lead + rng.normal(0, 0.06), 0, 1)
        height = np.exp(rng.uniform(np.log(18), np.log(60 if parallel else 260)))
        throw = np.exp(rng.uniform(low, min(high, np.log(height / 3))))
        place = start + spacing * (index + rng.normal(0, 0.15))
        if not parallel:
            level = rng.uniform(0.1, 0.9)
        faults.append(
            Fault(
                x=place if parallel else rng.uniform(-0.1, 1.1) * n_traces,
                y=0.0,
                z=level * n_samples + rng.normal(0, 8),
                dip=settings.dip[0] + float(steep) * (settings.dip[1] - settings.dip[0]),
                leans_right=rightward if rng.random() < 0.75 else not rightward,
                throw=throw * (1 if rng.random() < 0.88 else -1),
                half_height=height,
                half_length=1.0,
                reach=rng.uniform(0.6, 5.0) * height,
                footwall_share=rng.uniform(0.0, 0.5),
                bend=rng.uniform(0.0, 0.001) if rng.random() < 0.4 else 0.0,
                waviness=rng.uniform(0.0, 3.0) if rng.random() < 0.5 else 0.0,
                damage=rng.uniform(0.0, 0.8) if rng.random() < 0.5 else 0.0,
            )
        )
    return faults


def _fill(
    rng: np.random.Generator, x: Array, z: Array, z_restored: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Lay sequences upon each other; the second result marks those younger than the faults."""
    shape = (z.shape[0], z.shape[1])
    steepness = float(np.exp(rng.uniform(np.log(0.04), np.log(0.6))))
    thickness = float(np.exp(rng.uniform(np.log(1.5), np.log(7.0))))
    cover = np.zeros(shape, dtype=np.bool_)
    reflectivity = _sequence(rng, x, z_restored, steepness=steepness, thickness=thickness)
    level = rng.uniform(0.5, 1.0) * shape[1]
    for _ in range(rng.choice(4, p=(0.35, 0.35, 0.2, 0.1))):
        unfaulted = bool(cover.any()) or rng.random() < 0.3
        depth = z if unfaulted else z_restored
        steepness *= rng.uniform(0.3, 1.0)
        surface = level + draw_folds(rng, shape[0], steepness=steepness)
        above = depth < surface[:, None]
        thickness = float(np.clip(thickness * np.exp(rng.normal(0, 0.5)), 1.3, 9.0))
        young = _sequence(rng, x, depth, steepness=steepness, thickness=thickness)
        reflectivity = np.where(above, young * np.float32(rng.uniform(0.5, 1.5)), reflectivity)
        if unfaulted:
            cover |= above
        level *= rng.uniform(0.2, 0.8)
    return reflectivity, cover


def _sequence(
    rng: np.random.Generator, x: Array, z: Array, *, steepness: float, thickness: float
) -> Array:
    """Draw the reflectivity of one conformable sequence over the whole section."""
    shape = (z.shape[0], z.shape[1])
    fold = draw_folds(rng, shape[0], steepness=steepness)[:, None]
    growth = np.float32(rng.uniform(-1.0, 1.0) / shape[1])
    bed = z - fold - (fold * growth) * z
    style = rng.random()
    if style < 0.15:
        bed -= draw_clinoforms(rng, x, z)
    elif style < 0.4:
        bed += draw_chaos(rng, shape, everywhere=style < 0.2)
    layers = draw_reflectivity(rng, -_STRETCH, shape[1] + _STRETCH, thickness=thickness)
    lengths = int(rng.uniform(20, 120)), int(rng.uniform(6, 40))
    change = smooth_field(rng, shape, lengths) * np.float32(rng.uniform(0.1, 0.7))
    reflectivity: Array = layers.at(bed) * np.exp(change)
    return reflectivity


def _acquire(rng: np.random.Generator, reflectivity: Array, settings: SectionSettings) -> Array:
    """Turn reflectivity into recorded amplitudes: wavelet, lateral blur, noise and gain."""
    n_traces, n_samples = reflectivity.shape
    wavelet = _draw_wavelet(rng, n_samples, settings.period)
    signal = _blur(_convolve(reflectivity, wavelet), rng.uniform(0, 0.5))
    signal *= np.float32(1 / max(float(signal.std()), 1e-6))
    low, high = np.log(settings.noise)
    level = np.exp(rng.uniform(low, high))
    noise = _draw_noise(rng, (n_traces, n_samples), wavelet)
    decay = np.float32(rng.uniform(-0.8, 0.8) / n_samples) * np.arange(n_samples, dtype=np.float32)
    quiet = np.float32(rng.uniform(0.0, 0.35))
    gain = np.exp(decay + quiet * smooth_field(rng, reflectivity.shape, (60, 30)))
    amplitudes = (signal + np.float32(level) * noise) * gain
    amplitudes *= np.float32(np.exp(rng.normal(0, 0.3)) / max(float(amplitudes.std()), 1e-6))
    recorded: Array = amplitudes
    return recorded


def _draw_wavelet(
    rng: np.random.Generator, n_samples: int, period: tuple[float, float]
) -> NDArray[np.complex64]:
    """Sum two Ricker wavelets, for a band as broad as that of processed data."""
    frequency = 1 / np.exp(rng.uniform(*np.log(period)))
    phase = rng.normal(0, 0.5)
    wavelet = ricker_spectrum(n_samples, frequency, phase=phase)
    share = np.float32(rng.uniform(0, 0.6))
    return wavelet + share * ricker_spectrum(n_samples, 0.5 * frequency, phase=phase)


def _draw_noise(
    rng: np.random.Generator, shape: tuple[int, int], wavelet: NDArray[np.complex64]
) -> Array:
    """Mix white noise, noise in the band of the signal, and sometimes dipping events."""
    noise = rng.standard_normal(shape, dtype=np.float32)
    band = _convolve(np.roll(noise, 7, axis=0), wavelet)
    band = _blur(band, rng.uniform(0, 1.0))
    share = rng.uniform(0.2, 1.0)
    mixed = np.float32(share / max(float(band.std()), 1e-6)) * band
    mixed += np.float32((1 - share) * rng.uniform(0.2, 1)) * noise
    if rng.random() < 0.3:
        mixed += np.float32(rng.uniform(0.2, 1.0)) * _coherent(rng, shape)
    unit: Array = mixed * np.float32(1 / max(float(mixed.std()), 1e-6))
    return unit


def _coherent(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Draw a patch of plane waves, or low-frequency noise."""
    x = np.arange(shape[0], dtype=np.float32)[:, None]
    z = np.arange(shape[1], dtype=np.float32)
    pattern = smooth_field(rng, shape, (40, 30))
    if rng.random() < 0.3:
        return smooth_field(rng, shape, (int(rng.uniform(10, 60)), int(rng.uniform(12, 30))))
    dip = rng.uniform(-2.5, 2.5)
    wave = np.sin((z + np.float32(dip) * x) * np.float32(2 * np.pi / rng.uniform(5, 12)) + pattern)
    patch: Array = wave * np.clip(pattern, 0, None)
    return patch


def _convolve(traces: Array, wavelet: NDArray[np.complex64]) -> Array:
    """Multiply with the wavelet in the frequency domain, along samples."""
    spectrum = np.fft.rfft(traces, axis=-1) * wavelet
    convolved: Array = np.fft.irfft(spectrum, n=traces.shape[-1], axis=-1).astype(np.float32)
    return convolved


def _blur(traces: Array, share: float) -> Array:
    """Average each trace with its neighbours, as the Fresnel zone does."""
    blurred = traces.copy()
    weight = np.float32(0.5 * share)
    blurred[1:] += weight * traces[:-1]
    blurred[:-1] += weight * traces[1:]
    return blurred
