"""Numbers from all trace headers, read through strided memory maps.

A file is mapped piece by piece, so that its pages do not pile up as memory of
the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.header_fields import TRACE_KINDS

_PIECE_BYTES = 32_000_000
_N_THREADS = 4

_SHORT = {byte: TRACE_KINDS[byte] for byte in (29, 71, 89, 109, 115, 117, 215)}
"""Fields of two bytes among those read by default; line numbers have four, wherever they are."""


class TraceHeaders(Protocol):
    """Trace headers of a file, all of them or a sample."""

    @property
    def n_traces(self) -> int:
        """Traces of the file."""

    def first(self, byte: int) -> int:
        """Return a number of the first trace's header; see `HeaderScan.first`."""

    def spread(
        self, bytes_: Iterable[int], most: int, /
    ) -> tuple[NDArray[np.int64], dict[int, NDArray[np.int32]]]:
        """Return some traces and numbers of theirs; see `HeaderScan.spread`."""


class HeaderScan:
    """Columns of the trace headers.

    Parameters
    ----------
    layout : FileLayout
        The file's layout.
    job : JobContext, optional
        Checked and told after each piece.
    expected : iterable of int, optional
        Positions that will be asked for of all traces: they are read together with
        the first of them.
    """

    def __init__(
        self, layout: FileLayout, job: JobContext = NULL_JOB, *, expected: Iterable[int] = ()
    ) -> None:
        self._layout = layout
        self._job = job
        self._expected = frozenset(expected)
        self._known: dict[int, NDArray[np.int32]] = {}

    @property
    def n_traces(self) -> int:
        """Traces of the file."""
        return self._layout.n_traces

    def first(self, byte: int) -> int:
        """Return a number of the first trace's header.

        Parameters
        ----------
        byte : int
            Position in the trace header, from 1.

        Returns
        -------
        int
            The value.
        """
        return int(self.columns([byte], stop=1)[byte][0])

    def columns(
        self,
        bytes_: Iterable[int],
        *,
        start: int = 0,
        stop: int | None = None,
        step: int = 1,
        kinds: Mapping[int, str] = _SHORT,
    ) -> dict[int, NDArray[np.int32]]:
        """Read some numbers of many traces.

        Parameters
        ----------
        bytes_ : iterable of int
            Positions in the trace header, from 1.
        start, stop : int, optional
            Traces to look at, from 0, the last not included; all when left out.
        step : int, default 1
            Take every so many-th trace.
        kinds : mapping of int to str, optional
            Codes of `struct` by position; four signed bytes elsewhere.

        Returns
        -------
        dict of int to ndarray of int32, shape (n_traces,)
            A column for each position; columns of all traces are kept, and not to be
            changed.
        """
        positions = sorted(set(bytes_))
        traces = slice(start, stop, step)
        if kinds is _SHORT and self._known.keys() >= set(positions):
            return {byte: self._known[byte][traces] for byte in positions}
        whole = start == 0 and stop is None and step == 1 and kinds is _SHORT
        if not whole:
            return self._read(positions, traces, kinds)
        missing = [byte for byte in positions if byte not in self._known]
        if missing:
            # All that lies in a header comes with it from the disk, and is asked for next.
            wanted = sorted({*missing, *self._expected} - self._known.keys())
            self._known |= self._read(wanted, slice(0, None, 1), kinds)
        return {byte: self._known[byte] for byte in positions}

    def spread(
        self, bytes_: Iterable[int], most: int, /
    ) -> tuple[NDArray[np.int64], dict[int, NDArray[np.int32]]]:
        """Read some numbers of evenly spread traces.

        Parameters
        ----------
        bytes_ : iterable of int
            Positions in the trace header, from 1.
        most : int
            How many traces about: fewer than twice as many are read.

        Returns
        -------
        numbers : ndarray of int64, shape (n_read,)
            The traces, from 0.
        columns : dict of int to ndarray of int32, shape (n_read,)
            A column for each position.
        """
        step = max(self.n_traces // most, 1)
        return np.arange(0, self.n_traces, step), self.columns(bytes_, step=step)

    def _read(
        self, positions: list[int], traces: slice, kinds: Mapping[int, str]
    ) -> dict[int, NDArray[np.int32]]:
        layout = self._layout
        start, stop, step = traces.indices(layout.n_traces)
        dtype = header_type(positions, layout.byte_order, kinds, itemsize=layout.trace_bytes)
        n_rows = -(-(stop - start) // step)
        columns = {byte: np.empty(n_rows, dtype=np.int32) for byte in positions}
        per_piece = max(_PIECE_BYTES // (layout.trace_bytes * step), 1)

        def copy(row: int) -> None:
            end = min(row + per_piece, n_rows)
            self._job.check()
            self._job.report(row, n_rows, "trace headers")
            headers = self._map(dtype, start + row * step, start + (end - 1) * step + 1)[::step]
            for byte, column in columns.items():
                column[row:end] = headers[str(byte)]

        rows = range(0, n_rows, per_piece)
        if len(rows) < _N_THREADS:
            for row in rows:
                copy(row)
        else:
            # Each waits for a page of the file; NumPy copies without the interpreter lock.
            with ThreadPoolExecutor(_N_THREADS, thread_name_prefix="segy-headers") as pool:
                list(pool.map(copy, rows))
        return columns

    def _map(self, dtype: np.dtype[Any], first: int, end: int) -> NDArray[Any]:
        """Map the traces from `first` up to but not including `end`."""
        offset = self._layout.first_trace + first * self._layout.trace_bytes
        return np.memmap(
            self._layout.path, dtype=dtype, mode="r", offset=offset, shape=(end - first,)
        )


def header_type(
    positions: Iterable[int],
    byte_order: str,
    kinds: Mapping[int, str] = _SHORT,
    *,
    itemsize: int,
) -> np.dtype[Any]:
    """Return the type of a trace header with some of its fields, named by their positions.

    Parameters
    ----------
    positions : iterable of int
        In the trace header, from 1.
    byte_order : {">", "<"}
        Big or little endian.
    kinds : mapping of int to str, optional
        Codes of `struct` by position; four signed bytes elsewhere.
    itemsize : int
        Bytes from one header to the next.

    Returns
    -------
    numpy.dtype
        Structured.
    """
    named = list(positions)
    return np.dtype(
        {
            "names": [str(byte) for byte in named],
            "formats": [byte_order + kinds.get(byte, "i") for byte in named],
            "offsets": [byte - 1 for byte in named],
            "itemsize": itemsize,
        }
    )
