"""Distances between the parts of a split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data.positions import Positions


def beyond(
    part: Sequence[int], others: Sequence[int], places: NDArray[np.float64], buffer: float
) -> list[int]:
    """Keep the samples farther than a buffer from all others.

    Parameters
    ----------
    part, others : sequence of int
        Samples.
    places : ndarray of float64, shape (n_samples,)
        Where they lie.
    buffer : float
        In the unit of the places.

    Returns
    -------
    list of int
        Those of `part`.
    """
    if not buffer or not others:
        return list(part)
    gaps = distances(places[list(part)], places[list(others)])
    return [index for index, gap in zip(part, gaps, strict=True) if gap > buffer]


def nearest(
    positions: Positions, unit: str, training: Sequence[int], held: Sequence[int]
) -> dict[int, float]:
    """Measure how far samples are from the nearest one trained on.

    Parameters
    ----------
    positions : Positions
        Where all lie.
    unit : {"slices", "m", "s"}
        What to measure in.
    training, held : sequence of int
        Samples trained on, and held back.

    Returns
    -------
    dict of int to float
        Distance of each of `held`.

    Raises
    ------
    DataError
        If the positions are not known in the unit.
    """
    places = positions.in_unit(unit)
    gaps = distances(places[list(held)], places[list(training)])
    return {index: float(gap) for index, gap in zip(held, gaps, strict=True)}


def distances(from_: NDArray[np.float64], to: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure the distance of each place to the nearest of others.

    Parameters
    ----------
    from_, to : ndarray of float64, shape (n,) and (m,)
        Places; at least one of `to`.

    Returns
    -------
    ndarray of float64, shape (n,)
        Distances, from 0.
    """
    to = np.sort(to)
    after = np.searchsorted(to, from_).clip(0, len(to) - 1)
    before = (after - 1).clip(0)
    gaps: NDArray[np.float64] = np.minimum(np.abs(from_ - to[after]), np.abs(from_ - to[before]))
    return gaps
