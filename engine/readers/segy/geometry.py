"""Finds where the line numbers are and what grid they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.errors import ReadError
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.header_scan import HeaderScan
from engine.readers.segy.line_bytes import (
    ENOUGH_FILL,
    USUAL_BYTES,
    USUAL_PAIRS,
    Columns,
    LineCandidate,
    rank_pairs,
    varying,
)
from engine.readers.segy.options import SegyOptions
from engine.readers.segy.repeats import Repeats, find_repeats
from engine.readers.segy.trace_grid import (
    NumberRange,
    Regularity,
    TraceGrid,
    build_grid,
    measure,
)

_CDP = 21

LINE_BYTES = (_CDP, 193, 189, 17)
"""Where the numbers of a 2-D line's traces are looked for."""

MANY_TRACES = 5_000_000
"""From here on the other places are read only if the most usual one does not serve."""

_FEW_DUPLICATES = 0.25
OFFSET = 37
_NAME_BYTES = (
    "Name the bytes of the line numbers with --iline and --xline ('outcrop headers' ranks them), "
    "or use --geometry line."
)
_LINE = (
    "Open it with --geometry line: the traces are then numbered as they come; or name the byte of "
    "other numbers with --xline."
)
_GATHERS = "Open it with --sort-key cdp, or another key."


@dataclass(frozen=True, slots=True)
class Geometry:
    """What was found.

    Parameters
    ----------
    grid : TraceGrid
        Where each trace lies.
    iline, xline : int or None
        Bytes of the line numbers; `iline` is None for a 2-D line, and both
        where the traces are only counted.
    source : str
        ``header scan``, ``sampled headers``, ``given``, or ``trace count``.
    alternatives : tuple of dict
        Other pairs that make a grid, each ``iline``, ``xline``, ``shape``, ``fill``.
    """

    grid: TraceGrid
    iline: int | None
    xline: int | None
    source: str
    alternatives: tuple[dict[str, Any], ...] = ()


def find_geometry(layout: FileLayout, scan: HeaderScan, options: SegyOptions) -> Geometry:
    """Find the grid of the traces.

    Parameters
    ----------
    layout : FileLayout
        The file's layout.
    scan : HeaderScan
        Its trace headers.
    options : SegyOptions
        What the user named.

    Returns
    -------
    Geometry
        3-D when both line numbers vary, else a 2-D line.

    Raises
    ------
    ReadError
        If no regular geometry is found or traces lie at the same place.
    """
    if options.geometry == "line" and options.xline is None:
        return _line(layout, scan) or _counted_line(layout)
    if options.iline is not None and options.xline is not None and options.geometry != "line":
        return _given(layout, scan, (options.iline, options.xline), options)
    if options.xline is not None:
        return _given_line(layout, scan, options.xline)
    if layout.n_traces >= MANY_TRACES and (usual := _usual(scan)):
        return usual
    return _search(layout, scan, options)


def _usual(scan: HeaderScan) -> Geometry | None:
    """Return the most usual pair, if it makes a good grid, without a look at the others."""
    pair = USUAL_PAIRS[0]
    columns = scan.columns(pair)
    regularity = measure(columns[pair[0]], columns[pair[1]])
    good = regularity.is_areal and regularity.fill >= ENOUGH_FILL
    if not good or regularity.n_duplicates:
        return None
    return _place(pair, columns, regularity, "header scan")


def _given(
    layout: FileLayout, scan: HeaderScan, pair: tuple[int, int], options: SegyOptions
) -> Geometry:
    columns = scan.columns(pair)
    regularity = measure(columns[pair[0]], columns[pair[1]])
    sizes = [r.size for r in regularity.ranges]
    if options.geometry == "auto" and min(sizes) == 1 < max(sizes):
        return _given_line(layout, scan, pair[sizes.index(max(sizes))])
    if max(sizes) == 1 and layout.n_traces > 1:
        raise _all_equal(layout.path, f"at bytes {pair[0]} and {pair[1]}")
    if regularity.n_duplicates:
        raise _duplicates(layout.path, scan, pair)
    if not (regularity.is_areal if options.geometry == "auto" else regularity.is_dense):
        shape = " x ".join(str(s) for s in sizes)
        raise ReadError(
            layout.path,
            f"line numbers at bytes {pair[0]} and {pair[1]} make a grid of {shape}, of which "
            f"{regularity.fill:.2%} has traces",
            hint="Name other bytes, or leave --iline and --xline out to have them found.",
        )
    return _place(pair, columns, regularity, "given")


def _search(layout: FileLayout, scan: HeaderScan, options: SegyOptions) -> Geometry:
    columns = varying(scan.columns(USUAL_BYTES | {OFFSET}))
    ranked = rank_pairs(columns)
    _check_duplicates(layout, scan, ranked, pre_stack=OFFSET in columns)
    clean = [candidate for candidate in ranked if candidate.regularity.n_duplicates == 0]
    if clean:
        best = clean[0]
        if OFFSET in columns and best.regularity.fill < ENOUGH_FILL:
            raise _pre_stack(layout.path, columns[OFFSET])
        others = tuple(_alternative(candidate) for candidate in clean[1:])
        found_grid = _place(best.pair, columns, best.regularity, "header scan")
        return replace(found_grid, alternatives=others)
    if options.geometry == "volume":
        raise ReadError(
            layout.path, "no bytes hold inline and crossline numbers of a volume", hint=_NAME_BYTES
        )
    found = _line(layout, scan)
    if found is None and layout.n_traces == 1:
        found = _counted_line(layout)
    if found is None:
        if ranked:
            raise _duplicates(layout.path, scan, ranked[0].pair)
        if columns.keys() & set(LINE_BYTES):
            raise _no_line(layout.path, columns)
        raise _all_equal(layout.path, "at the usual bytes")
    return found


