"""All that the headers of a SEG-Y file tell, also of one that cannot be opened."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ReadError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.readable import check_readable
from engine.readers.segy.binary_header import HEADER_BYTES, BinaryHeader, looks_like_segy
from engine.readers.segy.contradictions import find_contradictions
from engine.readers.segy.coordinates import CoordinateCandidate, rank_coordinates
from engine.readers.segy.file_layout import FileLayout, read_layout, telling_read_errors
from engine.readers.segy.gather_index import GatherIndex
from engine.readers.segy.header_fields import HeaderField
from engine.readers.segy.header_scan import HeaderScan
from engine.readers.segy.line_bytes import (
    ENOUGH_FILL,
    USUAL_PAIRS,
    LineCandidate,
    candidate_bytes,
    pairs_worth_trying,
    rank_pairs,
    varying,
)
from engine.readers.segy.sort_key import SORT_KEYS, SortKey
from engine.readers.segy.text_header import TEXT_BYTES, decode_text, text_encoding
from engine.readers.segy.trace_grid import TraceGrid, build_grid
from engine.readers.segy.trace_table import TraceTable, scan_trace_table

_MOST_CANDIDATES = 12
_MANY_TRACES = 5_000_000
"""Beyond these no keys for gathers are tried: each takes seconds and much memory."""

_BYTE_ORDERS = {">": "big", "<": "little"}


@dataclass(frozen=True, slots=True, eq=False)
class HeaderReport:
    """What `inspect_headers` found.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    size_bytes : int
        Its size.
    encoding : {"EBCDIC", "ASCII"}
        Of the textual header.
    text : tuple of str
        Its lines.
    extended_text : tuple of tuple of str
        Lines of each extended textual header.
    byte_order : {"big", "little"}
        Of all numbers.
    revision : str
        Such as ``1.0``.
    binary : tuple of (HeaderField, int or float)
        The binary header.
    layout : FileLayout or None
        None where the traces cannot be found; then nothing below is known.
    table : TraceTable or None
        Trace headers.
    lines : tuple of LineCandidate
        Bytes that may hold line numbers, the best first.
    coordinates : tuple of CoordinateCandidate
        Bytes that may hold CDP coordinates, the best first.
    gathers : tuple of GatherIndex
        Ways to gather the traces: keys that vary, with several traces to some number.
    contradictions : tuple of str
        What does not fit together, a sentence each.
    """

    path: Path
    size_bytes: int
    encoding: str
    text: tuple[str, ...]
    extended_text: tuple[tuple[str, ...], ...]
    byte_order: str
    revision: str
    binary: tuple[tuple[HeaderField, int | float], ...]
    layout: FileLayout | None
    table: TraceTable | None
    lines: tuple[LineCandidate, ...]
    coordinates: tuple[CoordinateCandidate, ...]
    gathers: tuple[GatherIndex, ...]
    contradictions: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        layout = self.layout
        return {
            "path": str(self.path),
            "size_bytes": self.size_bytes,
            "encoding": self.encoding,
            "text": list(self.text),
            "extended_text": [list(lines) for lines in self.extended_text],
            "byte_order": self.byte_order,
            "revision": self.revision,
            "binary": [{"byte": f.byte, "name": f.name, "value": v} for f, v in self.binary],
            "sample_format": None if layout is None else layout.sample_format.name,
            "n_samples": None if layout is None else layout.n_samples,
            "n_traces": None if layout is None else layout.n_traces,
            "trace_headers": None if self.table is None else self.table.to_json(),
            "lines": [candidate.to_json() for candidate in self.lines],
            "coordinates": [candidate.to_json() for candidate in self.coordinates],
            "gathers": [index.to_json() for index in self.gathers],
            "contradictions": list(self.contradictions),
        }


def inspect_headers(path: Path, job: JobContext = NULL_JOB) -> HeaderReport:
    """Read all headers of a file; a file that is damaged behind them is read as far as it goes.

    Parameters
    ----------
    path : pathlib.Path
        A SEG-Y file.
    job : JobContext, optional
        Checked and told while the trace headers are read.

    Returns
    -------
    HeaderReport
        With the reasons why the file cannot be opened among the contradictions.

    Raises
    ------
    ReadError
        If the file cannot be read or does not begin as SEG-Y does.
    JobCancelledError
        If the job is cancelled.
    """
    check_readable(path)
    with telling_read_errors(path):
        faults: list[ReadError] = []
        size_bytes = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEADER_BYTES)
            file.seek(0)
            try:
                layout = read_layout(path, file, size_bytes, faults.append)
            except ReadError as error:
                if not looks_like_segy(head):
                    raise
                faults.append(error)
                layout = None
        told = tuple(_sentence(error, path) for error in faults)
        return _report(path, size_bytes, head, layout, told, job)


def _report(
    path: Path,
    size_bytes: int,
    head: bytes,
    layout: FileLayout | None,
    faults: tuple[str, ...],
    job: JobContext,
) -> HeaderReport:
    header = BinaryHeader(head[TEXT_BYTES:])
    table = None
    lines: tuple[LineCandidate, ...] = ()
    coordinates: tuple[CoordinateCandidate, ...] = ()
    gathers: tuple[GatherIndex, ...] = ()
    if layout is not None:
        scan = HeaderScan(layout, job)
        table = scan_trace_table(scan)
        lines, grid = _line_candidates(scan)
        coordinates = rank_coordinates(scan, grid, layout.measurement)
        gathers = _gathers(scan, table)
        faults += find_contradictions(header, layout, table, coordinates)
    return HeaderReport(
        path=path,
        size_bytes=size_bytes,
        encoding=text_encoding(head[:TEXT_BYTES]),
        text=tuple(decode_text(head[:TEXT_BYTES])),
        extended_text=() if layout is None else layout.extended_text,
        byte_order=_BYTE_ORDERS[header.byte_order],
        revision=".".join(str(n) for n in header.revision),
        binary=header.values(),
        layout=layout,
        table=table,
        lines=lines,
        coordinates=coordinates,
        gathers=gathers,
        contradictions=faults,
    )


def _line_candidates(scan: HeaderScan) -> tuple[tuple[LineCandidate, ...], TraceGrid | None]:
    columns = varying(scan.columns(candidate_bytes()))
    every = rank_pairs(columns, pairs_worth_trying(columns))
    ranked = tuple(
        candidate
        for candidate in every
        if candidate.regularity.fill >= ENOUGH_FILL or candidate.pair in USUAL_PAIRS
    )[:_MOST_CANDIDATES]
    if not ranked or ranked[0].regularity.n_duplicates:
        return ranked, None
    best = ranked[0]
    numbers = (columns[best.iline], columns[best.xline])
    return ranked, build_grid(best.regularity.ranges, numbers)


def _gathers(scan: HeaderScan, table: TraceTable) -> tuple[GatherIndex, ...]:
    found: list[GatherIndex] = []
    if scan.n_traces > _MANY_TRACES:
        return ()
    for name, bytes_ in SORT_KEYS.items():
        if all(low == high for low, high in (table.range_of(byte) for byte in bytes_)):
            continue
        index = GatherIndex.build(SortKey(name, bytes_), scan)
        if 1 < index.n_gathers < scan.n_traces:
            found.append(index)
    return tuple(found)


def _sentence(error: ReadError, path: Path) -> str:
    text = str(error).removeprefix(f"{path}: ")
    return f"{text[0].upper()}{text[1:]}."
