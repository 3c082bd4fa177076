"""Crater fields as a camera in orbit sees them, with the craters as labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.crater_field import (
    TRASK,
    CraterTable,
    draw_diameters,
    mark,
    raise_relief,
    survivors,
)
from engine.synthetic.crater_profile import MOST_WEAR, REACH, SHAPES
from engine.synthetic.fields import smooth_field
from engine.synthetic.sample import Seed, check_shape, log_uniform
from engine.synthetic.shading import Sun, cast_shadows, shade

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CraterSettings:
    """Ranges that crater fields are drawn from; lengths in pixels.

    Parameters
    ----------
    least_diameter : float
        Diameter of the smallest crater drawn.
    labelled_diameter : float
        Diameter from which on craters are labelled; smaller ones are surface.
    equilibrium : tuple of float
        Diameter at which production meets equilibrium, drawn log-uniformly.
    production_slope : tuple of float
        Cumulative slope above that diameter.
    density : tuple of float
        Share of Trask's equilibrium line that is reached.
    depth : tuple of float
        Depth over diameter of a fresh simple crater; 0.2 for those of
        kilometres [1]_, down to 0.1 for those of some tens of metres [2]_.
    complex_scale : float
        Share of images at a scale where large craters are complex.
    sun_elevation : tuple of float
        Degrees, drawn log-uniformly.
    roughness : tuple of float
        Slope of the ground between craters, standard deviation.
    blur : tuple of float
        Standard deviation of the optics.
    noise : tuple of float
        Standard deviation of the noise relative to that of the image, drawn
        log-uniformly.

    References
    ----------
    .. [1] Pike, "Size-dependence in the shape of fresh impact craters on the
       Moon", in Impact and Explosion Cratering, 1977.
    .. [2] Stopar et al., "Relative depths of simple craters and the nature of
       the lunar regolith", Icarus 298, 2017.
    """

    least_diameter: float = 2.5
    labelled_diameter: float = 10.0
    equilibrium: tuple[float, float] = (4.0, 90.0)
    production_slope: tuple[float, float] = (2.4, 3.6)
    density: tuple[float, float] = (0.4, 1.3)
    depth: tuple[float, float] = (0.1, 0.2)
    complex_scale: float = 0.15
    sun_elevation: tuple[float, float] = (7.0, 55.0)
    roughness: tuple[float, float] = (0.006, 0.06)
    blur: tuple[float, float] = (0.0, 2.2)
    noise: tuple[float, float] = (0.01, 0.25)


DEFAULT_SETTINGS = CraterSettings()


class CraterSample(NamedTuple):
    """An image of craters, their labels, and what was drawn.

    Parameters
    ----------
    amplitudes : ndarray of float32, shape (rows, cols)
        Brightness; mean near 0 and standard deviation near 1 over many samples.
    labels : ndarray of uint8, shape (rows, cols)
        1 inside the rim of a crater, 0 elsewhere.
    craters : CraterTable
        The labelled craters.
    sun : Sun
        Where the light comes from.
    """

    amplitudes: Array
    labels: NDArray[np.uint8]
    craters: CraterTable
    sun: Sun


def synthetic_crater(
    seed: Seed,
    shape: tuple[int, int] = (224, 224),
    settings: CraterSettings = DEFAULT_SETTINGS,
) -> CraterSample:
    """Generate an image of a cratered surface.

    Parameters
    ----------
    seed : int or tuple of int
        The same seed gives the same image.
    shape : tuple of int
        ``(rows, cols)``, each at least 16.
    settings : CraterSettings, optional
        What to draw from.

    Returns
    -------
    CraterSample
        Image, labels, the labelled craters and the sun.

    Raises
    ------
    SettingsError
        If `shape` is too small.
    """
    check_shape(shape, "a synthetic crater field")
    rng = np.random.default_rng(seed)
    craters = _draw_craters(rng, shape, settings)
    elevation = _ground(rng, shape, log_uniform(rng, settings.roughness))
    albedo = np.exp(np.float32(rng.uniform(0, 0.12)) * smooth_field(rng, shape, (50, 50)))
    fresh = np.maximum(np.float32(0.12) - craters.wear, 0) * np.float32(8.0)
    halo = fresh * np.float32(rng.uniform(0, 0.5)) * (rng.random(len(craters)) < 0.4)
    raise_relief(elevation, albedo, craters, halo.astype(np.float32))
    sun = Sun(rng.uniform(0, 360), log_uniform(rng, settings.sun_elevation))
    lit = cast_shadows(elevation, sun)
    image = shade(elevation, sun, lambert=rng.uniform(0, 1)) * albedo
    image *= lit + (1 - lit) * np.float32(rng.uniform(0, 0.06))
    shown = craters.select(survivors(craters) & (craters.diameter >= settings.labelled_diameter))
    return CraterSample(_record(rng, image, settings), mark(shown, shape), shown, sun)


def _draw_craters(
    rng: np.random.Generator, shape: tuple[int, int], settings: CraterSettings
) -> CraterTable:
    """Draw all craters whose ejecta reach the image, oldest first."""
    largest = 0.9 * min(shape)
    margin = 0.5 * largest
    area = (shape[0] + 2 * margin) * (shape[1] + 2 * margin)
    equilibrium = log_uniform(rng, settings.equilibrium)
    diameter = draw_diameters(
        rng,
        area,
        limits=(settings.least_diameter, largest),
        equilibrium=equilibrium,
        slope=rng.uniform(*settings.production_slope),
        density=TRASK * rng.uniform(*settings.density),
    )
    n = len(diameter)
    row = rng.uniform(-margin, shape[0] + margin, n).astype(np.float32)
    col = rng.uniform(-margin, shape[1] + margin, n).astype(np.float32)
    # In equilibrium a crater is as old as its size lets it grow before it is worn away;
    # larger ones are as old as the surface.
    life = np.minimum(1.0, (diameter / equilibrium) ** 2)
    age = rng.random(n) * life
    wear = MOST_WEAR * np.sqrt(age) * equilibrium / diameter
    simple = rng.uniform(*settings.depth)
    transition = rng.uniform(20, 90) if rng.random() < settings.complex_scale else np.inf
    # Beyond the transition, depth grows with the power 0.301 of the diameter (Pike 1977).
    depth = simple * np.maximum(diameter / transition, 1.0) ** (0.301 - 1.0)
    depth *= np.exp(rng.normal(0, 0.12, n))
    kind = np.where(rng.random(n) < 0.12, SHAPES.index("flat"), SHAPES.index("bowl"))
    kind = np.where(diameter > transition, SHAPES.index("complex"), kind)
    table = CraterTable(
        row,
        col,
        diameter,
        (1 - np.abs(rng.normal(0, 0.06, n))).astype(np.float32),
        rng.uniform(0, np.pi, n).astype(np.float32),
        wear.astype(np.float32),
        depth.astype(np.float32),
        kind.astype(np.intp),
    )
    reach = 0.5 * REACH * diameter
    near = (np.abs(row - shape[0] / 2) < shape[0] / 2 + reach) & (
        np.abs(col - shape[1] / 2) < shape[1] / 2 + reach
    )
    chosen = np.flatnonzero(near)
    return table.select(chosen[np.argsort(-age[chosen], kind="stable")])


def _ground(rng: np.random.Generator, shape: tuple[int, int], slope: float) -> Array:
    """Draw self-affine ground: each octave has half the length and almost half the height."""
    ground = np.zeros(shape, dtype=np.float32)
    length = max(shape) // 3
    hurst = rng.uniform(0.8, 1.1)
    first = length
    while length >= 2:
        height = np.float32(first * (length / first) ** hurst)
        ground += height * smooth_field(rng, shape, (length, length))
        length //= 2
    steep = float(np.hypot(*np.gradient(ground)).std())
    ground *= np.float32(slope / max(steep, 1e-9))
    return ground


def _record(rng: np.random.Generator, image: Array, settings: CraterSettings) -> Array:
    """Turn brightness into grey levels: optics, noise, stretch and 8 bits."""
    width = rng.uniform(*settings.blur)
    passes = round(2 * width**2)
    for _ in range(passes):
        image = _smooth(image)
    image = image * np.float32(1 / max(float(image.std()), 1e-6))
    level = np.float32(log_uniform(rng, settings.noise))
    noise = rng.standard_normal(image.shape, dtype=np.float32)
    for _ in range(rng.integers(0, 3)):
        noise = _smooth(noise)
    image = image + level * noise
    if rng.random() < 0.2:
        image += level * rng.normal(0, 0.5, (1, image.shape[1])).astype(np.float32)
    low, high = np.quantile(image[::3, ::3], (rng.uniform(0, 0.01), rng.uniform(0.99, 1.0)))
    grey = np.rint(np.clip((image - low) * (255 / max(high - low, 1e-6)), 0, 255))
    spread = np.float32(np.exp(rng.normal(0, 0.25)) / max(float(grey.std()), 1e-6))
    recorded: Array = (grey - grey.mean() + rng.normal(0, 10)).astype(np.float32) * spread
    return recorded


def _smooth(image: Array) -> Array:
    """Blur with the binomial weights 1/4, 1/2, 1/4 along both axes."""
    padded = np.pad(image, 1, mode="edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    smooth: Array = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) * np.float32(1 / 16)
    return smooth
