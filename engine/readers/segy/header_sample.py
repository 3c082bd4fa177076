"""Numbers from some trace headers, spread over a file too large to read them all at once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ReadError
from engine.readers.segy.binary_header import TRACE_HEADER_BYTES
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.header_scan import header_type

_AT_EACH_END = 32
_SPREAD = 256
_N_THREADS = 8
"""Each waits for the disk."""


class HeaderSample:
    """The first and the last trace headers, and some between them.

    Parameters
    ----------
    layout : FileLayout
        The file's layout.

    Attributes
    ----------
    numbers : ndarray of int64, shape (n_sampled,)
        The traces it holds, from 0, ascending.

    Raises
    ------
    ReadError
        If the file has become shorter meanwhile.
    """

    def __init__(self, layout: FileLayout) -> None:
        self._layout = layout
        self.numbers = _spread(layout.n_traces)
        self._headers = self._read(self.numbers)

    @property
    def n_traces(self) -> int:
        """Traces of the file."""
        return self._layout.n_traces

    def first(self, byte: int) -> int:
        """Return a number of the first trace's header; see `HeaderScan.first`."""
        return int(self.columns([byte])[byte][0])

    def columns(self, bytes_: Iterable[int]) -> dict[int, NDArray[np.int32]]:
        """Return numbers of the sampled traces.

        Parameters
        ----------
        bytes_ : iterable of int
            Positions in the trace header, from 1.

        Returns
        -------
        dict of int to ndarray of int32, shape (n_sampled,)
            A column for each position.
        """
        return self._columns(self._headers, bytes_)

    def at(self, number: int, byte: int) -> int:
        """Read one number of any trace's header from the file.

        Parameters
        ----------
        number : int
            The trace, from 0.
        byte : int
            Position in the trace header, from 1.

        Returns
        -------
        int
            The value.

        Raises
        ------
        ReadError
            If the file has become shorter meanwhile.
        """
        return int(self.of(np.array([number]), [byte])[byte][0])

    def of(self, numbers: NDArray[np.int64], bytes_: Iterable[int]) -> dict[int, NDArray[np.int32]]:
        """Read numbers of further traces from the file; as `columns` otherwise."""
        return self._columns(self._read(numbers), bytes_)

    def spread(
        self, bytes_: Iterable[int], _most: int
    ) -> tuple[NDArray[np.int64], dict[int, NDArray[np.int32]]]:
        """Return the sampled traces and numbers of theirs; see `HeaderScan.spread`."""
        return self.numbers, self.columns(bytes_)

    def _columns(
        self, headers: NDArray[np.uint8], bytes_: Iterable[int]
    ) -> dict[int, NDArray[np.int32]]:
        positions = sorted(set(bytes_))
        dtype: np.dtype[Any] = header_type(
            positions, self._layout.byte_order, itemsize=TRACE_HEADER_BYTES
        )
        table = headers.reshape(-1).view(dtype)
        return {byte: table[str(byte)].astype(np.int32) for byte in positions}

    def _read(self, numbers: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Read whole headers, shape (n, 240)."""
        layout = self._layout
        headers = np.empty((numbers.size, TRACE_HEADER_BYTES), dtype=np.uint8)

        def fill(start: int) -> None:
            # A file of its own for each thread; unbuffered, so that no more is read than asked for.
            with layout.path.open("rb", buffering=0) as file:
                for row in range(start, numbers.size, _N_THREADS):
                    file.seek(layout.first_trace + int(numbers[row]) * layout.trace_bytes)
                    if file.readinto(memoryview(headers[row])) != TRACE_HEADER_BYTES:
                        raise ReadError(
                            layout.path,
                            "has become shorter since it was opened",
                            hint="Wait until it is copied, then open it again.",
                        )

        if numbers.size < _N_THREADS:
            for start in range(numbers.size):
                fill(start)
        else:
            with ThreadPoolExecutor(_N_THREADS, thread_name_prefix="segy-headers") as pool:
                list(pool.map(fill, range(_N_THREADS)))
        return headers


def _spread(n_traces: int) -> NDArray[np.int64]:
    ends = np.arange(min(_AT_EACH_END, n_traces))
    # Jitter keeps the picks from always meeting the same place of a line.
    jitter = np.random.default_rng(0).random(_SPREAD)
    between = ((np.arange(_SPREAD) + jitter) * (n_traces / _SPREAD)).astype(np.int64)
    return np.unique(np.concatenate([ends, between, n_traces - 1 - ends]))
