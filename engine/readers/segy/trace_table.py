"""Some trace headers in full, and the range of every field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.readers.segy.header_fields import TRACE_FIELDS, TRACE_KINDS
from engine.readers.segy.header_scan import HeaderScan

_SCANNED = 4000


@dataclass(frozen=True, slots=True, eq=False)
class TraceTable:
    """Fields of the trace headers, in the order of `TRACE_FIELDS`.

    Parameters
    ----------
    numbers : tuple of int
        The traces shown, from 1: first, middle and last.
    values : ndarray of int32, shape (n_fields, n_shown)
        Their fields.
    minimum, maximum : ndarray of int32, shape (n_fields,)
        Over the traces that were scanned.
    n_scanned : int
        How many: evenly spread, with the first and the last.
    """

    numbers: tuple[int, ...]
    values: NDArray[np.int32]
    minimum: NDArray[np.int32]
    maximum: NDArray[np.int32]
    n_scanned: int

    def range_of(self, byte: int) -> tuple[int, int]:
        """Return the least and the largest value of the field at a byte."""
        row = [field.byte for field in TRACE_FIELDS].index(byte)
        return int(self.minimum[row]), int(self.maximum[row])

    def first(self, byte: int) -> int:
        """Return the first trace's value of the field at a byte."""
        row = [field.byte for field in TRACE_FIELDS].index(byte)
        return int(self.values[row, 0])

    def to_json(self) -> dict[str, Any]:
        """Return ``traces``, ``n_scanned`` and ``fields`` with their values and ranges."""
        fields = [
            {
                "byte": field.byte,
                "name": field.name,
                "values": self.values[row].tolist(),
                "minimum": int(self.minimum[row]),
                "maximum": int(self.maximum[row]),
            }
            for row, field in enumerate(TRACE_FIELDS)
        ]
        return {"traces": list(self.numbers), "n_scanned": self.n_scanned, "fields": fields}


def scan_trace_table(scan: HeaderScan) -> TraceTable:
    """Read all fields of up to 4000 evenly spread traces.

    Parameters
    ----------
    scan : HeaderScan
        The file's trace headers.

    Returns
    -------
    TraceTable
        With the first, the middle and the last trace in full.
    """
    n_traces = scan.n_traces
    step = max(n_traces // _SCANNED, 1)
    every = scan.columns(TRACE_KINDS, step=step, kinds=TRACE_KINDS)
    shown = sorted({0, n_traces // 2, n_traces - 1})
    full = [scan.columns(TRACE_KINDS, start=n, stop=n + 1, kinds=TRACE_KINDS) for n in shown]
    values = np.array([[row[f.byte][0] for row in full] for f in TRACE_FIELDS], dtype=np.int32)
    scanned = np.stack([every[f.byte] for f in TRACE_FIELDS])
    return TraceTable(
        tuple(n + 1 for n in shown),
        values,
        np.minimum(scanned.min(axis=1), values.min(axis=1)),
        np.maximum(scanned.max(axis=1), values.max(axis=1)),
        scanned.shape[1],
    )
