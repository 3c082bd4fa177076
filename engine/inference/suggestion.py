"""Which slice to label next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.probabilities import ClassProbabilities
from engine.core.section import Section

COARSE_SLICES = 9
"""Slices that are looked at before the first suggestion; then those between them."""


@dataclass(frozen=True, slots=True)
class SliceFacts:
    """What is known of a slice.

    Parameters
    ----------
    uncertainty : float
        Mean normalised entropy of the classes where there are data, from 0 to 1.
    quality : float
        Share of samples with data, less the share of those that do not vary
        downwards, from 0 to 1.
    """

    uncertainty: float
    quality: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How much labelling a slice is worth, and why.

    Parameters
    ----------
    index : int
        Position along the direction, from 0.
    score : float
        Product of the other three.
    uncertainty : float
        Of the model there, relative to the least sure slice that was looked at;
        interpolated between those.
    distance : float
        From the nearest labelled slice, 1 from half the widest gap on.
    quality : float
        Of the data; interpolated.
    n_away : int or None
        Slices to the nearest labelled one; None if there is none.
    """

    index: int
    score: float
    uncertainty: float
    distance: float
    quality: float
    n_away: int | None


def facts_of(section: Section, probabilities: ClassProbabilities) -> SliceFacts:
    """Measure a slice.

    Parameters
    ----------
    section : Section
        The amplitudes.
    probabilities : ClassProbabilities
        What the model says of them.

    Returns
    -------
    SliceFacts
        No uncertainty and no quality where there are no data.
    """
    live = ~section.no_data
    if not live.any():
        return SliceFacts(0.0, 0.0)
    doubt = 1 - probabilities.confidence()[live]
    flat = np.zeros_like(live)
    # Clipped or dead intervals repeat their value; interpreted reflections do not.
    flat[1:] = section.data[1:] == section.data[:-1]
    varying = live & ~flat
    return SliceFacts(float(doubt.mean()), float(varying.mean()))


def order_of_looking(n_slices: int) -> list[int]:
    """Return all slices, evenly spread ones first, then those between, ever finer.

    Parameters
    ----------
    n_slices : int
        How many there are.

    Returns
    -------
    list of int
        Each index once.
    """
    step = max(1, -(-n_slices // COARSE_SLICES))
    order = list(range(step // 2, n_slices, step))
    seen = set(order)
    while len(order) < n_slices:
        step = max(1, step // 2)
        between = [i for i in range(step // 2, n_slices, step) if i not in seen]
        seen.update(between)
        order += between
    return order


def suggest(
    n_slices: int, facts: Mapping[int, SliceFacts], labelled: Sequence[int]
) -> tuple[Suggestion, ...]:
    """Score every slice of a direction.

    ``score = uncertainty * distance * quality``: a slice is worth labelling where
    the model is unsure, far from what it was shown, and where there are data. A
    slice that is labelled scores nothing.

    Parameters
    ----------
    n_slices : int
        Slices along the direction.
    facts : mapping of int to SliceFacts
        What is known; nothing counts alike where nothing is.
    labelled : sequence of int
        Slices with labels.

    Returns
    -------
    tuple of Suggestion
        One for each slice, in their order.
    """
    places = np.arange(n_slices)
    uncertainty, quality = np.ones(n_slices), np.ones(n_slices)
    if facts:
        at = np.array(sorted(facts))
        doubts = np.array([facts[int(i)].uncertainty for i in at])
        uncertainty = np.interp(places, at, doubts / max(doubts.max(), 1e-6))
        quality = np.interp(places, at, [facts[int(i)].quality for i in at])
    away, distance = _distance(places, labelled)
    score = uncertainty * distance * quality
    return tuple(
        Suggestion(
            i,
            float(score[i]),
            float(uncertainty[i]),
            float(distance[i]),
            float(quality[i]),
            int(away[i]) if len(labelled) else None,
        )
        for i in range(n_slices)
    )


def best(suggestions: Sequence[Suggestion]) -> Suggestion | None:
    """Return the slice to label next; the middle one of those that are equally good.

    Parameters
    ----------
    suggestions : sequence of Suggestion
        As `suggest` returns them.

    Returns
    -------
    Suggestion or None
        None if no slice is worth anything.
    """
    top = max((item.score for item in suggestions), default=0.0)
    if top <= 0:
        return None
    equal = [item for item in suggestions if item.score >= top * (1 - 1e-9)]
    return equal[len(equal) // 2]


def _distance(
    places: NDArray[np.int64], labelled: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return slices to the nearest labelled one, and the same relative to the widest gap."""
    if not len(labelled):
        return np.zeros_like(places), np.ones(len(places))
    known = np.unique(np.asarray(labelled, dtype=np.int64))
    away = np.abs(places[:, None] - known[None, :]).min(axis=1)
    gaps = np.diff(known) / 2
    widest = max(float(gaps.max(initial=0)), float(known[0]), float(places[-1] - known[-1]), 1.0)
    return away, np.minimum(away / widest, 1.0)
