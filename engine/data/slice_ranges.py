"""A split by ranges of slices, as one draws it on the slice axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.buffers import distances
from engine.errors import SettingsError

Range = tuple[float, float]
"""First and last slice; both belong to it."""


@dataclass(frozen=True, slots=True)
class SliceRanges:
    """Which slices are for training and which for validation; all others are left out.

    Parameters
    ----------
    training, validation : tuple of (float, float)
        First and last slice of each range, indices from 0; at least one range each.

    Raises
    ------
    SettingsError
        If a range runs backwards, a part has none, or two ranges overlap.
    """

    training: tuple[Range, ...]
    validation: tuple[Range, ...]

    def __post_init__(self) -> None:
        for part, ranges in (("training", self.training), ("validation", self.validation)):
            if not ranges:
                raise SettingsError(f"no range of slices for {part}", hint="Give at least one.")
        every = sorted((*self.training, *self.validation))
        for first, last in every:
            if not -np.inf < first <= last < np.inf:
                raise SettingsError(
                    f"slices {first:g} to {last:g} are no range", hint="Give first and last."
                )
        for (first, last), (after, end) in pairwise(every):
            if after <= last:
                raise SettingsError(
                    f"the ranges {first:g} to {last:g} and {after:g} to {end:g} overlap",
                    hint="Let each slice be in one range at most.",
                )

    @classmethod
    def around(cls, first: float, last: float, *, buffer: float, axis: Range) -> SliceRanges:
        """Validate on one range, leave out a buffer on both sides, train on the rest.

        Parameters
        ----------
        first, last : float
            The validation slices.
        buffer : float
            Slices left out on either side of them, from 0.
        axis : tuple of float
            First and last slice that there is.

        Returns
        -------
        SliceRanges
            The ranges.

        Raises
        ------
        SettingsError
            If nothing is left for training.
        """
        sides = ((axis[0], first - buffer - 1), (last + buffer + 1, axis[1]))
        training = tuple((low, high) for low, high in sides if low <= high)
        return cls(training, ((first, last),))

    @property
    def buffer(self) -> float:
        """Slices left out between training and validation, where they are fewest."""
        return min(
            (low if low > end else first) - (end if low > end else high) - 1
            for first, end in self.validation
            for low, high in self.training
        )

    def parts(self, slices: Sequence[float]) -> tuple[list[int], list[int]]:
        """Sort slices into the parts.

        Parameters
        ----------
        slices : sequence of float
            Their places.

        Returns
        -------
        training, validation : list of int
            Ascending positions in `slices`.
        """
        places = np.asarray(slices, dtype=np.float64)
        return tuple(  # type: ignore[return-value]  # two, by construction
            [int(i) for i in np.flatnonzero(_inside(places, ranges))]
            for ranges in (self.training, self.validation)
        )

    def to_json(self) -> dict[str, Any]:
        """Return both parts as lists of first and last."""
        return {
            "training": [list(pair) for pair in self.training],
            "validation": [list(pair) for pair in self.validation],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SliceRanges:
        """Build it from what `to_json` returned.

        Raises
        ------
        SettingsError
            If a part is missing or the ranges cannot be.
        """
        try:
            return cls(_pairs(value["training"]), _pairs(value["validation"]))
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, SettingsError):
                raise
            raise SettingsError(f"ranges of slices do not fit ({error})") from error


def nearest_training(training: Iterable[float], validation: Iterable[float]) -> dict[float, float]:
    """Measure how far each validation slice is from the nearest one trained on.

    Neighbouring slices are nearly the same picture, so a small number means that
    validation flatters.

    Parameters
    ----------
    training, validation : iterable of float
        Places of labelled slices.

    Returns
    -------
    dict of float to float
        Distance of each validation slice, in the unit of the places; empty where
        nothing is trained on.
    """
    trained = np.asarray(list(training), dtype=np.float64)
    held = list(validation)
    if not len(trained):
        return {}
    gaps = distances(np.asarray(held, dtype=np.float64), trained)
    return {place: float(gap) for place, gap in zip(held, gaps, strict=True)}


def _inside(places: NDArray[np.float64], ranges: Sequence[Range]) -> NDArray[np.bool_]:
    inside = np.zeros(places.shape, dtype=bool)
    for first, last in ranges:
        inside |= (places >= first) & (places <= last)
    return inside


def _pairs(values: Iterable[Iterable[float]]) -> tuple[Range, ...]:
    pairs = []
    for value in values:
        first, last = value
        pairs.append((float(first), float(last)))
    return tuple(pairs)
