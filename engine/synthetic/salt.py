"""Salt bodies in layered sediments, and the close-ups of them that are cut as tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.fields import smooth_curve, smooth_field
from engine.synthetic.salt_bodies import draw_body
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
    without_salt: float = 0.37
    all_salt: float = 0.03
    blank: float = 0.01
    quiet: tuple[float, float] = (0.08, 0.7)
    reflection: tuple[float, float] = (1.5, 8.0)
    noise: tuple[float, float] = (0.04, 0.7)


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
        light = _light(rng, salt)
        image = image * light + (1 - light) * np.float32(rng.uniform(0.1, 0.7)) * banded_noise(
            rng, salt.shape, period=1.3 * period, flatness=rng.uniform(0, 6)
        )
        cover = np.clip(inside * np.float32(1 / max(0.15 * period, 0.7)) + 0.5, 0, 1)
        image += cover * (_interior(rng, salt.shape, period, settings) - image)
        image += _reflections(rng, inside, period, settings)
    image, water = _drown(rng, x, z, image, inside, period)
    image += _noise(rng, image.shape, period, settings) * np.where(water, np.float32(0.05), 1)
    return image.astype(np.float32), salt.astype(np.uint8)


def _sediments(rng: np.random.Generator, x: Array, z: Array, inside: Array, period: float) -> Array:
    """Lay beds that dip, fold and turn up along the salt; sometimes chaotic ones."""
    n_traces, n_samples = inside.shape
    shape = (n_traces, n_samples)
    if rng.random() < 0.18:
        return banded_noise(
            rng, shape, period=period, flatness=rng.gamma(1.0, 3.0), dip=rng.normal(0, 0.6)
        )
    steep = rng.normal(0, 0.12) if rng.random() < 0.55 else rng.normal(0, 0.6)
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


def _light(rng: np.random.Generator, salt: NDArray[np.bool_]) -> Array:
    """Return how much of the beds is imaged: less below salt than beside it."""
    shade = np.logical_or.accumulate(salt, axis=1).astype(np.float32)
    # Rays come from the sides too, so that the edge of the shadow is soft.
    reach = int(rng.uniform(3, 0.12 * salt.shape[0] + 5))
    total = np.cumsum(np.pad(shade, ((reach + 1, reach), (0, 0)), mode="edge"), axis=0)
    shade = (total[2 * reach + 1 :] - total[: -2 * reach - 1]) * np.float32(1 / (2 * reach + 1))
    light: Array = np.float32(1) - np.float32(rng.uniform(0.0, 0.9)) * shade
    return light


def _interior(
    rng: np.random.Generator, shape: tuple[int, int], period: float, settings: SaltSettings
) -> Array:
    """Fill the salt: smooth and faint, chaotic, or with remains of beds."""
    level = np.float32(log_uniform(rng, settings.quiet))
    style = rng.random()
    if style < 0.5:
        fill = banded_noise(
            rng, shape, period=period * rng.uniform(1.0, 2.5), flatness=rng.uniform(0, 4)
        )
    elif style < 0.8:
        fill = banded_noise(rng, shape, period=period * rng.uniform(0.8, 1.6), flatness=0.0)
    else:
        fill = banded_noise(
            rng,
            shape,
            period=period * rng.uniform(1.0, 1.8),
            flatness=rng.uniform(4, 20),
            dip=rng.normal(0, 0.8),
        )
    slow = smooth_field(rng, shape, (int(rng.uniform(20, 60)), int(rng.uniform(15, 50))))
    interior: Array = level * (fill + np.float32(rng.uniform(0, 1.2)) * slow)
    return interior


def _reflections(
    rng: np.random.Generator, inside: Array, period: float, settings: SaltSettings
) -> Array:
    """Add the reflection of the border, its multiples and arcs of migration."""
    down = np.gradient(inside, axis=1)
    # Steep borders send little back to the surface; a base has the opposite sign.
    imaged = np.tanh(6 * down) * np.clip(np.abs(down), np.float32(rng.uniform(0, 0.5)), 1)
    uneven = np.exp(
        np.float32(rng.uniform(0.1, 0.6))
        * smooth_field(rng, (inside.shape[0], inside.shape[1]), (14, 20))
    )
    strength = log_uniform(rng, settings.reflection)
    shift = np.float32(rng.normal(0, 0.08) * period)
    event = ricker(inside - shift, period * rng.uniform(0.8, 1.3))
    if rng.random() < 0.3:
        event = event - np.float32(rng.uniform(0.3, 0.9)) * ricker(
            inside - period * np.float32(0.6), period
        )
    for order in range(1, 1 + rng.integers(0, 3)):
        delay = np.float32(order * rng.uniform(0.9, 3.0) * period)
        event = event + np.float32((-0.3) ** order) * ricker(inside - delay, period)
    total = event * imaged * uneven
    if rng.random() < 0.35:
        total = total + _smiles(rng, inside, period)
    reflections: Array = np.float32(strength) * total
    return reflections


def _smiles(rng: np.random.Generator, inside: Array, period: float) -> Array:
    """Draw arcs that open upwards, as migration makes them from lone amplitudes."""
    n_traces, n_samples = inside.shape
    x = np.arange(n_traces, dtype=np.float32)[:, None]
    z = np.arange(n_samples, dtype=np.float32)[None, :]
    arcs = np.zeros(inside.shape, dtype=np.float32)
    for _ in range(rng.integers(1, 4)):
        away = x - np.float32(rng.uniform(0, 1) * n_traces)
        height = z - np.float32(rng.uniform(-0.8, 0.3) * n_samples)
        radius = rng.uniform(0.3, 1.0) * n_samples
        distance = np.sqrt(away**2 + height**2) - np.float32(radius)
        aperture = np.exp(-((away * np.float32(1 / (0.5 * radius))) ** 2)) * (height > 0)
        arcs += np.float32(rng.uniform(0.03, 0.2)) * ricker(distance, period) * aperture
    return arcs


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
