"""Stored samples of a file: whole traces by positioned reads, slices by a memory map.

Positioned reads do not make the kernel read the whole file ahead, as a map
does for scattered traces, and leave no mapped pages behind, so that memory does
not grow while all lines are read one after another. A time slice touches every
trace anyway; there the map is fastest.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ReadError
from engine.readers.segy.file_layout import FileLayout

_HAS_PREAD = hasattr(os, "pread")

_TRIED = 8
_COLD_S = 1e-4
"""Of one read: some microseconds from memory, a tenth of a millisecond or more from a disk."""
_N_THREADS = 4


class TraceSamples:
    """Samples as they are stored; safe from any thread.

    Parameters
    ----------
    layout : FileLayout
        Where they lie.
    """

    def __init__(self, layout: FileLayout) -> None:
        self._layout = layout
        self._dtype = layout.sample_format.dtype(layout.byte_order)
        self._mapped = self._map()
        self._file = _Descriptor(layout.path) if _HAS_PREAD else None

    def traces(self, numbers: NDArray[np.int64]) -> NDArray[Any]:
        """Read whole traces.

        Parameters
        ----------
        numbers : ndarray of int64, shape (n,)
            Trace numbers from 0; neighbours are read at one go. Scattered ones are
            read by four threads where the first few show that they come from a disk.

        Returns
        -------
        ndarray, shape (n, n_samples)
            Stored samples, in the byte order of the file.

        Raises
        ------
        ReadError
            If the file has become shorter since it was opened.
        """
        file = self._file
        if file is None:
            return np.asarray(self._mapped[numbers])
        raw = np.empty((numbers.size, self._layout.n_samples), dtype=self._dtype)
        if numbers.size == 0:
            return raw
        breaks = np.flatnonzero(np.diff(numbers) != 1) + 1
        starts = [0, *breaks.tolist()]
        runs = list(zip(starts, [*starts[1:], numbers.size], strict=True))

        def fill(some: list[tuple[int, int]]) -> None:
            for start, end in some:
                raw[start:end] = self._run(file, int(numbers[start]), end - start)

        before_s = time.perf_counter()
        fill(runs[:_TRIED])
        spent_s = time.perf_counter() - before_s
        rest = runs[_TRIED:]
        if spent_s < _TRIED * _COLD_S or len(rest) < _TRIED:
            fill(rest)
        else:
            # From a disk, four reads at a time take half as long; from memory, threads only cost.
            with ThreadPoolExecutor(_N_THREADS, thread_name_prefix="segy-read") as pool:
                list(pool.map(fill, (rest[n::_N_THREADS] for n in range(_N_THREADS))))
        return raw

    def points(self, numbers: NDArray[np.int64], index: int) -> NDArray[Any]:
        """Read one sample of some traces, which lie anywhere.

        Parameters
        ----------
        numbers : ndarray of int64, shape (n,)
            Trace numbers from 0.
        index : int
            Sample number from 0.

        Returns
        -------
        ndarray, shape (n,)
            Stored samples, in the byte order of the file.

        Raises
        ------
        ReadError
            If the file has become shorter since it was opened.
        """
        file = self._file
        if file is None:
            self._check_size()
            return np.asarray(self._mapped[numbers, index])
        layout, size = self._layout, self._dtype.itemsize
        first = layout.first_trace + layout.trace_header_bytes + index * size
        offsets = (first + numbers * layout.trace_bytes).tolist()

        def read(some: list[int]) -> bytes:
            return b"".join(os.pread(file.number, size, offset) for offset in some)

        before_s = time.perf_counter()
        parts = [read(offsets[:_TRIED])]
        rest = offsets[_TRIED:]
        if time.perf_counter() - before_s < _TRIED * _COLD_S:
            parts.append(read(rest))
        else:
            per_thread = -(-len(rest) // _N_THREADS) or 1
            some = [rest[n : n + per_thread] for n in range(0, len(rest), per_thread)]
            with ThreadPoolExecutor(_N_THREADS, thread_name_prefix="segy-read") as pool:
                parts += pool.map(read, some)
        raw = b"".join(parts)
        if len(raw) != numbers.size * size:
            raise self._cut_short()
        return np.frombuffer(raw, dtype=self._dtype)

    def slice(self, index: int) -> NDArray[Any]:
        """Return one sample of every trace.

        Parameters
        ----------
        index : int
            Sample number from 0.

        Returns
        -------
        ndarray, shape (n_traces,)
            A view of stored samples, in the order of the file.

        Raises
        ------
        ReadError
            If the file has become shorter since it was opened.
        """
        self._check_size()
        return self._mapped[:, index]

    def _check_size(self) -> None:
        """Refuse to touch a map beyond the end of the file, which would end the program."""
        path = self._layout.path
        status = path.stat() if self._file is None else os.fstat(self._file.number)
        if status.st_size < self._layout.end_of_traces:
            raise self._cut_short()

    def _run(self, file: _Descriptor, first: int, count: int) -> NDArray[Any]:
        layout = self._layout
        skipped = layout.trace_header_bytes
        length = count * layout.trace_bytes - skipped
        offset = layout.first_trace + first * layout.trace_bytes + skipped
        data = os.pread(file.number, length, offset)
        if len(data) != length:
            raise self._cut_short()
        strides = (layout.trace_bytes, self._dtype.itemsize)
        return np.ndarray((count, layout.n_samples), self._dtype, data, strides=strides)

    def _cut_short(self) -> ReadError:
        return ReadError(
            self._layout.path,
            "has become shorter since it was opened",
            hint="Wait until it is copied, then open it again.",
        )

    def _map(self) -> NDArray[Any]:
        layout = self._layout
        dtype = np.dtype(
            {
                "names": ["samples"],
                "formats": [(self._dtype, (layout.n_samples,))],
                "offsets": [layout.trace_header_bytes],
                "itemsize": layout.trace_bytes,
            }
        )
        traces = np.memmap(
            layout.path, dtype=dtype, mode="r", offset=layout.first_trace, shape=(layout.n_traces,)
        )
        return np.asarray(traces["samples"])


class _Descriptor:
    """A file descriptor that closes with its last user, be it on another thread."""

    def __init__(self, path: Path) -> None:
        self.number = os.open(path, os.O_RDONLY)

    def __del__(self) -> None:
        if hasattr(self, "number"):
            os.close(self.number)
