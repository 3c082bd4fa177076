"""Salt bodies in layered sediments, and the close-ups of them that are cut as tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.fields import smooth_curve, smooth_field
from engine.synthetic.salt_bodies import draw_body
from engine.synthetic.salt_response import draw_interior, draw_light, draw_reflections
from engine.synthetic.sample import (
    Sample,
    Seed,
    check_shape,
    log_uniform,
    resized,
    resized_labels,
)
from engine.synthetic.strata import draw_chaos, draw_folds
from engine.synthetic.texture import banded_noise, draw_bedding, ricker

Array = NDArray[np.float32]

_GREY_MEAN, _GREY_SPREAD = 122.0, 34.0  # of the TGS tiles, which are scaled one by one


@dataclass(frozen=True, slots=True)
class SaltSettings:
    """Ranges that salt images are drawn from; lengths in samples.

    Parameters
    ----------
    tiles : float
        Share of close-ups, made at `tile_size`, scaled to 8 bits one by one and
        enlarged to the shape asked for; the others are sections.
    tile_size : int
        Size of the shorter side of a tile; 101 in the TGS collection [1]_.
    tile_period, section_period : tuple of float
        Dominant period of the wavelet, drawn log-uniformly.
    reversed_polarity : float
        Share of images in which a reflection from harder rock is negative.
    without_salt, all_salt, blank : float
        Shares of images without salt, with nothing but salt, and of constant
        value.
    quiet : tuple of float
        Amplitude inside the salt relative to that of the sediments, drawn
        log-uniformly.
    reflection : tuple of float
        Amplitude of the reflection from the top, in standard deviations of the
        sediments, drawn log-uniformly.
    noise : tuple of float
        Standard deviation of the noise relative to the sediments, drawn
        log-uniformly.

    References
    ----------
    .. [1] TGS Salt Identification Challenge, Kaggle, 2018.
    """

    tiles: float = 0.65
    tile_size: int = 101
    tile_period: tuple[float, float] = (6.0, 34.0)
    section_period: tuple[float, float] = (4.5, 13.0)
    reversed_polarity: float = 0.15
    without_salt: float = 0.37
    all_salt: float = 0.03
    blank: float = 0.01
    quiet: tuple[float, float] = (0.06, 0.6)
    reflection: tuple[float, float] = (1.5, 8.0)
    noise: tuple[float, float] = (0.05, 0.9)


DEFAULT_SETTINGS = SaltSettings()


def synthetic_salt(
    seed: Seed, shape: tuple[int, int] = (224, 224), settings: SaltSettings = DEFAULT_SETTINGS
) -> Sample:
    """Generate an image of salt in sediments.

    Beds are bent along the salt or cut off by it; the salt is quiet or chaotic
    below a strong reflection, whose strength falls with dip, with multiples
    below, arcs of migration and poor light under overhangs.

    Parameters
    ----------
    seed : int or tuple of int
        The same seed gives the same image.
    shape : tuple of int
        ``(n_samples, n_traces)``, each at least 16.
    settings : SaltSettings, optional
        What to draw from.

    Returns
    -------
    Sample
        Label 1 in salt, 0 elsewhere.

    Raises
    ------
    SettingsError
        If `shape` is too small.
    """
    check_shape(shape, "a synthetic salt image")
    rng = np.random.default_rng(seed)
    if rng.random() >= settings.tiles:
        period = log_uniform(rng, settings.section_period)
        amplitudes, labels = _draw_image(rng, shape, settings, period=period, closeup=False)
        amplitudes *= np.float32(np.exp(rng.normal(0, 0.3)) / max(float(amplitudes.std()), 1e-6))
        return Sample(np.ascontiguousarray(amplitudes.T), np.ascontiguousarray(labels.T))
    scale = min(1.0, settings.tile_size / min(shape))
    small = (max(16, round(shape[0] * scale)), max(16, round(shape[1] * scale)))
    if rng.random() < settings.blank:
        dark = np.full(shape, -_GREY_MEAN / _GREY_SPREAD, dtype=np.float32)
        return Sample(dark, np.zeros(shape, dtype=np.uint8))
    period = log_uniform(rng, settings.tile_period)
    amplitudes, labels = _draw_image(rng, small, settings, period=period, closeup=True)
    grey = np.rint(_to_unit(rng, amplitudes.T) * np.float32(255))
    standard = (grey - np.float32(_GREY_MEAN)) * np.float32(1 / _GREY_SPREAD)
    return Sample(
        np.ascontiguousarray(resized(standard, shape)),
        np.ascontiguousarray(resized_labels(labels.T, shape)),
    )


def _to_unit(rng: np.random.Generator, amplitudes: Array) -> Array:
    """Scale to 0..1 by the extremes, at times of a larger picture than is shown."""
    low, high = float(amplitudes.min()), float(amplitudes.max())
    if rng.random() < 0.15:
        margin = (high - low) * rng.uniform(0, 0.3, 2)
        low, high = low - margin[0], high + margin[1]
    unit: Array = (amplitudes - np.float32(low)) * np.float32(1 / max(high - low, 1e-6))
    return unit


def _draw_image(
    rng: np.random.Generator,
    shape: tuple[int, int],
    settings: SaltSettings,
    *,
    period: float,
    closeup: bool,
) -> tuple[Array, NDArray[np.uint8]]:
    """Return amplitudes and labels, both (n_traces, n_samples)."""
    n_samples, n_traces = shape
    x = np.arange(n_traces, dtype=np.float32)[:, None]
    z = np.arange(n_samples, dtype=np.float32)[None, :]
    choice = rng.random()
    if choice < settings.without_salt:
        inside = np.full((n_traces, n_samples), -1e3, dtype=np.float32)
    elif choice < settings.without_salt + settings.all_salt:
        inside = np.full((n_traces, n_samples), 1e3, dtype=np.float32)
    else:
        inside = draw_body(rng, x, z, closeup=closeup)
    image = _sediments(rng, x, z, inside, period)
    salt = inside > 0
    if salt.any():
        light = draw_light(rng, salt)
        image = image * light + (1 - light) * np.float32(rng.uniform(0.1, 0.7)) * banded_noise(
            rng, salt.shape, period=1.3 * period, flatness=rng.uniform(0, 6)
        )
        cover = np.clip(inside * np.float32(1 / max(0.15 * period, 0.7)) + 0.5, 0, 1)
        image += cover * (
            draw_interior(rng, salt.shape, period, log_uniform(rng, settings.quiet)) - image
        )
        image += draw_reflections(rng, inside, period, log_uniform(rng, settings.reflection))
    image, water = _drown(rng, x, z, image, inside, period)
    share = np.where(water, np.float32(0.05), np.where(salt, np.float32(rng.uniform(0.2, 1)), 1))
    image += _noise(rng, salt.shape, period, settings) * share
    if rng.random() < settings.reversed_polarity:
        image = -image
    return image.astype(np.float32), salt.astype(np.uint8)


def _sediments(rng: np.random.Generator, x: Array, z: Array, inside: Array, period: float) -> Array:
    """Lay beds that dip, fold and turn up along the salt; sometimes chaotic ones."""
    n_traces, n_samples = inside.shape
    shape = (n_traces, n_samples)
    if rng.random() < 0.25:
        flatness, dip = rng.gamma(1.5, 3.0), rng.normal(0, 0.7)
        mixed = banded_noise(rng, shape, period=period, flatness=flatness, dip=dip)
        # Beds that migration swung up cross those that it left.
        crossing = banded_noise(rng, shape, period=period, flatness=flatness, dip=-dip)
        return mixed + np.float32(rng.uniform(0, 1)) * crossing
    steep = rng.normal(0, 0.15) if rng.random() < 0.5 else rng.normal(0, 0.8)
    bed = z * np.float32(np.cos(steep)) - x * np.float32(np.sin(steep))
    fold = draw_folds(rng, n_traces, steepness=rng.gamma(1.5, 0.06))[:, None]
    growth = np.float32(rng.uniform(-0.8, 0.8) / n_samples)
    bed = bed - fold * (np.float32(1) + (z - z.mean()) * growth)
    outside = np.maximum(-inside, np.float32(0))
    if outside.min() < 1e3:
        bed = _bend_along_salt(rng, bed, outside)
    bed = bed + _disorder(rng, shape, period)
    low, high = float(bed.min()) - 4, float(bed.max()) + 4
    thickness = max(log_uniform(rng, (0.25, 0.9)) * period, 1.2)
    phase = rng.normal(0, 0.6)
    layers = draw_bedding(rng, low, high, period=period, phase=phase, thickness=thickness)
    change = smooth_field(rng, shape, (int(rng.uniform(6, 90)), int(rng.uniform(5, 50))))
    beds: Array = layers.at(bed) * np.exp(change * np.float32(rng.uniform(0.1, 0.8)))
    return beds


def _disorder(rng: np.random.Generator, shape: tuple[int, int], period: float) -> Array:
    """Draw how far beds stray from their smooth shape: waviness at several lengths, slumps."""
    stray = np.zeros(shape, dtype=np.float32)
    for scale in (1.0, 3.0):
        lengths = [max(2, int(scale * period * rng.uniform(0.4, 1.5))) for _ in shape]
        level = np.float32(rng.gamma(1.2, 0.045) * period * np.sqrt(scale))
        stray += level * smooth_field(rng, shape, (lengths[0], lengths[1]))
    if rng.random() < 0.2:
        stray += np.float32(0.2 * period) * draw_chaos(rng, shape, everywhere=rng.random() < 0.4)
    if rng.random() < 0.3:
        shake = smooth_curve(rng, shape[0], int(rng.integers(1, 4)))
        stray += np.float32(rng.uniform(0, 0.07) * period) * shake[:, None]
    return stray


def _bend_along_salt(rng: np.random.Generator, bed: Array, outside: Array) -> Array:
    """Let beds near the salt follow it, be dragged upwards, or be cut off."""
    reach = np.float32(log_uniform(rng, (6.0, 120.0)))
    near = np.exp(outside * (np.float32(-1) / reach))
    style = rng.random()
    if style < 0.4:
        middle = np.float32(bed.mean())
        parallel = np.float32(rng.uniform(0.3, 1.0)) * near
        bent: Array = bed + parallel * (middle - outside - bed)
        return bent
    if style < 0.85:
        bed = bed + np.float32(reach * rng.uniform(-0.2, 0.8)) * near
    return bed


def _drown(
    rng: np.random.Generator, x: Array, z: Array, image: Array, inside: Array, period: float
) -> tuple[Array, NDArray[np.bool_]]:
    """Put the sea above some images: no reflections above a strong one."""
    n_traces, n_samples = image.shape
    top = np.full((n_traces, 1), -1e3, dtype=np.float32)
    if rng.random() < 0.1:
        relief = draw_folds(rng, n_traces, steepness=rng.gamma(1.2, 0.06))[:, None]
        top = np.float32(rng.uniform(0.05, 0.6) * n_samples) + relief
        salt = inside > 0
        crest = np.where(salt.any(1), salt.argmax(1), n_samples)[:, None]
        top = (top + min(0.0, float((crest - 2 - top).min()))).astype(np.float32)
    depth = z - top
    water = depth < 0
    if not water.any():
        return image, water
    strength = np.float32(rng.uniform(1.5, 6) * (1 if rng.random() < 0.8 else -1))
    floor = ricker(depth, 0.7 * period) * strength
    drowned: Array = np.where(water, np.float32(0), image) + floor
    return drowned, water


def _noise(
    rng: np.random.Generator, shape: tuple[int, int], period: float, settings: SaltSettings
) -> Array:
    """Mix noise in the band, white noise and a slow background."""
    level = np.float32(log_uniform(rng, settings.noise))
    noise = banded_noise(
        rng,
        shape,
        period=period * rng.uniform(0.8, 1.3),
        flatness=rng.gamma(1.0, 3.0),
        dip=rng.normal(0, 0.5),
    )
    white = rng.standard_normal(shape, dtype=np.float32)
    slow = smooth_field(rng, shape, (int(rng.uniform(15, 60)), int(rng.uniform(20, 60))))
    mixed: Array = level * noise
    mixed += np.float32(rng.uniform(0, 0.1)) * level * white
    mixed += np.float32(rng.gamma(1.0, 0.15)) * slow
    return mixed
