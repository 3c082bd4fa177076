"""Shapes of salt bodies as signed distances, positive inside the salt."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.fields import smooth_curve, smooth_field

Array = NDArray[np.float32]


def draw_body(rng: np.random.Generator, x: Array, z: Array, *, closeup: bool) -> Array:
    """Draw a salt body: a whole one, or the borders that a close-up shows.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    x, z : ndarray of float32, shapes (n_traces, 1) and (1, n_samples)
        Coordinates, samples.
    closeup : bool
        Whether the picture shows a part of a body only.

    Returns
    -------
    ndarray of float32, shape (n_traces, n_samples)
        Distance to the border of the salt, samples; positive inside. Near the
        border it is true, farther away it is only monotonic.
    """
    kinds = tuple(_CLOSEUPS) if closeup else tuple(_BODIES)
    weights = np.array([kind[1] for kind in kinds])
    draw = kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))][0]
    distance = draw(rng, x, z)
    if rng.random() < 0.3:
        bumps = smooth_field(rng, (x.size, z.size), (int(rng.uniform(3, 12)),) * 2)
        distance += np.float32(rng.uniform(0.3, 2.0)) * bumps
    return distance


def half_plane(
    rng: np.random.Generator, x: Array, z: Array, *, angle: float, offset: float
) -> Array:
    """Draw one rough border that parts salt from sediment.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    x, z : ndarray of float32, shapes (n_traces, 1) and (1, n_samples)
        Coordinates, samples.
    angle : float
        Direction of the border, radians: 0 is a top with salt below, pi a base
        with salt above, pi/2 and -pi/2 are flanks with salt to the left and to
        the right.
    offset : float
        Distance of the border from the middle of the picture, samples, towards
        the salt.

    Returns
    -------
    ndarray of float32, shape (n_traces, n_samples)
        Distance to the border, samples; positive inside.
    """
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    right, down = x - np.float32(x.mean()), z - np.float32(z.mean())
    along, across = right * cosine + down * sine, down * cosine - right * sine
    reach = int(np.hypot(x.size, z.size) / 2) + 2
    border = _rough(rng, 2 * reach)
    slope = np.gradient(border).astype(np.float32)
    place = along + np.float32(reach)
    index = np.clip(place.astype(np.int32), 0, 2 * reach - 1)
    local = border[index] + slope[index] * (place - index.astype(np.float32))
    steep = np.float32(1) / np.sqrt(np.float32(1) + slope * slope)
    distance: Array = (across - np.float32(offset) - local) * steep[index]
    return distance


def _rough(rng: np.random.Generator, n: int) -> Array:
    """Draw a border: bends, peaks and troughs with sharp tips, and roughness, mean 0."""
    length = int(rng.uniform(0.12, 0.6) * n)
    border = np.float32(rng.gamma(1.2, 0.14) * length) * smooth_curve(rng, n, max(length, 4))
    tips = rng.random()
    if tips < 0.45:
        length = int(rng.uniform(0.04, 0.25) * n) + 2
        tip = np.abs(smooth_curve(rng, n, length)) * np.float32(length * rng.gamma(1.5, 0.25))
        border += tip if tips < 0.25 else -tip
    if rng.random() < 0.7:
        length = int(rng.uniform(2, 9))
        border += np.float32(rng.gamma(1.2, 0.12) * length) * smooth_curve(rng, n, length)
    rough: Array = border - border.mean(dtype=np.float32)
    return rough


def _top(rng: np.random.Generator, x: Array, z: Array) -> Array:
    return half_plane(rng, x, z, angle=rng.normal(0, 0.3), offset=rng.uniform(-0.45, 0.5) * z.size)


def _base(rng: np.random.Generator, x: Array, z: Array) -> Array:
    return half_plane(
        rng, x, z, angle=np.pi + rng.normal(0, 0.3), offset=rng.uniform(-0.3, 0.48) * z.size
    )


def _flank(rng: np.random.Generator, x: Array, z: Array) -> Array:
    side = rng.choice((-1.0, 1.0))
    return half_plane(
        rng,
        x,
        z,
        angle=side * (np.pi / 2 + rng.normal(0, 0.35)),
        offset=rng.uniform(-0.42, 0.48) * x.size,
    )


def _corner(rng: np.random.Generator, x: Array, z: Array) -> Array:
    """Meet two borders in a convex or a concave edge, such as that below an overhang."""
    borders = (_flank(rng, x, z), (_base if rng.random() < 0.5 else _top)(rng, x, z))
    if rng.random() < 0.6:
        return np.minimum(borders[0], borders[1])
    return np.maximum(borders[0], borders[1])


def _column(rng: np.random.Generator, x: Array, z: Array) -> Array:
    lean, width = rng.normal(0, 0.25), rng.uniform(0.1, 0.45) * x.size
    middle = rng.uniform(-0.3, 0.3) * x.size
    sides = [
        half_plane(
            rng,
            x,
            z,
            angle=side * np.pi / 2 + lean + rng.normal(0, 0.1),
            offset=-side * middle - width / 2,
        )
        for side in (-1, 1)
    ]
    return np.minimum(sides[0], sides[1])


def _sheet(rng: np.random.Generator, x: Array, z: Array) -> Array:
    """Lay a sheet with a top and a base, which may pinch out."""
    middle, thickness = rng.uniform(-0.35, 0.35), rng.uniform(0.08, 0.5)
    dip = rng.normal(0, 0.2)
    top = half_plane(rng, x, z, angle=dip, offset=(middle - thickness / 2) * z.size)
    base = half_plane(
        rng,
        x,
        z,
        angle=np.pi + dip + rng.normal(0, 0.15),
        offset=-(middle + thickness / 2) * z.size,
    )
    return np.minimum(top, base)


def _ellipse(x: Array, z: Array, half_width: float, half_height: float) -> Array:
    """Return the first-order distance to an ellipse around the origin."""
    across, down = x * np.float32(1 / half_width), z * np.float32(1 / half_height)
    radius = np.hypot(across, down) + np.float32(1e-3)
    slope = np.hypot(across * np.float32(1 / half_width), down * np.float32(1 / half_height))
    distance: Array = (np.float32(1) - radius) * radius / (slope + np.float32(1e-6))
    return distance


def _diapir(rng: np.random.Generator, x: Array, z: Array) -> Array:
    """Raise a stem with a bulb, which hangs over where it is wider than the stem."""
    n_traces, n_samples = x.size, z.size
    crest = rng.uniform(0.05, 0.7) * n_samples
    stem = rng.uniform(0.05, 0.25) * n_traces
    bulb = stem * rng.uniform(0.8, 2.2)
    height = bulb * rng.uniform(0.5, 1.6)
    lean = np.float32(rng.normal(0, 0.2)) * (z - np.float32(crest))
    wander = np.float32(rng.uniform(0, 5)) * smooth_curve(rng, n_samples, 30)
    away = x - np.float32(rng.uniform(0.1, 0.9) * n_traces) - lean - wander
    below = z - np.float32(crest + height)
    head = _ellipse(away, below, bulb, height)
    # The stem flares towards the layer that feeds it.
    flare = np.exp((z - n_samples) * np.float32(1 / rng.uniform(8, 50)))
    width = np.float32(stem) + np.float32(rng.uniform(0, 0.35) * n_traces) * flare
    trunk = np.minimum(width - np.abs(away), below)
    body: Array = np.maximum(head, trunk)
    return body


def _dome(rng: np.random.Generator, x: Array, z: Array) -> Array:
    """Swell the top of a salt layer to a rounded or a pointed dome."""
    n_traces, n_samples = x.size, z.size
    level = rng.uniform(0.5, 1.15) * n_samples
    top = np.full(x.shape, level, dtype=np.float32)
    for _ in range(rng.integers(1, 4)):
        width = rng.uniform(0.06, 0.3) * n_traces
        away = np.abs(x - np.float32(rng.uniform(0, 1) * n_traces)) * np.float32(1 / width)
        swell = np.exp(-(away ** np.float32(rng.uniform(1.0, 2.5))))
        top -= np.float32(rng.uniform(0.1, 0.7) * n_samples) * swell
    rough = np.float32(rng.gamma(1.2, 1.0)) * smooth_curve(rng, n_traces, int(rng.uniform(2, 12)))
    top += rough[:, None]
    slope = np.gradient(top, axis=0).astype(np.float32)
    distance: Array = (z - top) / np.hypot(slope, np.float32(1))
    return distance


def _canopy(rng: np.random.Generator, x: Array, z: Array) -> Array:
    """Put a lens of allochthonous salt beside or above another body."""
    lens = _ellipse(
        x - np.float32(rng.uniform(0.1, 0.9) * x.size),
        z
        - np.float32(rng.uniform(0.15, 0.7) * z.size)
        - np.float32(rng.uniform(2, 12)) * smooth_curve(rng, x.size, 40)[:, None],
        rng.uniform(0.15, 0.6) * x.size,
        rng.uniform(0.04, 0.2) * z.size,
    )
    if rng.random() < 0.5:
        return lens
    return np.maximum(lens, (_dome if rng.random() < 0.5 else _diapir)(rng, x, z))


_Draw = Callable[[np.random.Generator, Array, Array], Array]
_CLOSEUPS: tuple[tuple[_Draw, float], ...] = (
    (_top, 0.34),
    (_flank, 0.24),
    (_base, 0.1),
    (_corner, 0.1),
    (_column, 0.07),
    (_sheet, 0.07),
    (_diapir, 0.04),
    (_dome, 0.04),
)
_BODIES: tuple[tuple[_Draw, float], ...] = (
    (_diapir, 0.35),
    (_dome, 0.25),
    (_canopy, 0.2),
    (_top, 0.08),
    (_sheet, 0.08),
    (_column, 0.04),
)
