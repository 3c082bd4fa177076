"""Numbers from all trace headers, read through strided memory maps.

A file is mapped piece by piece, so that its pages do not pile up as memory of
the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.header_fields import TRACE_KINDS

_PIECE_BYTES = 32_000_000

_SHORT = {byte: TRACE_KINDS[byte] for byte in (29, 71, 89, 109, 115, 117, 215)}
"""Fields of two bytes among those read by default; line numbers have four, wherever they are."""


class HeaderScan:
    """Columns of the trace headers.

    Parameters
    ----------
    layout : FileLayout
        The file's layout.
    job : JobContext, optional
        Checked and told after each piece.
    """

    def __init__(self, layout: FileLayout, job: JobContext = NULL_JOB) -> None:
        self._layout = layout
        self._job = job

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
            A column for each position.
        """
        positions = sorted(set(bytes_))
        n_traces = min(stop or self._layout.n_traces, self._layout.n_traces) - start
        dtype = self._header_type(positions, kinds)
        n_rows = -(-n_traces // step)
        columns = {byte: np.empty(n_rows, dtype=np.int32) for byte in positions}
        per_piece = max(_PIECE_BYTES // (self._layout.trace_bytes * step), 1)
        for row in range(0, n_rows, per_piece):
            end = min(row + per_piece, n_rows)
            self._job.check()
            self._job.report(row, n_rows, "trace headers")
            headers = self._map(dtype, start + row * step, start + (end - 1) * step + 1)[::step]
            for byte, column in columns.items():
                column[row:end] = headers[str(byte)]
        return columns

    def _header_type(self, positions: list[int], kinds: Mapping[int, str]) -> np.dtype[Any]:
        order = self._layout.byte_order
        return np.dtype(
            {
                "names": [str(byte) for byte in positions],
                "formats": [order + kinds.get(byte, "i") for byte in positions],
                "offsets": [byte - 1 for byte in positions],
                "itemsize": self._layout.trace_bytes,
            }
        )

    def _map(self, dtype: np.dtype[Any], first: int, end: int) -> NDArray[Any]:
        """Map the traces from `first` up to but not including `end`."""
        offset = self._layout.first_trace + first * self._layout.trace_bytes
        return np.memmap(
            self._layout.path, dtype=dtype, mode="r", offset=offset, shape=(end - first,)
        )
