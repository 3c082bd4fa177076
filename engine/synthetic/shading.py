"""How a surface looks in the sun: photometry and cast shadows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sun:
    """Where the sun stands.

    Parameters
    ----------
    azimuth : float
        Direction towards the sun, degrees clockwise from the top of the image:
        90 is a sun on the right.
    elevation : float
        Height over the horizon, degrees, 0 to 90 exclusive.
    """

    azimuth: float
    elevation: float

    @property
    def direction(self) -> tuple[float, float]:
        """Unit vector towards the sun in the plane of the image: (rows, cols)."""
        angle = np.deg2rad(self.azimuth)
        return -float(np.cos(angle)), float(np.sin(angle))


def shade(elevation: Array, sun: Sun, *, lambert: float) -> Array:
    """Compute the brightness of a surface seen from above, without shadows.

    Parameters
    ----------
    elevation : ndarray of float32, shape (rows, cols)
        Heights, in pixels.
    sun : Sun
        Where the light comes from.
    lambert : float
        Share of Lambert's law, 0 to 1; the rest follows Lommel and Seeliger,
        as dusty ground does. Both shares make the lunar-Lambert law [1]_.

    Returns
    -------
    ndarray of float32, shape (rows, cols)
        Brightness, 0 where the ground faces away from the sun; level ground
        under a sun overhead has 1.

    References
    ----------
    .. [1] McEwen, "Photometric functions for photoclinometry and other
       applications", Icarus 92, 1991.
    """
    down, right = np.gradient(elevation)
    rows, cols = sun.direction
    height = np.deg2rad(sun.elevation)
    level = np.float32(np.cos(height))
    facing = np.float32(np.sin(height)) - level * (
        np.float32(rows) * down + np.float32(cols) * right
    )
    steep = np.float32(1) / np.sqrt(np.float32(1) + down * down + right * right)
    incidence = np.maximum(facing * steep, np.float32(0))
    emission = steep
    lommel = 2 * incidence / (incidence + emission)
    brightness: Array = np.float32(lambert) * incidence + np.float32(1 - lambert) * lommel
    return brightness


def cast_shadows(elevation: Array, sun: Sun, *, penumbra: float = 0.15) -> Array:
    """Compute which ground lies in the shadow of higher ground.

    Each point looks for the highest horizon towards the sun in steps that
    double, so that the cost grows with the logarithm of the size.

    Parameters
    ----------
    elevation : ndarray of float32, shape (rows, cols)
        Heights, in pixels; ground beyond the border casts no shadow.
    sun : Sun
        Where the light comes from.
    penumbra : float, optional
        Depth below the grazing ray from which on the shadow is full, pixels.

    Returns
    -------
    ndarray of float32, shape (rows, cols)
        1 in the sun, 0 in full shadow.
    """
    fall = float(np.tan(np.deg2rad(sun.elevation)))
    highest = elevation.copy()
    relief = float(elevation.max() - elevation.min())
    step = 1
    while step < max(elevation.shape) and step * fall < relief:
        rows, cols = (round(step * part) for part in sun.direction)
        length = float(np.hypot(rows, cols))
        here, there = _overlap(elevation.shape[0], rows), _overlap(elevation.shape[1], cols)
        lowered = highest[here[1], there[1]] - np.float32(length * fall)
        target = highest[here[0], there[0]]
        highest[here[0], there[0]] = np.maximum(target, lowered)
        step *= 2
    lit: Array = np.float32(1) - np.clip((highest - elevation) * np.float32(1 / penumbra), 0, 1)
    return lit


def _overlap(n: int, shift: int) -> tuple[slice, slice]:
    """Return the places that have a neighbour `shift` farther on, and those neighbours."""
    if shift >= 0:
        return slice(0, max(n - shift, 0)), slice(min(shift, n), n)
    return slice(min(-shift, n), n), slice(0, max(n + shift, 0))
