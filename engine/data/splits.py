"""Division of samples into training, validation and test parts.

The test part is never trained on and never selects anything. By position, the
parts are blocks along the slice axis, training first and test last, and what
lies within the buffer of a later block is dropped: neighbouring slices are
nearly the same picture. By range, the user says which slices are for what. At
random, samples or groups are exchanged where a class is missing from training or
validation. Unless told otherwise, sections of a volume are divided by position, and
samples that lie nowhere at random.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.data.buffers import beyond, nearest
from engine.data.class_cover import cover_classes
from engine.data.positions import Positions
from engine.data.slice_ranges import SliceRanges
from engine.data.split_settings import AUTO, SplitSettings
from engine.errors import DataError, SettingsError


class Samples(Protocol):
    """What a split needs to know of a source of samples."""

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each sample."""

    @property
    def positions(self) -> Positions | None:
        """Where the samples lie; None where nothing tells."""

    @property
    def held_out(self) -> tuple[int, ...]:
        """Ascending indices of a test part that the data bring themselves; often empty."""

    @property
    def class_pixels(self) -> NDArray[np.int64]:
        """Labelled pixels of each class, shape ``(n_samples, n_classes)``."""


@dataclass(frozen=True, slots=True)
class Split:
    """Indices of samples, each in at most one part.

    Parameters
    ----------
    training, validation, test, dropped : tuple of int
        Ascending; `dropped` lie in the buffer and are not used at all.
    distances : mapping of int to float, optional
        From each validation and test sample to the nearest training sample;
        None where positions are not known or mean nothing.
    unit : str, default "slices"
        Unit of the distances.
    """

    training: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    distances: Mapping[int, float] | None = None
    unit: str = "slices"


def make_split(samples: Samples, settings: SplitSettings, seed: int) -> Split:
    """Divide samples as settings ask.

    Parameters
    ----------
    samples : Samples
        Names, positions and classes. A test part of their own is kept as it is.
    settings : SplitSettings
        How to divide.
    seed : int
        Draws files or groups; blocks by position do not depend on it.

    Returns
    -------
    Split
        The parts, none of those asked for empty.

    Raises
    ------
    SettingsError
        If a test share is asked for beside a test part of the data's own, or a
        buffer where nothing is divided by position.
    DataError
        If there are too few samples or groups, a name has no group, positions
        are not known, or the buffer leaves a part empty.
    """
    if samples.held_out and settings.test:
        raise SettingsError(
            f"a test share of {settings.test:g}, but the data bring a test part of "
            f"{len(samples.held_out)} samples",
            hint="Leave the test share at 0.",
        )
    measured = samples.positions is not None and samples.positions.measured
    settings = _chosen(settings, measured=measured)
    own = set(samples.held_out)
    free = [index for index in range(len(samples.names)) if index not in own]
    if settings.by == "position":
        return _by_position(samples, free, settings)
    if settings.ranges is not None:
        return _by_range(samples, free, settings.ranges, settings.unit)
    groups = _groups(samples.names, free, settings)
    dealt, held, kept = _draw(groups, settings, seed)
    parts = (*cover_classes(dealt, held, samples.class_pixels), kept)
    training, validation, test = (_flat(part) for part in parts)
    test = tuple(sorted({*test, *own}))
    distances = None
    if samples.positions is not None and measured:
        distances = nearest(samples.positions, settings.unit, training, (*validation, *test))
    return Split(training, validation, test, (), distances, settings.unit)


def _chosen(settings: SplitSettings, *, measured: bool) -> SplitSettings:
    """Choose the way where none is given; neighbouring sections must not be dealt out."""
    if settings.by != AUTO:
        return settings
    if settings.buffer and not measured:
        raise SettingsError(
            f"a buffer of {settings.buffer:g} without positions is not possible",
            hint="Leave it out, or split by position if the names tell the order.",
        )
    return replace(settings, by="position" if measured else "file")


def _groups(names: Sequence[str], free: Sequence[int], settings: SplitSettings) -> list[list[int]]:
    """Collect the samples that must stay together."""
    if settings.by == "file":
        return [[index] for index in free]
    groups: dict[str, list[int]] = {}
    for index in free:
        match = re.search(settings.group_pattern, names[index])
        if match is None:
            raise DataError(
                f"{names[index]}: the group pattern {settings.group_pattern!r} finds nothing in it",
                hint="Write a pattern that fits every name.",
            )
        key = match[1] if match.re.groups and match[1] is not None else match[0]
        groups.setdefault(key, []).append(index)
    return list(groups.values())


