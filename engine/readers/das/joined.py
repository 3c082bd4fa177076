"""Consecutive files, and parts of a file, as one record: gaps stay gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.utc import NS_PER_S, iso_utc
from engine.errors import ReadError
from engine.readers.das.source import NO_STAMPS, RecordFacts, RecordSource
from engine.readers.das.time_stamps import OFF_REGULAR

_LISTED = 5
_GAP = 1.5
GAPS = "Gaps without data"
LONGEST_ROWS = 1 << 40


@dataclass(frozen=True, slots=True)
class Part:
    """A file in its place.

    Parameters
    ----------
    source : RecordSource
        The file.
    start : int
        Row of the record at which it begins to count.
    skipped : int
        Its first rows, which lie elsewhere.
    count : int
        Its rows that lie here.
    """

    source: RecordSource
    start: int
    skipped: int
    count: int

    @property
    def stop(self) -> int:
        """Row of the record after its last."""
        return self.start + self.count


@dataclass(frozen=True, slots=True)
class JoinedSource:
    """Rows of several files.

    Parameters
    ----------
    path : pathlib.Path
        The folder.
    facts : RecordFacts
        Of the whole.
    parts : tuple of Part
        In order of time, without overlaps.
    stamps : ndarray of int64, optional
        See `RecordSource.stamps`.
    """

    path: Path
    facts: RecordFacts
    parts: tuple[Part, ...]
    stamps: NDArray[np.int64] = field(default_factory=lambda: NO_STAMPS)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read some rows, NaN between files; see `RecordSource.read`."""
        data = np.full((stop - start, self.facts.channels.size), np.nan, dtype=np.float32)
        for part in self.parts:
            first, last = max(start, part.start), min(stop, part.stop)
            if first < last:
                shift = part.skipped - part.start
                data[first - start : last - start] = part.source.read(first + shift, last + shift)
        return data


def open_gaps(source: RecordSource) -> RecordSource:
    """Put the rows of a file where their time stamps say.

    Parameters
    ----------
    source : RecordSource
        A file.

    Returns
    -------
    RecordSource
        The same where its stamps run without a gap, or not always forward; else one
        with rows of NaN in the gaps.
    """
    stamps, facts = source.stamps, source.facts
    if stamps.size < 3:
        return source
    steps = np.diff(stamps)
    if (steps <= 0).any():
        return source
    usual = steps <= _GAP * float(np.median(steps))
    if usual.all():
        return source
    step_ns = float(steps[usual].mean())
    breaks = [0, *(np.flatnonzero(~usual) + 1), stamps.size]
    parts: list[Part] = []
    gaps: list[str] = []
    end = 0
    for first, stop in pairwise(int(k) for k in breaks):
        # Rows may come a little early after a gap; they never lie on others.
        start = max(end, round(float(stamps[first] - stamps[0]) / step_ns))
        if parts:
            seconds = (start - end) * step_ns / NS_PER_S
            gaps.append(f"{seconds:.6g} s from {iso_utc(int(stamps[first - 1] + step_ns))}")
        parts.append(Part(source, start, first, stop - first))
        end = parts[-1].stop
    if end > LONGEST_ROWS:
        raise ReadError(
            source.path,
            "time stamps are years apart",
            hint="Copy or download the file again.",
        )
    facts = replace(
        facts,
        n_samples=end,
        step_ns=step_ns,
        notes=(*(n for n in facts.notes if n != OFF_REGULAR), f"{GAPS}: {listed(gaps)}."),
    )
    return JoinedSource(source.path, facts, tuple(parts))


def listed(items: Sequence[str]) -> str:
    """Return the first five of some facts, and the number of the others."""
    more = f", and {len(items) - _LISTED} more" if len(items) > _LISTED else ""
    return ", ".join(items[:_LISTED]) + more
