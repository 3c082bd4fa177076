"""A split of labelled slices that keeps validation far from training, and shows all classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data.buffers import distances
from engine.data.class_cover import shortfall
from engine.data.slice_ranges import Range, SliceRanges

CLOSE = 3
"""Slices; what is nearer is nearly the same picture."""
_PART = 5
"""Validation gets one of so many labelled slices."""


def propose_ranges(
    places: Sequence[float], axis: Range, class_pixels: NDArray[np.int64]
) -> SliceRanges | None:
    """Propose a split for labelled slices.

    A fifth of them validates, or down to half of that, one at least: those at the end of the
    axis that leave the widest gap to training. Where slices lie nearer than `CLOSE`, those
    between are left out, as long as half of all stay for training. Slices between
    others validate only if a class is missing from a part otherwise.

    Parameters
    ----------
    places : sequence of float
        Labelled slices, ascending, each once.
    axis : tuple of float
        First and last slice that there is.
    class_pixels : ndarray of int64, shape (n_places, n_classes)
        Labelled pixels of each class in each slice.

    Returns
    -------
    SliceRanges or None
        None for fewer than two slices.
    """
    n = len(places)
    if n < 2:
        return None
    most = max(1, n // _PART)
    at, held = np.asarray(places, dtype=np.float64), class_pixels > 0
    sizes = range((most + 1) // 2, most + 1)
    ends = [(start, size) for size in sizes for start in (0, n - size)]
    best = _best(at, held, ends)
    if best[0][0]:
        between = [(start, most) for start in range(1, n - most)]
        best = min(best, _best(at, held, between), key=lambda found: found[0]) if between else best
    _, (start, size), gap, left_out = best
    first = axis[0] if start == 0 else at[start]
    last = axis[1] if start + size == n else at[start + size - 1]
    # Half of a wide gap only: what is labelled there later may still be trained on.
    buffer = min(max(gap // 2, left_out, CLOSE - 1), gap - 1)
    return SliceRanges.around(float(first), float(last), buffer=float(buffer), axis=axis)


def place_for_distance(places: Sequence[float], axis: Range) -> float | None:
    """Find the slice whose labels would lie farthest from all others.

    Parameters
    ----------
    places : sequence of float
        Labelled slices, ascending; at least one.
    axis : tuple of float
        First and last slice that there is.

    Returns
    -------
    float or None
        The middle of the widest part without labels; None if that is nearer than
        `CLOSE` to a labelled slice.
    """
    borders = np.array([axis[0], *places, axis[1]])
    widths = np.diff(borders)
    widest = int(widths.argmax())
    middle = float((borders[widest] + borders[widest + 1]) // 2)
    return middle if min(abs(middle - place) for place in places) >= CLOSE else None


_Key = tuple[int, float, float, int, int, int]
_Found = tuple[_Key, tuple[int, int], float, float]
"""Rank (the least is best), start and size of validation, distance, reach of what is left out."""


def _best(
    places: NDArray[np.float64], held: NDArray[np.bool_], runs: Iterable[tuple[int, int]]
) -> _Found:
    found = [_judged(places, held, run, apart) for run in runs for apart in (1, 2, CLOSE)]
    return min((one for one in found if one is not None), key=lambda one: one[0])


def _judged(
    places: NDArray[np.float64], held: NDArray[np.bool_], run: tuple[int, int], apart: int
) -> _Found | None:
    """Judge a run of validation slices, others nearer than a distance left out.

    None where too few stay for training.
    """
    start, size = run
    inside = np.zeros(len(places), dtype=bool)
    inside[start : start + size] = True
    gaps = np.where(inside, np.inf, distances(places, places[inside]))
    training = ~inside & (gaps >= apart)
    if apart > 1 and 2 * training.sum() < len(places):
        return None
    nearest = float(gaps[training].min()) if training.any() else 0.0
    if not nearest:
        return None
    parts = (held[training].sum(axis=0), held[inside].sum(axis=0), held.sum(axis=0))
    between = gaps[~inside & ~training]
    missing, n_training = int(shortfall(*parts)), int(training.sum())
    key = (missing, -min(nearest, CLOSE), -nearest, -size, -n_training, -start)
    return key, run, nearest, float(between.max(initial=0.0))
