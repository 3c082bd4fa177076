"""Sections of six seismic facies between unconformities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.facies_units import (
    BASEMENT,
    CANYON,
    MASS_TRANSPORT,
    MUDSTONE_A,
    MUDSTONE_B,
    VALLEY,
    Unit,
    draw_units,
)
from engine.synthetic.faults import displace
from engine.synthetic.fields import smooth_curve, smooth_field
from engine.synthetic.sample import Sample, Seed, check_shape, log_uniform
from engine.synthetic.seismic import SectionSettings, draw_faults
from engine.synthetic.texture import banded_noise, draw_bedding, ricker

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FaciesSettings:
    """Ranges that facies sections are drawn from; lengths in samples.

    Parameters
    ----------
    period : tuple of float
        Dominant period of the wavelet, drawn log-uniformly.
    faulted : float
        Share of sections with faults.
    sea : float
        Share of sections that begin with water, which is labelled as other.
    clipped : float
        Share of sections that were clipped hard, as those of Penobscot are.
    boundary : tuple of float
        Amplitude of the reflection from an unconformity, in standard deviations
        of the beds, drawn log-uniformly.
    noise : tuple of float
        Standard deviation of the noise relative to the beds, drawn
        log-uniformly.
    """

    period: tuple[float, float] = (4.0, 14.0)
    faulted: float = 0.3
    sea: float = 0.12
    clipped: float = 0.15
    boundary: tuple[float, float] = (0.2, 3.0)
    noise: tuple[float, float] = (0.05, 0.5)


DEFAULT_SETTINGS = FaciesSettings()

# Amplitude, thickness of beds in periods, period relative to the wavelet's: what
# tells the facies of Parihaka apart, in words of its interpretation.
_CHARACTER = {
    BASEMENT: ((0.3, 1.0), (0.5, 1.5), (1.0, 1.6)),  # few and noisy reflections
    MUDSTONE_A: ((0.25, 0.7), (0.3, 0.8), (0.9, 1.2)),  # weak, continuous
    MASS_TRANSPORT: ((0.3, 1.0), (0.4, 1.0), (0.9, 1.3)),  # chaotic
    MUDSTONE_B: ((0.7, 1.6), (0.4, 1.0), (0.8, 1.1)),  # strong, parallel
    VALLEY: ((0.8, 2.2), (0.4, 1.2), (0.8, 1.2)),  # strong fill of low relief
    CANYON: ((0.2, 0.8), (0.4, 1.0), (0.8, 1.3)),  # weak, inclined and chaotic
}


def synthetic_facies(
    seed: Seed, shape: tuple[int, int] = (224, 224), settings: FaciesSettings = DEFAULT_SETTINGS
) -> Sample:
    """Generate a section of up to six facies.

    Units are laid upon each other from the basement to canyons, with onlap,
    drape, clinoforms, slumps and channel fill, and each cuts the older ones at
    its base. Each facies has its own amplitude, thickness of beds, frequency
    and disorder, after Parihaka [1]_.

    Parameters
    ----------
    seed : int or tuple of int
        The same seed gives the same section.
    shape : tuple of int
        ``(n_samples, n_traces)``, each at least 16.
    settings : FaciesSettings, optional
        What to draw from.

    Returns
    -------
    Sample
        Labels are the classes of the facies preset.

    Raises
    ------
    SettingsError
        If `shape` is too small.

    References
    ----------
    .. [1] SEAM and AIcrowd, "Seismic facies identification challenge", 2020.
    """
    check_shape(shape, "a synthetic facies section")
    rng = np.random.default_rng(seed)
    n_samples, n_traces = shape
    x = np.arange(n_traces, dtype=np.float32)[:, None]
    z = np.broadcast_to(np.arange(n_samples, dtype=np.float32), (n_traces, n_samples))
    z = _faulted(rng, x, z, settings)
    period = log_uniform(rng, settings.period)
    units = draw_units(rng, x, z)
    amplitudes, labels = _fill(rng, z, units, period, settings)
    amplitudes += np.float32(log_uniform(rng, settings.noise)) * banded_noise(
        rng, (n_traces, n_samples), period=period, flatness=rng.gamma(1.0, 3.0)
    )
    _drown(rng, amplitudes, labels, period, settings)
    amplitudes = _gain(rng, amplitudes, settings)
    return Sample(np.ascontiguousarray(amplitudes.T), np.ascontiguousarray(labels.T))


def _faulted(rng: np.random.Generator, x: Array, z: Array, settings: FaciesSettings) -> Array:
    """Restore depths from before some faults moved."""
    if rng.random() >= settings.faulted:
        return z
    drawing = SectionSettings(throw=(1.5, 14.0), n_faults=6, unfaulted=0.0)
    faults = draw_faults(rng, (z.shape[1], z.shape[0]), drawing)
    origin = np.zeros((1, 1), dtype=np.float32)
    return displace(faults, x, origin, z, width=1.0, least_throw=1e9).z


def _fill(
    rng: np.random.Generator, z: Array, units: list[Unit], period: float, settings: FaciesSettings
) -> tuple[Array, NDArray[np.uint8]]:
    """Fill the units from old to young, each over what it cuts."""
    amplitudes = np.zeros(z.shape, dtype=np.float32)
    labels = np.zeros(z.shape, dtype=np.uint8)
    for unit in units:
        above = unit.base - z
        texture = _texture(rng, unit, period)
        if unit.facies == BASEMENT:
            amplitudes = texture
            continue
        slope = np.gradient(unit.base[:, 0])[:, None]
        away = (above / np.hypot(slope, np.float32(1))).astype(np.float32)
        # The wavelet reaches over the border, so that textures blend within a part of it.
        blend = np.clip(away * np.float32(4 / period) + np.float32(0.5), 0, 1)
        amplitudes += blend * (texture - amplitudes)
        strength = log_uniform(rng, settings.boundary) * (1 if rng.random() < 0.7 else -1)
        fading = np.exp(
            np.float32(0.4) * smooth_curve(rng, z.shape[0], int(rng.uniform(8, 60)))[:, None]
        )
        amplitudes += np.float32(strength) * fading * ricker(away, period)
        labels[above > 0] = unit.facies
    return amplitudes, labels


def _texture(rng: np.random.Generator, unit: Unit, period: float) -> Array:
    """Return what a facies looks like over the whole section."""
    strength, thickness, stretch = (rng.uniform(*limits) for limits in _CHARACTER[unit.facies])
    shape = (unit.bed.shape[0], unit.bed.shape[1])
    own = period * stretch
    lengths = max(2, int(own * rng.uniform(1, 5))), max(2, int(own * rng.uniform(0.7, 2)))
    bed = unit.bed + np.float32(rng.gamma(1.2, 0.04) * own) * smooth_field(rng, shape, lengths)
    layers = draw_bedding(
        rng,
        float(bed.min()) - 4,
        float(bed.max()) + 4,
        period=own,
        phase=rng.normal(0, 0.5),
        thickness=max(thickness * own, 1.2),
    )
    lengths = int(rng.uniform(6, 80)), int(rng.uniform(5, 50))
    beds = layers.at(bed) * np.exp(
        np.float32(rng.uniform(0.1, 0.6)) * smooth_field(rng, shape, lengths)
    )
    chaos = banded_noise(
        rng, shape, period=own, flatness=rng.gamma(1.5, 2.0), dip=rng.normal(0, 0.4)
    )
    share = np.float32(unit.disorder)
    texture: Array = np.float32(strength) * ((1 - share) * beds + share * chaos)
    return texture


def _drown(
    rng: np.random.Generator,
    amplitudes: Array,
    labels: NDArray[np.uint8],
    period: float,
    settings: FaciesSettings,
) -> None:
    """Begin some sections with water above a rough, strong sea floor, in place."""
    if rng.random() >= settings.sea:
        return
    n_traces, n_samples = amplitudes.shape
    floor = rng.uniform(0.03, 0.3) * n_samples + 0.02 * n_samples * smooth_curve(rng, n_traces, 40)
    depth = (np.arange(n_samples, dtype=np.float32) - floor[:, None]).astype(np.float32)
    water = depth < 0
    amplitudes[water] *= np.float32(0.02)
    amplitudes += np.float32(rng.uniform(1, 4)) * ricker(depth, period)
    labels[water] = BASEMENT


def _gain(rng: np.random.Generator, amplitudes: Array, settings: FaciesSettings) -> Array:
    """Balance amplitudes as processing does; clip some sections."""
    n_traces, n_samples = amplitudes.shape
    decay = np.float32(rng.uniform(-1.0, 1.0) / n_samples) * np.arange(n_samples, dtype=np.float32)
    quiet = np.float32(rng.uniform(0, 0.3)) * smooth_field(rng, (n_traces, n_samples), (60, 40))
    gained = amplitudes * np.exp(decay + quiet)
    gained *= np.float32(1 / max(float(gained.std()), 1e-6))
    if rng.random() < settings.clipped:
        limit = np.float32(log_uniform(rng, (0.1, 1.0)))
        gained = np.clip(gained, -limit, limit) / limit
    spread = np.float32(np.exp(rng.normal(0, 0.25)) / max(float(gained.std()), 1e-6))
    balanced: Array = gained * spread
    return balanced
