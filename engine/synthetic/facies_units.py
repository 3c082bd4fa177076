"""Six seismic facies as units of rock: where each lies and how its beds run.

The units are those of the Parihaka interpretation, from old to young; each cuts
off or buries the older ones at its lower border.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.fields import smooth_curve, smooth_field
from engine.synthetic.strata import draw_chaos, draw_clinoforms, draw_folds

Array = NDArray[np.float32]

BASEMENT, MUDSTONE_A, MASS_TRANSPORT, MUDSTONE_B, VALLEY, CANYON = range(6)


@dataclass(frozen=True, slots=True)
class Unit:
    """A body of rock that lies above its base and below the base of the next one.

    Parameters
    ----------
    facies : int
        Class id.
    base : ndarray of float32, shape (n_traces, 1)
        Depth of the lower border, samples; above the image where the unit is
        missing.
    bed : ndarray of float32, shape (n_traces, n_samples)
        Depth that a point had when its bed was laid down flat, samples.
    disorder : float
        Part of the amplitude that is chaotic, 0 to 1.
    """

    facies: int
    base: Array
    bed: Array
    disorder: float


def draw_units(rng: np.random.Generator, x: Array, z: Array) -> list[Unit]:
    """Draw a stack of units.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    x, z : ndarray of float32, shapes (n_traces, 1) and (n_traces, n_samples)
        Coordinates, samples.

    Returns
    -------
    list of Unit
        Oldest first; every facies is there at most once, the basement always.
    """
    n_traces, n_samples = z.shape
    fold = draw_folds(rng, n_traces, steepness=rng.gamma(1.5, 0.08))[:, None]
    present = rng.random(6) < (1.0, 0.85, 0.75, 0.85, 0.6, 0.55)
    thickness = rng.gamma(3.0, 1.0, 6) * present
    thickness[BASEMENT] = rng.uniform(0.0, 6.0)
    levels = np.cumsum(thickness[::-1])[::-1] / max(thickness.sum(), 1e-6)
    top = rng.uniform(-0.25, 0.1)
    # Folds grow while the units are laid down, so that the younger ones are less bent.
    calm = np.sort(rng.uniform(0.1, 1.0, 6))[::-1]
    units = []
    for facies in np.flatnonzero(present):
        level = np.float32((top + (1 - top) * levels[facies]) * n_samples)
        if facies == BASEMENT:
            base = np.full((n_traces, 1), 1e6, dtype=np.float32)
        else:
            base = _border(rng, x, level, int(facies), n_samples) + np.float32(calm[facies]) * fold
        bed = _beds(rng, x, z, base, np.float32(calm[facies]) * fold, int(facies))
        units.append(Unit(int(facies), base, bed, _disorder(rng, int(facies))))
    return units


def _disorder(rng: np.random.Generator, facies: int) -> float:
    limits = {
        BASEMENT: (0.5, 1.0),
        MUDSTONE_A: (0.05, 0.3),
        MASS_TRANSPORT: (0.4, 0.95),
        MUDSTONE_B: (0.0, 0.25),
        VALLEY: (0.0, 0.4),
        CANYON: (0.2, 0.7),
    }
    return float(rng.uniform(*limits[facies]))


def _border(
    rng: np.random.Generator, x: Array, level: np.float32, facies: int, n_samples: int
) -> Array:
    """Draw the base of a unit: gentle, scoured, or cut by valleys and canyons."""
    n_traces = x.size
    gentle = smooth_curve(rng, n_traces, int(rng.uniform(0.2, 0.8) * n_traces) + 1)[:, None]
    base = level + np.float32(rng.gamma(1.5, 0.015) * n_samples) * gentle
    if facies in (VALLEY, CANYON):
        deep = facies == CANYON
        for _ in range(rng.integers(1, 4 if deep else 6)):
            width = rng.uniform(0.06, 0.35 if deep else 0.18) * n_traces
            depth = rng.uniform(0.1, 0.45 if deep else 0.16) * n_samples
            middle = rng.uniform(-0.1, 1.1) * n_traces
            shape = np.float32(rng.uniform(2.0, 6.0))
            away = np.abs(x - np.float32(middle)) * np.float32(1 / width)
            # A canyon is U-shaped: the power of the exponent makes walls steep and floors flat.
            cut = np.float32(depth) * np.exp(-(away**shape))
            base = np.maximum(base, level + cut - np.float32(0.3 * depth * (not deep)))
    if facies == MASS_TRANSPORT:
        scour = np.abs(smooth_curve(rng, n_traces, int(rng.uniform(12, 70))))[:, None]
        base = base + np.float32(rng.gamma(1.2, 0.02) * n_samples) * scour
    drawn: Array = base
    return drawn


def _beds(
    rng: np.random.Generator, x: Array, z: Array, base: Array, fold: Array, facies: int
) -> Array:
    """Lay beds against the base of a unit: onlap, drape, fill, foresets or slumps."""
    shape = (z.shape[0], z.shape[1])
    bed = z - fold
    tilt = np.float32(rng.normal(0, 0.06)) * x
    if facies == BASEMENT:
        steep = np.float32(rng.normal(0, 0.35)) * x
        folded = draw_folds(rng, shape[0], steepness=rng.gamma(2.0, 0.12))[:, None]
        return bed + steep + folded
    if facies == MASS_TRANSPORT:
        strength = np.float32(rng.uniform(0.8, 3.0))
        return bed + strength * draw_chaos(rng, shape, everywhere=True) + _thrusts(rng, x, z)
    if facies in (VALLEY, CANYON):
        # Fill that sags with the cut is steepest at its walls and flat at its top.
        sag = np.float32(rng.uniform(0.0, 0.9))
        relief = base - np.float32(np.median(base))
        height = np.clip((base - z) * np.float32(1 / (0.3 * shape[1])), 0, 1)
        slant = np.float32(rng.normal(0, 0.2 if facies == CANYON else 0.08)) * x
        fill: Array = bed - sag * (np.float32(1) - height) * (relief - fold) + slant
        return fill
    if rng.random() < 0.35:
        bed = bed - draw_clinoforms(rng, x, z)
    drape = np.float32(rng.uniform(0, 1)) * (base - np.float32(base.mean()) - fold)
    laid: Array = bed + tilt - drape
    return laid


def _thrusts(rng: np.random.Generator, x: Array, z: Array) -> Array:
    """Stack slices along ramps, as at the toe of a slide: a saw-tooth shift of beds."""
    if rng.random() < 0.5:
        return np.zeros_like(z)
    spacing = np.float32(rng.uniform(12, 45))
    slant = np.float32(rng.normal(0, 1.0))
    wander = np.float32(3) * smooth_field(rng, (z.shape[0], z.shape[1]), (25, 25))
    phase = (x + slant * z + wander) / spacing
    saw: Array = np.float32(rng.uniform(2, 9)) * (phase - np.floor(phase))
    return saw
