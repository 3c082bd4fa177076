"""What the headers of a file say against each other, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.readers.segy.binary_header import BinaryHeader
from engine.readers.segy.coordinates import SCALAR, UNITS, CoordinateCandidate
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.sample_axis import DELAY, INTERVAL
from engine.readers.segy.text_header import tells_depth
from engine.readers.segy.trace_table import TraceTable

_SAMPLES = 115
_OFFSET = 37
_FEET, _SYSTEMS = 2, frozenset({1, 2})
_LENGTH, _ARC_SECONDS = 1, 2
_UNIT_NAMES = {1: "length", 2: "arc seconds", 3: "decimal degrees", 4: "degrees, minutes, seconds"}
_SCALARS = frozenset(sign * 10**power for sign in (1, -1) for power in range(5)) | {0}
_LARGEST_M = 2.1e7
"""Half the circumference of the earth: no projected coordinate in metres lies beyond."""
_FEET_PER_M = 3.281
_LARGEST_ANGLE = {2: 360.0 * 3600.0, 3: 360.0}
_PRESTACK_CODES = {1: "as recorded", 2: "CDP ensembles", 3: "single-fold continuous profile"}


def find_contradictions(
    header: BinaryHeader,
    layout: FileLayout,
    table: TraceTable,
    coordinates: Sequence[CoordinateCandidate],
) -> tuple[str, ...]:
    """Compare the headers with each other.

    Parameters
    ----------
    header : BinaryHeader
        The binary header.
    layout : FileLayout
        Where everything lies.
    table : TraceTable
        Ranges of the fields of the trace headers.
    coordinates : sequence of CoordinateCandidate
        The best first.

    Returns
    -------
    tuple of str
        One sentence for each; empty when nothing is odd.
    """
    return (
        *_interval(header, layout, table),
        *_lengths(layout, table),
        *_units(header, table, coordinates),
        *_scalars(table, coordinates),
        *_order(header, table),
    )


def _interval(header: BinaryHeader, layout: FileLayout, table: TraceTable) -> Iterator[str]:
    low, high = table.range_of(INTERVAL)
    told = layout.interval
    if told <= 0:
        yield f"The binary header gives no sample interval (bytes 3217-3218 say {told:g})."
    if low != high:
        yield (
            f"The trace headers give different sample intervals, {low} to {high} (bytes 117-118)."
        )
    elif high and told > 0 and told != high:
        yield (
            f"The sample interval is {told / 1000:g} in the binary header (bytes 3217-3218) but "
            f"{high / 1000:g} in the trace headers (bytes 117-118), in ms or the unit of depth."
        )
    elif not high and told > 0:
        yield "The trace headers give no sample interval (bytes 117-118); the binary header does."
    low, high = table.range_of(DELAY)
    if low != high:
        yield f"Traces begin at different times, {low} to {high} ms (bytes 109-110)."
    depth = tells_depth([line for text in (layout.text, *layout.extended_text) for line in text])
    if depth and header.get(3255) not in _SYSTEMS:
        yield (
            "The text header speaks of depth, but the binary header does not tell metres from "
            f"feet (bytes 3255-3256 say {header.get(3255)})."
        )


def _lengths(layout: FileLayout, table: TraceTable) -> Iterator[str]:
    low, high = table.range_of(_SAMPLES)
    if low != high:
        yield f"The trace headers give {low} to {high} samples a trace (bytes 115-116)."
    elif high and high != layout.n_samples & 0xFFFF:
        yield (
            f"The binary header says {layout.n_samples} samples a trace (bytes 3221-3222), "
            f"the trace headers {high} (bytes 115-116)."
        )


def _units(
    header: BinaryHeader, table: TraceTable, coordinates: Sequence[CoordinateCandidate]
) -> Iterator[str]:
    system = header.get(3255)
    low, high = table.range_of(UNITS)
    if low != high:
        yield f"The trace headers give different coordinate units, {low} to {high} (bytes 89-90)."
    if not coordinates:
        return
    best = coordinates[0]
    code = table.first(UNITS)
    largest = float(np.abs(best.xy).max())
    where = f"bytes {best.cdp_x} and {best.cdp_y}"
    if code in _LARGEST_ANGLE and largest > _LARGEST_ANGLE[code]:
        yield (
            f"The coordinates are said to be {_UNIT_NAMES[code]} (bytes 89-90), but reach "
            f"{largest:g} ({where}): they look like metres or feet."
        )
    if code in {0, _LENGTH} and 0 < largest <= _LARGEST_ANGLE[3] / 2:
        yield (
            f"The coordinates are said to be lengths (bytes 89-90), but are at most {largest:g} "
            f"({where}): they look like degrees, or local."
        )
    if code <= _LENGTH and system not in _SYSTEMS:
        yield (
            "The binary header does not tell whether coordinates are metres or feet (bytes "
            f"3255-3256 say {system}); metres are assumed."
        )


def _scalars(table: TraceTable, coordinates: Sequence[CoordinateCandidate]) -> Iterator[str]:
    low, high = table.range_of(SCALAR)
    if low != high:
        yield (
            f"The scalar of the coordinates differs from trace to trace, {low} to {high} "
            "(bytes 71-72)."
        )
    scalar = table.first(SCALAR)
    if scalar not in _SCALARS:
        yield f"The scalar of the coordinates, {scalar} (bytes 71-72), is no power of ten."
    if not coordinates or coordinates[0].unit not in {"m", "ft"}:
        return
    best = coordinates[0]
    largest = float(np.abs(best.xy).max())
    reach = _LARGEST_M * (_FEET_PER_M if best.unit == "ft" else 1.0)
    if largest > reach:
        opposite = f"; with the opposite sign they would reach {largest / max(scalar, 1) ** 2:g}"
        yield (
            f"Coordinates reach {largest:g} {best.unit} (scalar {scalar}, bytes 71-72), more than "
            f"half way round the earth{opposite if scalar > 1 else ''}."
        )
    extent = float(np.ptp(best.xy, axis=0).max())
    if scalar < -1 and 0 < extent < 1:
        yield (
            f"All traces lie within {extent:g} {best.unit} (scalar {scalar}, bytes 71-72); with "
            f"the opposite sign within {extent * scalar**2:g}."
        )


def _order(header: BinaryHeader, table: TraceTable) -> Iterator[str]:
    code = header.get(3229)
    low, high = table.range_of(_OFFSET)
    if low != high and code == 4:
        yield (
            "The binary header calls the traces stacked (bytes 3229-3230), but their offsets run "
            f"from {low} to {high} (bytes 37-40)."
        )
    if low == high and code in {1, 2} and header.get(3213) <= 1:
        yield (
            f"The binary header calls the traces pre-stack, {_PRESTACK_CODES[code]} (bytes "
            "3229-3230), but all have one offset."
        )
