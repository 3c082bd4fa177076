"""A split of labelled slices that keeps validation far from training, and shows all classes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data.buffers import distances
from engine.data.class_cover import shortfall
from engine.data.sample_places import SamplePlaces
from engine.data.slice_ranges import SliceRanges

CLOSE = 3
"""Slices; what is nearer is nearly the same picture."""
_PART = 5
"""Validation gets one of so many labelled slices."""


def propose_ranges(samples: SamplePlaces) -> SliceRanges | None:
    """Propose a split for labelled slices, or for the labelled parts of a single one.

    A fifth of them validates, or down to half of that, one at least: those at the end of the
    axis that leave the widest gap to training. Where slices lie nearer than `CLOSE`, or
    parts touch each other, those between are left out, as long as half of all stay for
    training. Slices between others validate only if a class is missing from a part
    otherwise.

    Parameters
    ----------
    samples : SamplePlaces
        What is labelled.

    Returns
    -------
    SliceRanges or None
        None for fewer than two slices.
    """
    n, extent, end = len(samples.places), samples.extent, samples.axis.size - 1
    if n < 2:
        return None
    most = max(1, n // _PART)
    at, held = np.asarray(samples.places, dtype=np.float64), samples.class_pixels > 0
    sizes = range((most + 1) // 2, most + 1)
    ends = [(start, size) for size in sizes for start in (0, n - size)]
    apart = (1, 2, CLOSE) if extent == 1 else (1, 2 * extent)
    best = _best(at, held, ends, apart)
    between = [(start, most) for start in range(1, n - most)]
    if best[0][0] and between:
        best = min(best, _best(at, held, between, apart), key=lambda found: found[0])
    _, (start, size), gap, left_out = best
    first = 0 if start == 0 else at[start]
    last = end if start + size == n else at[start + size - 1] + extent - 1
    # Half of a wide gap only: what is labelled there later may still be trained on.
    buffer = max(0, min(max(gap // 2, left_out, apart[-1] - extent), gap - extent))
    return SliceRanges.around(float(first), float(last), buffer=float(buffer), axis=(0, end))


def place_for_distance(samples: SamplePlaces) -> float | None:
    """Find the slice whose labels would lie farthest from all others.

    Parameters
    ----------
    samples : SamplePlaces
        What is labelled; at least one slice.

    Returns
    -------
    float or None
        The middle of the widest range without labels; None if that is nearer than
        `CLOSE` to a labelled slice.
    """
    places = samples.places
    borders = np.array([0, *places, samples.axis.size - 1])
    widths = np.diff(borders)
    widest = int(widths.argmax())
    middle = float((borders[widest] + borders[widest + 1]) // 2)
    return middle if min(abs(middle - place) for place in places) >= CLOSE else None


_Key = tuple[int, float, float, int, int, int]
_Found = tuple[_Key, tuple[int, int], float, float]
"""Rank (the least is best), start and size of validation, distance, reach of what is left out."""


def _best(
    places: NDArray[np.float64],
    held: NDArray[np.bool_],
    runs: Iterable[tuple[int, int]],
    aparts: Sequence[int],
) -> _Found:
    found = [_judged(places, held, run, apart, aparts[-1]) for run in runs for apart in aparts]
    return min((one for one in found if one is not None), key=lambda one: one[0])


def _judged(
    places: NDArray[np.float64],
    held: NDArray[np.bool_],
    run: tuple[int, int],
    apart: int,
    enough: int,
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
    key = (missing, -min(nearest, enough), -nearest, -size, -n_training, -start)
    return key, run, nearest, float(between.max(initial=0.0))
