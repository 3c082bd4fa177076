"""The shape of an impact crater, fresh and worn down by diffusion."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

REACH = 3.0  # radii from the centre at which the ejecta end
WEAR_STEPS = 17
MOST_WEAR = 0.64  # width of the Gaussian, in radii; about a quarter of the depth is left
SHAPES = ("bowl", "flat", "complex")
RIM_SHARE = 0.036 / 0.196  # rim height of the depth below the rim: Pike 1977, simple craters

_GRID = 128  # points along a side of the table that is blurred
_PER_RADIUS = 16.0  # of its points
_SAMPLES = 256  # of a profile, from the centre to REACH


def fresh_profile(shape: str, distance: Array) -> Array:
    """Compute the elevation of a fresh crater over the plain around it.

    A bowl is a paraboloid; a complex crater has a flat floor, a terrace and a
    central peak. Ejecta thin out with the cube of the distance.

    Parameters
    ----------
    shape : str
        One of `SHAPES`.
    distance : ndarray of float32
        Distance from the centre, radii of the rim.

    Returns
    -------
    ndarray of float32
        Elevation in units of the depth from the rim to the floor.

    References
    ----------
    .. [1] Pike, "Size-dependence in the shape of fresh impact craters on the
       Moon", in Impact and Explosion Cratering, 1977.
    .. [2] McGetchin et al., "Radial thickness variation in impact crater
       ejecta", Earth and Planetary Science Letters 20, 1973.
    """
    rim = np.float32(RIM_SHARE)
    if shape == "bowl":
        wall = distance**2
    elif shape == "flat":
        wall = np.clip((distance - 0.45) / 0.55, 0, 1) ** 1.5
    else:
        rise = np.clip((distance - 0.5) / 0.5, 0, 1)
        terrace = 0.1 * np.sin(2 * np.pi * np.clip((distance - 0.6) / 0.4, 0, 1))
        peak = 0.3 * np.exp(-((distance / 0.14) ** 2))
        wall = rise**1.3 + terrace + peak
    inside = wall - (1 - rim)
    safe = np.maximum(distance, np.float32(0.5))
    fade = np.clip((REACH - distance) / (REACH - 1), 0, 1)
    ejecta = rim * safe**-3 * fade
    profile: Array = np.where(distance <= 1, inside, ejecta).astype(np.float32)
    return profile


@cache
def worn_profiles() -> Array:
    """Compute profiles of all shapes at all degrees of wear.

    Creep of the soil moves it downhill in proportion to the slope, which is
    diffusion; its solution after the time t is the fresh shape blurred by a
    Gaussian of width ``sqrt(2 kappa t)``.

    Returns
    -------
    ndarray of float32, shape (len(SHAPES), WEAR_STEPS, 256)
        Elevation in units of the depth of the fresh crater, from the centre to
        `REACH` radii; the wear grows evenly from 0 to `MOST_WEAR` radii.

    References
    ----------
    .. [1] Fassett and Thomson, "Crater degradation on the lunar maria:
       Topographic diffusion and the rate of erosion on the Moon", JGR Planets
       119, 2014.
    """
    place = (np.arange(_GRID) - _GRID // 2) / _PER_RADIUS
    distance = np.hypot(place[:, None], place).astype(np.float32)
    k = np.fft.fftfreq(_GRID, 1 / _PER_RADIUS)
    k_squared = k[:, None] ** 2 + k[: _GRID // 2 + 1] ** 2
    radius = np.linspace(0, REACH, _SAMPLES)
    table = np.empty((len(SHAPES), WEAR_STEPS, _SAMPLES), dtype=np.float32)
    for i, shape in enumerate(SHAPES):
        spectrum = np.fft.rfft2(fresh_profile(shape, distance))
        table[i, 0] = fresh_profile(shape, radius.astype(np.float32))
        for j in range(1, WEAR_STEPS):
            width = MOST_WEAR * j / (WEAR_STEPS - 1)
            blur = np.exp(-2 * np.pi**2 * width**2 * k_squared)
            worn = np.fft.irfft2(spectrum * blur, s=(_GRID, _GRID))[_GRID // 2]
            table[i, j] = np.interp(radius, place[_GRID // 2 :], worn[_GRID // 2 :])
    # The end of the table is a step that a sunlit slope would show.
    table -= table[..., -1:] * np.linspace(0, 1, _SAMPLES, dtype=np.float32) ** 2
    table.setflags(write=False)
    profiles: Array = table
    return profiles


def worn_elevation(shape: NDArray[np.intp], wear: Array, distance: Array) -> Array:
    """Look up the elevation of craters over the plain around them.

    Parameters
    ----------
    shape : ndarray of intp
        Indices into `SHAPES`.
    wear : ndarray of float32
        Width of the Gaussian of diffusion, radii; above `MOST_WEAR` that is
        taken.
    distance : ndarray of float32
        Distance from the centre, radii. The three arrays broadcast.

    Returns
    -------
    ndarray of float32
        In units of the depth of the fresh crater; 0 beyond `REACH`.
    """
    table = worn_profiles()
    step = np.minimum(wear * np.float32((WEAR_STEPS - 1) / MOST_WEAR), WEAR_STEPS - 1)
    row = shape * WEAR_STEPS + np.rint(step).astype(np.intp)
    place = np.minimum(distance * np.float32((_SAMPLES - 1) / REACH), np.float32(_SAMPLES - 1.001))
    column = place.astype(np.int32)
    index = row * _SAMPLES + column
    left = table.take(index)
    share = place - column.astype(np.float32)
    elevation: Array = left + share * (table.take(index + 1) - left)
    return elevation
