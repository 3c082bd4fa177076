"""Ranks the bytes of the trace header that may hold the line numbers.

Writers put line numbers at different bytes of the trace header. A pair is taken
whose numbers fill a regular grid with no place taken twice; among pairs that
fill at least half of their grid the more usual one wins, because numbers counted
along each line (such as a trace number within the field record) always fill
theirs, and hide irregular edges.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.readers.segy.header_fields import TRACE_FIELDS
from engine.readers.segy.trace_grid import NumberRange, Regularity, measure

Columns = dict[int, NDArray[np.int32]]

USUAL_PAIRS = (
    (189, 193),
    (9, 21),
    (5, 21),
    (9, 13),
    (17, 13),
    (221, 225),
    (181, 185),
    (17, 21),
    (21, 25),
    (21, 13),
    (17, 25),
    (5, 9),
    (9, 17),
)
"""Inline and crossline bytes, the most usual first."""

USUAL_BYTES = frozenset(byte for pair in USUAL_PAIRS for byte in pair)
ENOUGH_FILL = 0.5

_EVERY_BYTE = frozenset(f.byte for f in TRACE_FIELDS if f.kind == "i") | USUAL_BYTES
_MANY_TRACES = 1_000_000
_NOT_LINES = frozenset({37, 41, 45, 49, 53, 57, 61, 65, 81, 85})
"""Offsets, elevations, depths and receiver coordinates number no lines."""


@dataclass(frozen=True, slots=True)
class LineCandidate:
    """A pair of bytes and the grid that their numbers make.

    Parameters
    ----------
    iline, xline : int
        Positions in the trace header, from 1.
    regularity : Regularity
        Of the grid.
    """

    iline: int
    xline: int
    regularity: Regularity

    @property
    def pair(self) -> tuple[int, int]:
        """Both bytes."""
        return self.iline, self.xline

    def to_json(self) -> dict[str, Any]:
        """Return bytes, ``shape``, ``fill``, ``duplicates`` and both ranges."""
        ranges = self.regularity.ranges
        return {
            "iline": self.iline,
            "xline": self.xline,
            "shape": [r.size for r in ranges],
            "fill": round(self.regularity.fill, 6),
            "duplicates": self.regularity.n_duplicates,
            "inlines": _range_json(ranges[0]),
            "crosslines": _range_json(ranges[1]),
        }


def varying(columns: Columns) -> Columns:
    """Return the columns whose numbers are not all equal."""
    return {byte: column for byte, column in columns.items() if np.any(column != column[0])}


def rank_pairs(
    columns: Columns, pairs: Iterable[tuple[int, int]] = USUAL_PAIRS
) -> tuple[LineCandidate, ...]:
    """Order the pairs that make an areal grid, the best first.

    Parameters
    ----------
    columns : dict of int to ndarray of int32, shape (n_traces,)
        Numbers of all traces that vary, by byte; pairs of others are left out.
    pairs : iterable of (int, int), optional
        Inline and crossline bytes, the most usual first.

    Returns
    -------
    tuple of LineCandidate
        Those without a place taken twice come first.
    """
    ranges = {byte: NumberRange.of(column) for byte, column in columns.items()}
    found = [
        LineCandidate(
            *pair,
            measure(columns[pair[0]], columns[pair[1]], (ranges[pair[0]], ranges[pair[1]])),
        )
        for pair in pairs
        if pair[0] in columns and pair[1] in columns
    ]
    areal = [candidate for candidate in found if candidate.regularity.is_areal]
    return tuple(sorted(areal, key=_rank))


def pairs_worth_trying(columns: Columns) -> tuple[tuple[int, int], ...]:
    """Return the usual pairs, then all others of columns that vary.

    Parameters
    ----------
    columns : dict of int to ndarray of int32, shape (n_traces,)
        Numbers that vary, by byte.

    Returns
    -------
    tuple of (int, int)
        Beyond the usual pairs the number that changes less often comes first, and
        of equal columns only the most usual one counts. Only the usual pairs
        beyond a million traces, where each takes a second.
    """
    n_traces = next((column.size for column in columns.values()), 0)
    if n_traces > _MANY_TRACES:
        return USUAL_PAIRS
    # The later key wins, so the most usual bytes come last.
    order = sorted(columns.keys() - _NOT_LINES, key=lambda byte: (byte in USUAL_PAIRS[0], -byte))
    distinct = {hash(columns[byte].tobytes()): byte for byte in order}
    changes = {byte: int(np.count_nonzero(np.diff(columns[byte]))) for byte in distinct.values()}
    usual = {frozenset(pair) for pair in USUAL_PAIRS}
    others = [
        (one, other) if changes[one] <= changes[other] else (other, one)
        for one, other in combinations(sorted(changes), 2)
        if frozenset((one, other)) not in usual
    ]
    return (*USUAL_PAIRS, *others)


def candidate_bytes() -> frozenset[int]:
    """Return every byte of the trace header where line numbers are looked for."""
    return _EVERY_BYTE - _NOT_LINES


def _rank(candidate: LineCandidate) -> tuple[bool, float]:
    regularity = candidate.regularity
    return regularity.n_duplicates > 0, -min(regularity.fill, ENOUGH_FILL)


def _range_json(numbers: NumberRange) -> dict[str, int]:
    return {
        "first": numbers.first,
        "last": numbers.last,
        "step": numbers.step,
        "size": numbers.size,
    }
