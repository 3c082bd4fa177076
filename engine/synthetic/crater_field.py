"""Which craters a surface has: sizes, places, ages, and the relief they leave."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.synthetic.crater_profile import MOST_WEAR, REACH, worn_elevation

Array = NDArray[np.float32]

TRASK = 10**10.9 / 10**12  # craters larger than D per area of D**2, Trask 1966
EQUILIBRIUM_SLOPE = 2.0

_SMALL = 9.0  # px; smaller craters are drawn all at once
_BATCHES = 3  # of small craters, between which larger ones erase what they hit


@dataclass(frozen=True, slots=True)
class CraterTable:
    """Craters of an image, oldest first.

    Parameters
    ----------
    row, col : ndarray of float32, shape (n,)
        Centres, pixels; they may lie outside the image.
    diameter : ndarray of float32, shape (n,)
        Geometric mean of both axes of the rim, pixels.
    ratio : ndarray of float32, shape (n,)
        Minor axis of the rim over its major axis.
    angle : ndarray of float32, shape (n,)
        Direction of the major axis, radians from the columns towards the rows.
    wear : ndarray of float32, shape (n,)
        Width of the Gaussian of diffusion, radii.
    depth : ndarray of float32, shape (n,)
        Depth of the fresh crater from rim to floor over its diameter.
    shape : ndarray of intp, shape (n,)
        Index into `engine.synthetic.crater_profile.SHAPES`.
    """

    row: Array
    col: Array
    diameter: Array
    ratio: Array
    angle: Array
    wear: Array
    depth: Array
    shape: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.row)

    def select(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> CraterTable:
        """Return the chosen craters, in the order of the choice.

        Parameters
        ----------
        which : ndarray of bool or intp
            Mask or indices.

        Returns
        -------
        CraterTable
            A part of this table.
        """
        return CraterTable(
            self.row[which],
            self.col[which],
            self.diameter[which],
            self.ratio[which],
            self.angle[which],
            self.wear[which],
            self.depth[which],
            self.shape[which],
        )


def draw_diameters(
    rng: np.random.Generator,
    area: float,
    *,
    limits: tuple[float, float],
    equilibrium: float,
    slope: float,
    density: float = TRASK,
) -> Array:
    """Draw crater diameters from a production function that meets equilibrium.

    The number of craters larger than D is ``density / D**2`` for each unit of
    area up to the diameter `equilibrium` [1]_ [2]_, and falls with the power
    `slope` of D above it: about 3 for lunar craters below a kilometre [3]_.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    area : float
        Square pixels.
    limits : tuple of float
        Least and greatest diameter, pixels.
    equilibrium : float
        Diameter below which craters are destroyed as fast as they are made,
        pixels.
    slope : float
        Cumulative slope of production, positive.
    density : float, optional
        Share of Trask's line that the surface reaches, times that line.

    Returns
    -------
    ndarray of float32, shape (n,)
        Diameters; n follows Poisson's law.

    References
    ----------
    .. [1] Trask, "Size and spatial distribution of craters estimated from
       Ranger photographs", JPL Technical Report 32-800, 1966.
    .. [2] Gault, "Saturation and equilibrium conditions for impact cratering on
       the lunar surface", Radio Science 5, 1970.
    .. [3] Neukum, Ivanov and Hartmann, "Cratering records in the inner solar
       system", Space Science Reviews 96, 2001.
    """
    low, high = limits
    knee = min(max(equilibrium, low), high)
    at_knee = density * equilibrium**-EQUILIBRIUM_SLOPE
    counts = [0, 0]
    parts = ((low, knee, EQUILIBRIUM_SLOPE), (knee, high, slope))
    diameters = []
    for index, (start, stop, power) in enumerate(parts):
        larger = [at_knee * (edge / equilibrium) ** -power for edge in (start, stop)]
        counts[index] = rng.poisson(max(area * (larger[0] - larger[1]), 0.0))
        share = rng.random(counts[index])
        inverse = start**-power + share * (stop**-power - start**-power)
        diameters.append(inverse ** (-1 / power))
    return np.concatenate(diameters).astype(np.float32)


def raise_relief(elevation: Array, albedo: Array, craters: CraterTable, halo: Array) -> None:
    """Dig craters into a surface, oldest first, in place.

    A crater erases what it hits and buries some of what lies around it.

    Parameters
    ----------
    elevation : ndarray of float32, shape (rows, cols)
        Heights, pixels.
    albedo : ndarray of float32, shape (rows, cols)
        Reflectance.
    craters : CraterTable
        Oldest first.
    halo : ndarray of float32, shape (n,)
        How much brighter than the plain the ejecta of each crater are.
    """
    large = craters.diameter >= _SMALL
    order = np.arange(len(craters))
    for batch in np.array_split(order, _BATCHES):
        _dig_small(elevation, craters.select(batch[~large[batch]]))
        for index in batch[large[batch]]:
            _dig_large(elevation, albedo, craters, int(index), float(halo[index]))


def _dig_small(elevation: Array, craters: CraterTable) -> None:
    """Add the relief of craters of similar size, a window of pixels for each."""
    rows, cols = elevation.shape
    total = np.zeros(elevation.size)
    for low, high in pairwise((0.0, 4.0, 6.0, _SMALL)):
        part = craters.select((craters.diameter >= low) & (craters.diameter < high))
        if not len(part):
            continue
        reach = int(np.ceil(high))  # two radii
        offset = np.arange(-reach, reach + 1)
        row = np.rint(part.row).astype(np.intp)[:, None, None] + offset[:, None]
        col = np.rint(part.col).astype(np.intp)[:, None, None] + offset
        radius = 0.5 * part.diameter[:, None, None]
        down = row.astype(np.float32) - part.row[:, None, None]
        right = col.astype(np.float32) - part.col[:, None, None]
        distance = np.sqrt(down * down + right * right) / radius
        relief = (
            worn_elevation(part.shape[:, None, None], part.wear[:, None, None], distance)
            * (part.depth * part.diameter)[:, None, None]
        )
        inside = (row >= 0) & (row < rows) & (col >= 0) & (col < cols)
        index = (row * cols + col)[inside]
        total += np.bincount(index, weights=relief[inside], minlength=total.size)
    elevation += total.reshape(elevation.shape).astype(np.float32)


def _dig_large(
    elevation: Array, albedo: Array, craters: CraterTable, index: int, halo: float
) -> None:
    radius = 0.5 * float(craters.diameter[index])
    middle = float(craters.row[index]), float(craters.col[index])
    window = _window(elevation.shape, middle, radius * REACH)
    if window is None:
        return
    distance = rim_distance(craters, index, window)
    ground = elevation[window]
    hit = np.float32(0.85) * np.clip((np.float32(1.15) - distance) * np.float32(4), 0, 1)
    buried = np.maximum(hit, np.float32(0.5) * np.clip(np.float32(1.6) - distance, 0, 1))
    weight = float(hit.sum())
    if weight:
        ground -= buried * (ground - np.float32(float((ground * hit).sum()) / weight))
    wear = craters.wear[index : index + 1]
    relief = worn_elevation(craters.shape[index : index + 1], wear, distance)
    ground += relief * np.float32(craters.depth[index] * craters.diameter[index])
    if halo:
        bright = np.exp(-(distance * distance) * np.float32(0.35))
        albedo[window] *= np.float32(1) + np.float32(halo) * bright


def _window(
    shape: tuple[int, ...], middle: tuple[float, float], reach: float
) -> tuple[slice, slice] | None:
    parts = []
    for place, n in zip(middle, shape, strict=True):
        start, stop = max(int(place - reach), 0), min(int(place + reach) + 2, n)
        if start >= stop:
            return None
        parts.append(slice(start, stop))
    return parts[0], parts[1]


def rim_distance(craters: CraterTable, index: int, window: tuple[slice, slice]) -> Array:
    """Compute the distance from the centre of a crater in units of its rim.

    Parameters
    ----------
    craters : CraterTable
        Where the crater is found.
    index : int
        Which one.
    window : tuple of slice
        Rows and columns to compute.

    Returns
    -------
    ndarray of float32
        1 on the ellipse of the rim; of the size of the window.
    """
    rows, cols = (np.arange(part.start, part.stop, dtype=np.float32) for part in window)
    down = (rows - craters.row[index])[:, None]
    right = (cols - craters.col[index])[None, :]
    cosine, sine = np.cos(craters.angle[index]), np.sin(craters.angle[index])
    stretch = np.sqrt(craters.ratio[index])
    radius = np.float32(0.5) * craters.diameter[index]
    major = (right * cosine + down * sine) * (stretch / radius)
    minor = (down * cosine - right * sine) * (np.float32(1) / (stretch * radius))
    distance: Array = np.sqrt(major * major + minor * minor)
    return distance


def mark(craters: CraterTable, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Mark the inside of the rims of craters.

    Parameters
    ----------
    craters : CraterTable
        Which ones.
    shape : tuple of int
        ``(rows, cols)``.

    Returns
    -------
    ndarray of uint8, shape `shape`
        1 in a crater, 0 elsewhere.
    """
    labels = np.zeros(shape, dtype=np.uint8)
    for index in range(len(craters)):
        middle = float(craters.row[index]), float(craters.col[index])
        window = _window(shape, middle, 0.75 * float(craters.diameter[index]))
        if window is not None:
            labels[window] |= rim_distance(craters, index, window) <= 1
    return labels


def survivors(craters: CraterTable, *, most_wear: float = 0.75 * MOST_WEAR) -> NDArray[np.bool_]:
    """Tell which craters can still be seen: neither worn away nor hit by a larger one.

    Parameters
    ----------
    craters : CraterTable
        Oldest first.
    most_wear : float, optional
        Width of the Gaussian of diffusion beyond which a rim is lost, radii.

    Returns
    -------
    ndarray of bool, shape (n,)
        One for each crater.
    """
    seen = craters.wear <= most_wear
    radius = 0.5 * craters.diameter
    for index in np.flatnonzero(craters.diameter >= _SMALL):
        away = np.hypot(
            craters.row[:index] - craters.row[index], craters.col[:index] - craters.col[index]
        )
        seen[:index] &= away + 0.6 * radius[:index] > radius[index]
    return seen
