"""Division of samples into training, validation and test parts.

The test part is never trained on and never selects anything. By position, the
parts are blocks along the slice axis, training first and test last, and what
lies within the buffer of a later block is dropped: neighbouring slices are
nearly the same picture. By range, the user says which slices are for what. At
random, samples or groups are exchanged where a class is missing from training or
validation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.data.buffers import beyond, nearest
from engine.data.class_cover import cover_classes
from engine.data.positions import UNITS, Positions
from engine.data.slice_ranges import SliceRanges
from engine.errors import DataError, SettingsError

WAYS = ("file", "group", "position")
"""How samples can be divided by shares."""
RANGE = "range"
"""How they are divided by naming slices."""


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
class SplitSettings:
    """How samples are divided.

    Parameters
    ----------
    validation : float, default 0.1
        Share of the samples that select the best epoch.
    test : float, default 0.0
        Share of the samples kept for the end; 0 for none.
    buffer : float, default 0.0
        Width of the gap between the parts, by position; samples in it are dropped.
    by : {"file", "group", "position", "range"}, default "file"
        Sample by sample at random, group by group at random, in blocks, or in the
        ranges given.
    group_pattern : str, default ""
        Regular expression found in each name; its first group, or the whole
        match, names the sample's group.
    unit : {"slices", "m", "s"}, default "slices"
        Unit of `buffer` and of the distances: slices, metres or seconds.
    ranges : SliceRanges, optional
        Slices of training and validation, for a split by range; what is in neither
        is left out, and the shares mean nothing.

    Raises
    ------
    SettingsError
        If a share or the buffer is outside its range, or the way does not fit
        the pattern, buffer or ranges.
    """

    validation: float = 0.1
    test: float = 0.0
    buffer: float = 0.0
    by: str = "file"
    group_pattern: str = ""
    unit: str = "slices"
    ranges: SliceRanges | None = None

    def __post_init__(self) -> None:
        _check(0 < self.validation < 1, f"a validation share of {self.validation:g}", "Choose 0.1.")
        _check(0 <= self.test < 1, f"a test share of {self.test:g}", "Choose 0.1, or 0 for none.")
        _check(
            self.validation + self.test < 1,
            f"shares of {self.validation:g} and {self.test:g} leave nothing to train on; that",
            "Choose smaller shares.",
        )
        _check(
            self.by in {*WAYS, RANGE},
            f"a split by {self.by!r}",
            f"Use {', '.join(WAYS)} or {RANGE}.",
        )
        _check(self.unit in UNITS, f"a buffer in {self.unit!r}", "Use slices, m or s.")
        _check(0 <= self.buffer < np.inf, f"a buffer of {self.buffer:g}", "Choose 0 or more.")
        _check(
            not self.buffer or self.by == "position",
            f"a buffer in a split by {self.by}",
            "Split by position, or leave the buffer out.",
        )
        _check(
            bool(self.group_pattern) == (self.by == "group"),
            f"the group pattern {self.group_pattern!r} in a split by {self.by}",
            "Give a pattern for a split by group, and only then.",
        )
        _check(
            (self.ranges is not None) == (self.by == RANGE),
            f"a split by {self.by} {'with' if self.ranges else 'without'} ranges of slices",
            "Give ranges for a split by range, and only then.",
        )
        _check(
            self.by != RANGE or not self.test,
            f"a test share of {self.test:g} in a split by range",
            "Leave the test share at 0.",
        )
        try:
            re.compile(self.group_pattern)
        except re.error as error:
            raise SettingsError(
                f"the group pattern {self.group_pattern!r} is no regular expression ({error})",
                hint="Write one such as '^[a-z]+', which takes the letters before the number.",
            ) from error

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names; `ranges` only where there are some."""
        values = asdict(self)
        del values["ranges"]
        return values if self.ranges is None else {**values, "ranges": self.ranges.to_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SplitSettings:
        """Build settings from what `to_json` returned.

        Raises
        ------
        SettingsError
            If a field is unknown, of the wrong kind or outside its range.
        """
        ranges = value.get("ranges")
        try:
            return cls(**{**value, "ranges": SliceRanges.from_json(ranges) if ranges else None})
        except TypeError as error:
            raise SettingsError(f"split settings do not fit ({error})") from error


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
        If a test share is asked for beside a test part of the data's own.
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
    if samples.positions is not None and samples.positions.measured:
        distances = nearest(samples.positions, settings.unit, training, (*validation, *test))
    return Split(training, validation, test, (), distances, settings.unit)


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


def _check(holds: bool, fact: str, hint: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise SettingsError(f"{fact} is not possible", hint=hint)
