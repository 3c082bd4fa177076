"""Presumes the grid of a large file from a sample of its trace headers.

A survey is written line after line, each with the same traces. Then the first trace,
the length of a line and two steps foretell the line numbers of every trace; what the
sample tells must agree with them to the last one. Anything else is left to a look at
all headers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.geometry import Geometry
from engine.readers.segy.header_sample import HeaderSample
from engine.readers.segy.line_bytes import USUAL_PAIRS
from engine.readers.segy.options import SegyOptions
from engine.readers.segy.trace_grid import TraceGrid

AT_ONCE_BYTES = 256_000_000
"""All headers of smaller files are read within some tenths of a second."""

_N_ENDS = 32
"""Ends of lines that are looked at besides the sample."""


def presume_geometry(
    layout: FileLayout, sample: HeaderSample, options: SegyOptions
) -> Geometry | None:
    """Presume the grid of a volume.

    Parameters
    ----------
    layout : FileLayout
        The file's layout.
    sample : HeaderSample
        Some of its trace headers.
    options : SegyOptions
        What the user named.

    Returns
    -------
    Geometry or None
        As `find_geometry` would find it if all headers are like those of the sample;
        None where the sample shows no full grid, or no volume is asked for.

    Raises
    ------
    ReadError
        If the file has become shorter meanwhile.
    """
    if options.sort_key is not None or options.geometry == "line":
        return None
    if options.iline is not None and options.xline is not None:
        pairs: tuple[tuple[int, int], ...] = ((options.iline, options.xline),)
    elif options.xline is None:
        pairs = USUAL_PAIRS
    else:
        return None
    columns = sample.columns({byte for pair in pairs for byte in pair})
    for pair in pairs:
        if all(np.any(columns[byte] != columns[byte][0]) for byte in pair):
            # A less usual pair is not preferred to a more usual one that has gaps.
            lines = _presume_lines(layout.n_traces, sample, pair)
            grid = None if lines is None else lines.grid()
            return None if grid is None else Geometry(grid, *pair, "sampled headers")
    return None


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of equal length, one after another.

    Parameters
    ----------
    slow, fast : int
        Which number of the pair changes from line to line, and which along them:
        0 for the inline number, 1 for the crossline number.
    first : tuple of int
        Both numbers of the first trace, slow one first.
    steps : tuple of int
        From line to line, and from trace to trace.
    shape : tuple of int
        Lines, and traces of each.
    """

    slow: int
    fast: int
    first: tuple[int, int]
    steps: tuple[int, int]
    shape: tuple[int, int]

    def foretell(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return slow and fast numbers of some traces, shape (2, n)."""
        places = np.stack(np.divmod(numbers, self.shape[1]))
        steps, first = np.array(self.steps), np.array(self.first)
        foretold: NDArray[np.int64] = first[:, None] + steps[:, None] * places
        return foretold

    def grid(self) -> TraceGrid:
        """Return the full grid, both axes ascending."""
        along = {
            which: (first, step, size)
            for which, first, step, size in zip(
                (self.slow, self.fast), self.first, self.steps, self.shape, strict=True
            )
        }
        axes = _axis("inline", *along[0]), _axis("crossline", *along[1])
        ways = tuple(slice(None, None, 1 if step > 0 else -1) for step in self.steps)
        numbers = np.arange(self.shape[0] * self.shape[1], dtype=np.int64)
        sorting = ("inline", "crossline")[self.slow] if min(self.steps) > 0 else "none"
        if self.slow == 0:
            traces = numbers.reshape(self.shape)[ways]
            return TraceGrid(axes, traces, traces.ravel(), sorting)
        traces = numbers.reshape(self.shape)[ways].T
        cells = numbers.reshape(self.shape[::-1])[ways[::-1]].T.ravel()
        return TraceGrid(axes, traces, cells, sorting)


def _axis(name: str, first: int, step: int, size: int) -> Axis:
    """Return the axis of numbers that rise or fall."""
    lowest = min(first, first + step * (size - 1))
    return Axis(name, "1", float(lowest), float(abs(step)), size)


def _presume_lines(n_traces: int, sample: HeaderSample, pair: tuple[int, int]) -> _Lines | None:
    """Measure the first line, and check that the sample lies where it foretells."""
    columns = sample.columns(pair)
    head = [columns[byte][:2].astype(np.int64) for byte in pair]
    changes = [values[0] != values[1] for values in head]
    if changes[0] == changes[1]:
        return None
    slow, fast = (0, 1) if changes[1] else (1, 0)
    length = _length_of_line(n_traces, sample, pair[slow])
    if length < 2 or n_traces % length or n_traces == length:
        return None
    first = int(head[slow][0]), int(head[fast][0])
    steps = sample.at(length, pair[slow]) - first[0], int(head[fast][1]) - first[1]
    lines = _Lines(slow, fast, first, steps, (n_traces // length, length))
    ends = np.unique(np.linspace(1, lines.shape[0] - 1, _N_ENDS).astype(np.int64)) * length
    ends = np.concatenate([ends - 1, ends])
    for numbers, told in ((sample.numbers, columns), (ends, sample.of(ends, pair))):
        if not np.array_equal(
            lines.foretell(numbers), np.stack([told[pair[slow]], told[pair[fast]]])
        ):
            return None
    return lines


def _length_of_line(n_traces: int, sample: HeaderSample, byte: int) -> int:
    """Find the first trace of the second line, as it is where the lines follow each other."""
    first = sample.first(byte)
    numbers, values = sample.numbers, sample.columns([byte])[byte]
    other = np.flatnonzero(values != first)
    if other.size == 0:
        return n_traces
    low, high = int(numbers[other[0] - 1]), int(numbers[other[0]])
    while high - low > 1:
        middle = (low + high) // 2
        if sample.at(middle, byte) == first:
            low = middle
        else:
            high = middle
    return high
