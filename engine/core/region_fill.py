"""Samples that belong together by their amplitudes."""

from __future__ import annotations

import numpy as np
import scipy  # loads scipy.ndimage at its first use, not when the window starts
from numpy.typing import NDArray

from engine.core.painting import Stamp

_FIRST_REACH = 48
_TRUNCATE = 3.0

Samples = NDArray[np.float32]


def smoothed(values: Samples, sigma: float) -> Samples:
    """Smooth amplitudes; samples without data count for nothing and stay so.

    Parameters
    ----------
    values : ndarray of float32, shape (n_rows, n_cols)
        Amplitudes, NaN where there is no data.
    sigma : float
        Standard deviation of the Gaussian in samples; 0 smooths nothing.

    Returns
    -------
    ndarray of float32, shape (n_rows, n_cols)
        Weighted means over the live samples within three standard deviations.
    """
    if sigma <= 0:
        return values
    live = np.isfinite(values)
    if live.all():
        result: Samples = scipy.ndimage.gaussian_filter(values, sigma, truncate=_TRUNCATE)
        return result
    total = scipy.ndimage.gaussian_filter(np.where(live, values, 0), sigma, truncate=_TRUNCATE)
    weight = scipy.ndimage.gaussian_filter(live.astype(np.float32), sigma, truncate=_TRUNCATE)
    means: Samples = np.where(live, total / np.maximum(weight, 1e-6), np.float32(np.nan))
    return means


def similar_region(
    values: Samples,
    seed: tuple[int, int],
    tolerance: float,
    *,
    sigma: float = 1.0,
    part: tuple[slice, slice] | None = None,
    allowed: NDArray[np.bool_] | None = None,
) -> Stamp | None:
    """Find the connected samples whose smoothed amplitude is like that of a seed.

    Only a window round the seed is looked at, which grows until the region ends in it.

    Parameters
    ----------
    values : ndarray of float32, shape (n_rows, n_cols)
        Amplitudes, NaN where there is no data.
    seed : tuple of int
        Row and column.
    tolerance : float
        Largest difference of smoothed amplitudes.
    sigma : float, default 1
        Smoothing, in samples.
    part : tuple of slice, optional
        Rows and columns that the region must not leave.
    allowed : ndarray of bool, shape (n_rows, n_cols), optional
        Samples that may belong to it.

    Returns
    -------
    Stamp or None
        Connected by edges; None if the seed has no data, is not allowed or lies
        outside.
    """
    rows, cols = _bounds(values.shape, part)
    row, col = seed
    if not (rows.start <= row < rows.stop and cols.start <= col < cols.stop):
        return None
    reach = _FIRST_REACH
    while True:
        window = (_around(row, reach, rows), _around(col, reach, cols))
        region = _region_in(values, seed, (tolerance, sigma), window, allowed)
        if region is None:
            return None
        if window == (rows, cols) or not _reaches_edge(region, window, (rows, cols)):
            return Stamp.trimmed(window[0].start, window[1].start, region)
        reach *= 2


def between(
    values: Samples, low: float, high: float, part: tuple[slice, slice] | None = None
) -> Stamp | None:
    """Find the samples whose amplitude lies between two.

    Parameters
    ----------
    values : ndarray of float32, shape (n_rows, n_cols)
        Amplitudes, NaN where there is no data.
    low, high : float
        Both included.
    part : tuple of slice, optional
        Rows and columns to look at; all when left out.

    Returns
    -------
    Stamp or None
        None if there are none.
    """
    rows, cols = _bounds(values.shape, part)
    if rows.start >= rows.stop or cols.start >= cols.stop:
        return None
    window = values[rows, cols]
    return Stamp.trimmed(rows.start, cols.start, (window >= low) & (window <= high))


def _region_in(
    values: Samples,
    seed: tuple[int, int],
    likeness: tuple[float, float],
    window: tuple[slice, slice],
    allowed: NDArray[np.bool_] | None,
) -> NDArray[np.bool_] | None:
    """Return the region of a seed inside a window, as an array of that window."""
    tolerance, sigma = likeness
    # With a margin, smoothing gives what it gives on the whole section.
    margin = int(_TRUNCATE * sigma + 0.5) + 1 if sigma > 0 else 0
    wide = [
        slice(max(part.start - margin, 0), min(part.stop + margin, size))
        for part, size in zip(window, values.shape, strict=True)
    ]
    smooth = smoothed(values[wide[0], wide[1]], sigma)
    inner = [
        slice(part.start - outer.start, part.stop - outer.start)
        for part, outer in zip(window, wide, strict=True)
    ]
    smooth = smooth[inner[0], inner[1]]
    at = (seed[0] - window[0].start, seed[1] - window[1].start)
    similar = np.abs(smooth - smooth[at]) <= tolerance
    if allowed is not None:
        similar &= allowed[window]
    if not similar[at]:
        return None
    numbers, _ = scipy.ndimage.label(similar)
    region: NDArray[np.bool_] = numbers == numbers[at]
    return region


def _bounds(shape: tuple[int, ...], part: tuple[slice, slice] | None) -> tuple[slice, slice]:
    rows, cols = part or (slice(None), slice(None))
    return slice(*rows.indices(shape[0])[:2]), slice(*cols.indices(shape[1])[:2])


def _around(centre: int, reach: int, limits: slice) -> slice:
    return slice(max(centre - reach, limits.start), min(centre + reach + 1, limits.stop))


def _reaches_edge(
    region: NDArray[np.bool_], window: tuple[slice, slice], limits: tuple[slice, slice]
) -> bool:
    """Tell whether a region might go on beyond a window."""
    rows, cols = window
    edges = (
        (rows.start > limits[0].start, region[0]),
        (rows.stop < limits[0].stop, region[-1]),
        (cols.start > limits[1].start, region[:, 0]),
        (cols.stop < limits[1].stop, region[:, -1]),
    )
    return any(bool(cells.any()) for inner, cells in edges if inner)
