"""Wiggle traces as pictures: which traces, which samples, which pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis

LEAST_SPACING = 7.0
"""Pixels between two wiggles below which they cannot be told apart."""
_REACH = 1.3
"""Spacings that an amplitude at the limit swings from its trace."""
_CLIP = 1.25
"""Amplitudes beyond so many limits are drawn there, so that one spike does not hide others."""


@dataclass(frozen=True, slots=True)
class WiggleStyle:
    """How wiggles are drawn.

    Parameters
    ----------
    limit : float
        Amplitude that swings 1.3 spacings of the traces that are drawn.
    flipped : bool, default False
        Whether troughs are filled, to the right, instead of peaks.
    fill : float, default 1
        Opacity of the filled lobes.
    least_spacing : float, default 7
        Pixels between two traces that can be told apart.
    """

    limit: float
    flipped: bool = False
    fill: float = 1.0
    least_spacing: float = LEAST_SPACING


def draw_wiggles(
    data: NDArray[np.float32],
    down: NDArray[np.float64],
    across: NDArray[np.float64],
    shape: tuple[int, int],
    style: WiggleStyle,
) -> tuple[NDArray[np.float32], int]:
    """Draw as many traces as can be told apart.

    The cost depends on the picture and not on the section.

    Parameters
    ----------
    data : ndarray of float32, shape (n_samples, n_traces)
        Amplitudes; NaN where there is no data.
    down, across : ndarray of float64, shape (n_samples,) and (n_traces,)
        Evenly spaced places of samples and traces in the picture, in pixels;
        those outside are left out.
    shape : tuple of int
        Rows and columns of the picture.
    style : WiggleStyle
        Gain, polarity and fill.

    Returns
    -------
    ink : ndarray of float32, shape `shape`
        Opacity, 0 to 1.
    stride : int
        Every which trace was drawn.
    """
    stride = trace_stride(_spacing(across), style.least_spacing)
    spacing = stride * _spacing(across)
    columns = np.arange(0, len(across), stride)
    columns = columns[_near(across[columns], shape[1], 2 * spacing)]
    rows = np.flatnonzero(_near(down, shape[0], 2 * _spacing(down)))
    if len(columns) == 0 or len(rows) == 0:
        return np.zeros(shape, dtype=np.float32), stride
    if down[rows[0]] > down[rows[-1]]:
        rows = rows[::-1]
    part = data[np.ix_(rows, columns)] * np.float32((-1 if style.flipped else 1) / style.limit)
    positions, values = strongest_samples(np.clip(part, -_CLIP, _CLIP), shape[0])
    places = np.interp(positions, np.arange(len(rows), dtype=np.float64), down[rows])
    swings = values * np.float32(spacing * _REACH)
    curves, lobes = wiggle_coverage(places, swings, across[columns], shape)
    return np.maximum(curves, lobes * np.float32(style.fill)), stride


def places(axis: Axis, start: float, length: float) -> NDArray[np.float64]:
    """Return where the positions of an axis lie that fill a stretch of a picture.

    Parameters
    ----------
    axis : Axis
        Smaller values come first, whichever way its positions run.
    start, length : float
        The stretch, in pixels.

    Returns
    -------
    ndarray of float64, shape (axis.size,)
        In pixels: the middle of each position.
    """
    index = np.arange(axis.size, dtype=np.float64)
    if axis.step < 0:
        index = index[::-1]
    return start + (index + 0.5) * (length / axis.size)


def _spacing(places: NDArray[np.float64]) -> float:
    return abs(float(places[1] - places[0])) if len(places) > 1 else math.inf


def _near(places: NDArray[np.float64], n_pixels: int, margin: float) -> NDArray[np.bool_]:
    return np.asarray((places >= -margin) & (places <= n_pixels + margin))


def trace_stride(spacing: float, least: float = LEAST_SPACING) -> int:
    """Return every which trace is drawn.

    Parameters
    ----------
    spacing : float
        Pixels between neighbouring traces, above zero.
    least : float, default 7
        Pixels wanted between two that are drawn.

    Returns
    -------
    int
        A power of two, so that traces drawn from afar stay when one comes nearer.
    """
    stride = 1
    while stride * spacing < least:
        stride *= 2
    return stride


def strongest_samples(
    data: NDArray[np.float32], n_rows: int
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Thin out samples, keeping the strongest of each interval.

    Parameters
    ----------
    data : ndarray of float32, shape (n_samples, n_traces)
        Amplitudes; NaN where there is no data.
    n_rows : int
        Samples wanted, at least one; nothing is done where there are not twice as many.

    Returns
    -------
    positions : ndarray of float64, shape (n,)
        Sample indices: the middle of each interval.
    values : ndarray of float32, shape (n, n_traces)
        The amplitude of the largest magnitude in each interval; NaN where it
        has none.
    """
    n_samples = len(data)
    per_row = n_samples // max(n_rows, 1)
    if per_row < 2:
        return np.arange(n_samples, dtype=np.float64), data
    n_intervals = -(-n_samples // per_row)
    padded = np.full((n_intervals * per_row, data.shape[1]), np.nan, dtype=np.float32)
    padded[:n_samples] = data
    intervals = padded.reshape(n_intervals, per_row, -1)
    magnitude = np.where(np.isnan(intervals), np.float32(-1), np.abs(intervals))
    chosen = magnitude.argmax(axis=1)[:, None, :]
    values = np.take_along_axis(intervals, chosen, axis=1)[:, 0]
    starts = np.arange(n_intervals, dtype=np.float64) * per_row
    ends = np.minimum(starts + per_row, n_samples) - 1
    return (starts + ends) / 2, values


def wiggle_coverage(
    places: NDArray[np.float64],
    values: NDArray[np.float32],
    zeros: NDArray[np.float64],
    shape: tuple[int, int],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw curves and their positive lobes, each pixel as far as it is covered.

    Parameters
    ----------
    places : ndarray of float64, shape (n_samples,)
        Where the samples lie, in pixels downwards, ascending.
    values : ndarray of float32, shape (n_samples, n_traces)
        Swings to the right, in pixels; NaN where there is no data.
    zeros : ndarray of float64, shape (n_traces,)
        Where the zero lines lie, in pixels to the right.
    shape : tuple of int
        Rows and columns of the picture.

    Returns
    -------
    curves, lobes : ndarray of float32, shape `shape`
        Covered share of each pixel, 0 to 1. Curves are one pixel wide.

    Notes
    -----
    Each row of a shape is a span; its two ends are entered with their share of
    a pixel and summed along the row, as rasterisers of fonts do with areas.
    """
    ends = _at_row_ends(places, values, shape[0])
    known = ~(np.isnan(ends[:-1]) | np.isnan(ends[1:]))
    upper, lower = np.where(known, ends[:-1], 0), np.where(known, ends[1:], 0)
    half_px = np.where(known, 0.5, 0.0)
    curves = _spans(
        zeros + np.minimum(upper, lower) - half_px,
        zeros + np.maximum(upper, lower) + half_px,
        shape,
    )
    peak = np.maximum((upper + lower) / 2, 0)
    return curves, _spans(zeros + np.zeros_like(peak), zeros + peak, shape)


def _at_row_ends(
    places: NDArray[np.float64], values: NDArray[np.float32], n_rows: int
) -> NDArray[np.float64]:
    """Interpolate at the upper and lower ends of rows; NaN half a sample beyond the ends."""
    n_samples = len(places)
    wanted = np.arange(n_rows + 1, dtype=np.float64)
    index = np.interp(wanted, places, np.arange(n_samples, dtype=np.float64))
    before = np.minimum(index.astype(np.intp), max(n_samples - 2, 0))
    after = np.minimum(before + 1, n_samples - 1)
    share = (index - before)[:, None]
    between = np.where(share > 0, values[after] * share, 0)
    ends: NDArray[np.float64] = np.where(share < 1, values[before] * (1 - share), 0) + between
    half = (places[-1] - places[0]) / (2 * max(n_samples - 1, 1)) + 1
    ends[(wanted < places[0] - half) | (wanted > places[-1] + half)] = np.nan
    return ends


def _spans(
    starts: NDArray[np.float64], stops: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float32]:
    """Return how far spans, of shape (n_rows, n_spans), cover the pixels of their rows."""
    n_rows, n_cols = shape
    row = np.arange(n_rows)[:, None] * (n_cols + 2)
    pixels, shares = [], []
    for ends, sign in ((starts, 1.0), (stops, -1.0)):
        inside = np.clip(ends, 0, n_cols)
        pixel = inside.astype(np.intp)
        share = inside - pixel
        pixels += [row + pixel, row + pixel + 1]
        shares += [sign * (1 - share), sign * share]
    size = n_rows * (n_cols + 2)
    total = np.bincount(np.concatenate(pixels, None), np.concatenate(shares, None), size)
    covered = total.astype(np.float32).reshape(n_rows, n_cols + 2).cumsum(axis=1)[:, :n_cols]
    return np.asarray(np.clip(covered, 0, 1), dtype=np.float32)
