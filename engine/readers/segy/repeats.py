"""Traces that have the line numbers of an earlier trace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.readers.segy.header_scan import HeaderScan
from engine.readers.segy.line_bytes import USUAL_PAIRS


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many traces repeat the numbers of an earlier one.

    Parameters
    ----------
    count : int
        At least 1.
    first : tuple of int
        Two traces with the same numbers, from 0: those of the smallest numbers.
    """

    count: int
    first: tuple[int, int]

    @property
    def pair(self) -> str:
        """The two traces for people, counted from 1."""
        return f"traces {self.first[0] + 1} and {self.first[1] + 1}"


def find_repeats(*columns: NDArray[np.int32]) -> Repeats | None:
    """Find traces whose numbers an earlier trace has.

    Parameters
    ----------
    *columns : ndarray of int32, shape (n_traces,)
        One for each number; the first counts most in the order of `Repeats.first`.

    Returns
    -------
    Repeats or None
        None where every trace differs from all others.
    """
    order = np.lexsort(columns[::-1])
    same = np.ones(order.size - 1, dtype=np.bool_)
    for column in columns:
        same &= np.diff(column[order]) == 0
    count = int(np.count_nonzero(same))
    if count == 0:
        return None
    first = int(np.argmax(same))
    one, other = sorted((int(order[first]), int(order[first + 1])))
    return Repeats(count, (one, other))


def repeats_note(scan: HeaderScan) -> str | None:
    """Say that traces which are only counted repeat line numbers.

    Parameters
    ----------
    scan : HeaderScan
        Trace headers of a file whose traces are not placed by their numbers.

    Returns
    -------
    str or None
        A sentence on the most usual bytes; None where no numbers repeat there, or
        all are equal.
    """
    pair = USUAL_PAIRS[0]
    columns = scan.columns(pair)
    inlines, crosslines = (columns[byte] for byte in pair)
    repeats = find_repeats(inlines, crosslines)
    if repeats is None or repeats.count == inlines.size - 1:
        return None
    one, _ = repeats.first
    verb = "have" if repeats.count > 1 else "has"
    return (
        f"{repeats.count} of {inlines.size} traces {verb} the line numbers of an earlier one: "
        f"{repeats.pair} both lie at inline {inlines[one]}, crossline {crosslines[one]} "
        f"(bytes {pair[0]} and {pair[1]})"
    )