def _draw(
    groups: Sequence[Sequence[int]], settings: SplitSettings, seed: int
) -> tuple[list[Sequence[int]], ...]:
    """Deal groups at random: validation first, then test, the rest is for training."""
    wanted = 3 if settings.test else 2
    what = "groups" if settings.by == "group" else "samples"
    _enough(len(groups), wanted, what)
    order = np.random.default_rng([seed, len(groups)]).permutation(len(groups))
    total = sum(len(group) for group in groups)
    left = [groups[int(i)] for i in order]
    parts: list[list[Sequence[int]]] = []
    for share, after in ((settings.validation, wanted - 1), (settings.test, 1)):
        part: list[Sequence[int]] = []
        target = round(share * total)
        while share and len(left) > after and (not part or _size(part) < target):
            part.append(left.pop(0))
        parts.append(part)
    return left, *parts


def _by_position(samples: Samples, free: Sequence[int], settings: SplitSettings) -> Split:
    """Cut blocks along the slice axis and drop what lies within the buffer."""
    if samples.positions is None:
        raise DataError(
            "the samples have no positions, so they cannot be split by position",
            hint="Split by file or by group, or name the files by slice number.",
        )
    own = samples.held_out
    _enough(len(free), 3 if settings.test else 2, "samples")
    places = samples.positions.in_unit(settings.unit)
    order = sorted(free, key=lambda index: (places[index], index))
    n_test = max(1, round(len(order) * settings.test)) if settings.test else 0
    n_validation = max(1, round(len(order) * settings.validation))
    n_training = max(1, len(order) - n_test - n_validation)
    n_validation = len(order) - n_test - n_training
    if n_validation < 1:
        n_test, n_validation = n_test - 1, 1
    training, validation = order[:n_training], order[n_training : n_training + n_validation]
    test = sorted([*order[n_training + n_validation :], *own])
    kept_validation = beyond(validation, test, places, settings.buffer)
    kept_training = beyond(training, [*validation, *test], places, settings.buffer)
    for name, part in (("training", kept_training), ("validation", kept_validation)):
        if not part:
            raise DataError(
                f"a buffer of {settings.buffer:g} {settings.unit} leaves no sample for {name}",
                hint="Choose a narrower buffer or other shares.",
            )
    used = {*kept_training, *kept_validation, *test}
    return Split(
        tuple(sorted(kept_training)),
        tuple(sorted(kept_validation)),
        tuple(test),
        tuple(index for index in range(len(places)) if index not in used),
        nearest(samples.positions, settings.unit, kept_training, (*kept_validation, *test)),
        settings.unit,
    )


def _by_range(samples: Samples, free: Sequence[int], ranges: SliceRanges, unit: str) -> Split:
    """Take the slices that were named; what is in no range is dropped."""
    if samples.positions is None:
        raise DataError(
            "the samples have no positions, so they cannot be split by range",
            hint="Split by file or by group, or name the files by slice number.",
        )
    places = samples.positions.slices
    parts = ranges.parts([places[index] for index in free])
    training, validation = (tuple(free[i] for i in part) for part in parts)
    for name, part in (("training", training), ("validation", validation)):
        if not part:
            raise DataError(
                f"no labelled slice is in the range for {name}",
                hint="Move the borders, or label a slice there.",
            )
    test = tuple(sorted(samples.held_out))
    used = {*training, *validation, *test}
    return Split(
        training,
        validation,
        test,
        tuple(index for index in free if index not in used),
        nearest(samples.positions, unit, training, (*validation, *test)),
        unit,
    )


def _flat(groups: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(sorted(index for group in groups for index in group))


def _size(groups: Sequence[Sequence[int]]) -> int:
    return sum(len(group) for group in groups)


def _enough(n: int, wanted: int, what: str) -> None:
    if n < wanted:
        parts = "training, validation and test" if wanted == 3 else "training and validation"
        only = what.removesuffix("s") if n == 1 else what
        raise DataError(
            f"{n} {only} cannot be split into {parts}", hint=f"Give at least {wanted} {what}."
        )
