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
_MOST_COMPARED = 1000


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
        Relative to the best slice, from 0 to 1; 0 if it is labelled.
    uncertainty : float
        Of the model there, relative to the least sure slice that was looked at;
        interpolated between those.
    quality : float
        Of the data; interpolated.
    n_away : int or None
        Slices to the nearest labelled one; None if there is none.
    """

    index: int
    score: float
    uncertainty: float
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

    ``score(i) = quality(i) * sum over j of uncertainty(j) * quality(j) *
    max(0, away(j) - |i - j|)``, where ``away(j)`` is the distance of slice ``j`` from
    the nearest labels: how much nearer to labels all that the model is unsure of comes
    if slice ``i`` is labelled. The last slices of a survey have neighbours on one side
    only, and so come later than by distance alone. This is the greedy step of
    weighted facility location [1]_.

    Parameters
    ----------
    n_slices : int
        Slices along the direction.
    facts : mapping of int to SliceFacts
        What is known; all slices count alike where nothing is.
    labelled : sequence of int
        Slices with labels.

    Returns
    -------
    tuple of Suggestion
        One for each slice, in their order.

    References
    ----------
    .. [1] Cornuejols, Fisher and Nemhauser, "Location of bank accounts to optimize
       float", Management Science 23, 1977.
    """
    places = np.arange(n_slices)
    uncertainty, quality = np.ones(n_slices), np.ones(n_slices)
    if facts:
        at = np.array(sorted(facts))
        doubts = np.array([facts[int(i)].uncertainty for i in at])
        uncertainty = np.interp(places, at, doubts / max(doubts.max(), 1e-6))
        quality = np.interp(places, at, [facts[int(i)].quality for i in at])
    known = np.unique(np.asarray(labelled, dtype=np.int64))
    away = np.full(n_slices, n_slices)
    if len(known):
        away = np.abs(places[:, None] - known[None, :]).min(axis=1)
    score = quality * _nearer(places, away, uncertainty * quality)
    score[known] = 0.0
    score /= max(score.max(initial=0.0), 1e-12)
    return tuple(
        Suggestion(
            i,
            float(score[i]),
            float(uncertainty[i]),
            float(quality[i]),
            int(away[i]) if len(known) else None,
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


def _nearer(
    places: NDArray[np.int64], away: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how much nearer to labels all comes with each slice, weighted."""
    step = 1 + len(places) // _MOST_COMPARED
    some = places[::step]
    # All pairs: of many slices every so-manieth is enough.
    reached = away[None, some] - np.abs(some[:, None] - some[None, :])
    gain = (weights[None, some] * np.maximum(reached, 0)).sum(axis=1)
    nearer: NDArray[np.float64] = np.interp(places, some, gain)
    return nearer
