"""Numbers from all trace headers, read through strided memory maps.

A file is mapped piece by piece, so that its pages do not pile up as memory of
the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.readers.segy.binary_header import FileLayout

_PIECE_BYTES = 32_000_000

TWO_BYTE_FIELDS = frozenset({29, 71, 89, 109, 115, 117, 215})
"""Trace header positions of two-byte integers; all others have four bytes."""


class HeaderScan:
    """Columns of the trace headers.

    Parameters
    ----------
    layout : FileLayout
        The file's layout.
    """

    def __init__(self, layout: FileLayout) -> None:
        self._layout = layout

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
        self, bytes_: Iterable[int], *, stop: int | None = None, step: int = 1
    ) -> dict[int, NDArray[np.int32]]:
        """Read some numbers of many traces.

        Parameters
        ----------
        bytes_ : iterable of int
            Positions in the trace header, from 1.
        stop : int, optional
            Traces to look at; all when left out.
        step : int, default 1
            Take every so many-th trace.

        Returns
        -------
        dict of int to ndarray of int32, shape (n_traces,)
            A column for each position.
        """
        positions = sorted(set(bytes_))
        n_traces = min(stop or self._layout.n_traces, self._layout.n_traces)
        dtype = self._header_type(positions)
        n_rows = -(-n_traces // step)
        columns = {byte: np.empty(n_rows, dtype=np.int32) for byte in positions}
        per_piece = max(_PIECE_BYTES // (self._layout.trace_bytes * step), 1)
        for row in range(0, n_rows, per_piece):
            end = min(row + per_piece, n_rows)
            headers = self._map(dtype, row * step, (end - 1) * step + 1)[::step]
            for byte, column in columns.items():
                column[row:end] = headers[str(byte)]
        return columns

    def _header_type(self, positions: list[int]) -> np.dtype[Any]:
        order = self._layout.byte_order
        return np.dtype(
            {
                "names": [str(byte) for byte in positions],
                "formats": [order + ("i2" if b in TWO_BYTE_FIELDS else "i4") for b in positions],
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
