"""How samples are to be divided into training, validation and test parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from engine.data.positions import UNITS
from engine.data.slice_ranges import SliceRanges
from engine.errors import SettingsError

AUTO = "auto"
"""By position where the data tell positions, sample by sample elsewhere."""
WAYS = (AUTO, "file", "group", "position")
"""How samples can be divided by shares."""
RANGE = "range"
"""How they are divided by naming slices."""


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
    by : {"auto", "file", "group", "position", "range"}, default "auto"
        Sample by sample at random, group by group at random, in blocks, or in the
        ranges given; ``auto`` is in blocks where the data themselves tell positions,
        as volumes do and names of files do not, and at random elsewhere.
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
    by: str = AUTO
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
            not self.buffer or self.by in {AUTO, "position"},
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


def _check(holds: bool, fact: str, hint: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not holds:
        raise SettingsError(f"{fact} is not possible", hint=hint)