def _check_duplicates(
    layout: FileLayout, scan: HeaderScan, ranked: tuple[LineCandidate, ...], *, pre_stack: bool
) -> None:
    """Refuse what is a volume by its usual numbers but for some places taken twice.

    Without this, coordinates or counted traces would be taken for line numbers.
    """
    for candidate in sorted(ranked, key=lambda c: USUAL_PAIRS.index(c.pair)):
        regularity = candidate.regularity
        if regularity.n_duplicates == 0:
            return
        few = regularity.n_duplicates <= _FEW_DUPLICATES * layout.n_traces
        if (few or pre_stack) and regularity.fill >= ENOUGH_FILL:
            raise _duplicates(layout.path, scan, candidate.pair)


def _place(
    pair: tuple[int, int], columns: Columns, regularity: Regularity, source: str
) -> Geometry:
    grid = build_grid(regularity.ranges, (columns[pair[0]], columns[pair[1]]))
    return Geometry(grid, pair[0], pair[1], source)


def _alternative(candidate: LineCandidate) -> dict[str, Any]:
    whole = candidate.to_json()
    return {key: whole[key] for key in ("iline", "xline", "shape", "fill")}


def _line(layout: FileLayout, scan: HeaderScan) -> Geometry | None:
    """Place the traces of a 2-D line by a number that differs for each, if there is one."""
    any_distinct = False
    for byte in LINE_BYTES:
        grid, distinct = _line_grid(scan, byte)
        if grid is not None:
            return Geometry(grid, None, byte, "header scan")
        any_distinct |= distinct
    return _counted_line(layout) if any_distinct else None


def _given_line(layout: FileLayout, scan: HeaderScan, byte: int) -> Geometry:
    grid, _ = _line_grid(scan, byte)
    if grid is None:
        columns = scan.columns([byte])
        repeats = find_repeats(columns[byte])
        why = f": {_repeated(repeats, byte, columns)}" if repeats else ""
        raise ReadError(
            layout.path,
            f"numbers at byte {byte} do not tell the traces of a line apart{why}",
            hint="Leave --xline out: the traces are then numbered as they come.",
        )
    return Geometry(grid, None, byte, "given")


def _line_grid(scan: HeaderScan, byte: int) -> tuple[TraceGrid | None, bool]:
    """Return the line that the numbers at a byte make, and whether they are distinct."""
    numbers = scan.columns([byte])[byte]
    positions = NumberRange.of(numbers)
    distinct = positions.n_distinct == numbers.size > 1
    if not distinct or positions.size * ENOUGH_FILL > numbers.size:
        return None, distinct
    grid = build_grid((positions,), (numbers,))
    name = "cdp" if byte == _CDP else "trace"
    return replace(grid, axes=(replace(grid.axes[0], name=name),)), True


def _counted_line(layout: FileLayout) -> Geometry:
    numbers = np.arange(layout.n_traces, dtype=np.int64)
    axis = Axis("trace", "1", 1.0, 1.0, layout.n_traces)
    return Geometry(TraceGrid((axis,), numbers, numbers, "inline"), None, None, "trace count")


def _all_equal(path: Path, where: str) -> ReadError:
    return ReadError(path, f"all line numbers {where} are equal", hint=_NAME_BYTES)


def _pre_stack(path: Path, offsets: NDArray[np.int32]) -> ReadError:
    return ReadError(
        path,
        f"offsets run from {offsets.min()} to {offsets.max()} (bytes 37-40) and no line numbers "
        "fill a grid: the file seems to hold pre-stack gathers",
        hint=f"{_GATHERS} {_NAME_BYTES}",
    )


def _duplicates(path: Path, scan: HeaderScan, pair: tuple[int, int]) -> ReadError:
    columns = scan.columns([*pair, OFFSET])
    inlines, crosslines = columns[pair[0]], columns[pair[1]]
    repeats = find_repeats(inlines, crosslines)
    if repeats is None:
        raise ValueError(f"no places are taken twice by bytes {pair[0]} and {pair[1]}")
    one, other = repeats.first
    plural = "s" if repeats.count > 1 else ""
    text = (
        f"{repeats.count} duplicate trace{plural}: {repeats.pair} both lie at inline "
        f"{inlines[one]}, crossline {crosslines[one]} (bytes {pair[0]} and {pair[1]})"
    )
    if columns[OFFSET][one] != columns[OFFSET][other]:
        text += ", with different offsets: the file seems to hold pre-stack gathers"
        return ReadError(path, text, hint=f"{_GATHERS} {_NAME_BYTES}")
    return ReadError(path, text, hint=_NAME_BYTES)


def _no_line(path: Path, columns: Columns) -> ReadError:
    """Say what keeps the numbers of a line from telling its traces apart."""
    repeated = [(r, b) for b in LINE_BYTES if b in columns and (r := find_repeats(columns[b]))]
    if not repeated:
        return ReadError(
            path, "line numbers at the usual bytes make no regular grid", hint=_NAME_BYTES
        )
    return ReadError(path, _repeated(*min(repeated, key=lambda r: r[0].count), columns), hint=_LINE)


def _repeated(repeats: Repeats, byte: int, columns: Columns) -> str:
    numbers = columns[byte]
    verb = "repeat the numbers" if repeats.count > 1 else "repeats the number"
    return (
        f"{repeats.count} of {numbers.size} traces {verb} of an earlier one: "
        f"{repeats.pair} are both {numbers[repeats.first[0]]} (byte {byte})"
    )
