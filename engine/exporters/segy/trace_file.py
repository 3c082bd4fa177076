"""One SEG-Y file that takes the headers of another and new samples."""

from __future__ import annotations

import errno
import os
import secrets
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import WriteError
from engine.exporters.segy.source import SegyLayout, SegySource
from engine.jobs.context import JobContext

FORMAT_OFFSET = 3224
"""Bytes before the sample format code, a two-byte integer."""

_BLOCK_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Encoding:
    """How samples are stored.

    Parameters
    ----------
    code : int
        SEG-Y sample format code.
    kind : str
        NumPy kind and size.
    """

    code: int
    kind: str


class TraceFile:
    """A file under a temporary name, laid out in full with a no-data value.

    Every byte is written at once, so that a full disk shows before any work is
    done; afterwards samples are only overwritten in place.

    Parameters
    ----------
    source : SegySource
        Gives text, binary and trace headers, byte for byte.
    path : pathlib.Path
        The final name.
    encoding : Encoding
        Of the samples.
    no_data : float
        What all samples hold at first.

    Raises
    ------
    WriteError
        If the file cannot be made.
    """

    def __init__(
        self, source: SegySource, path: Path, encoding: Encoding, *, no_data: float
    ) -> None:
        self.path = path
        self.temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        self._source = source
        self._layout = source.layout
        self._encoding = encoding
        self._no_data = no_data
        self._dtype = np.dtype(source.layout.byte_order + encoding.kind)
        self._lock = threading.Lock()
        self._map: NDArray[Any] | None = None
        try:
            descriptor = os.open(
                self.temporary,
                os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0),
                0o666,
            )
        except OSError as error:
            raise failure(path, error) from error
        self._file = os.fdopen(descriptor, "r+b", buffering=0)

    @property
    def size_bytes(self) -> int:
        """Size of the whole file."""
        return output_size(self._layout, self._encoding)

    @property
    def _trace_bytes(self) -> int:
        return self._layout.trace_header_bytes + self._layout.n_samples * self._dtype.itemsize

    def lay_out(self, job: JobContext) -> None:
        """Copy all headers and fill all samples with the no-data value.

        Parameters
        ----------
        job : JobContext
            Checked before each block of traces.

        Raises
        ------
        WriteError
            If the disk is full or fails.
        """
        layout = self._layout
        with self._source.path.open("rb") as source:
            head = bytearray(source.read(layout.first_trace))
            struct.pack_into(layout.byte_order + "h", head, FORMAT_OFFSET, self._encoding.code)
            self._append(head)
            per_block = max(_BLOCK_BYTES // layout.trace_bytes, 1)
            for start in range(0, layout.n_traces, per_block):
                job.check()
                job.report(start, layout.n_traces, "headers")
                n_traces = min(per_block, layout.n_traces - start)
                self._append(self._fresh(source.read(n_traces * layout.trace_bytes)))
            source.seek(layout.end_of_traces)
            self._append(source.read())

    def write_traces(self, traces: NDArray[np.int64], samples: NDArray[Any]) -> None:
        """Overwrite whole traces.

        Parameters
        ----------
        traces : ndarray of int64, shape (n,)
            Trace numbers from 0.
        samples : ndarray, shape (n, n_samples)
            Their samples.

        Raises
        ------
        WriteError
            If the disk fails.
        """
        stored = np.ascontiguousarray(samples, dtype=self._dtype)
        first = self._layout.first_trace + self._layout.trace_header_bytes
        try:
            for trace, row in zip(traces.tolist(), stored, strict=True):
                self._write_at(first + trace * self._trace_bytes, row)
        except OSError as error:
            raise failure(self.path, error) from error

    def write_slice(self, index: int, samples: NDArray[Any]) -> None:
        """Overwrite one sample of every trace.

        Parameters
        ----------
        index : int
            Sample number from 0.
        samples : ndarray, shape (n_traces,)
            Values in the order of the file.
        """
        self._mapped()[:, index] = samples

    def finish(self) -> None:
        """Bring everything to the disk and close the file.

        Raises
        ------
        WriteError
            If the disk fails.
        """
        try:
            if isinstance(self._map, np.memmap):
                self._map.flush()
            self._map = None
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise failure(self.path, error) from error

    def publish(self, *, overwrite: bool) -> None:
        """Give the file its final name.

        Parameters
        ----------
        overwrite : bool
            Whether a file of that name is replaced; it may have come while this
            one was written.

        Raises
        ------
        WriteError
            If that is not possible, or there is such a file and it must stay.
        """
        try:
            if not overwrite:
                # Only one writer can make the name; what it holds then is replaced at once.
                os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            self._take_name(claimed=not overwrite)
        except FileExistsError as error:
            raise WriteError(
                self.path,
                "exists: another program wrote it meanwhile",
                hint="Choose another name, or allow overwriting.",
            ) from error
        except OSError as error:
            raise failure(self.path, error) from error

    def _take_name(self, *, claimed: bool) -> None:
        try:
            self.temporary.replace(self.path)
        except OSError:
            if claimed:
                self.path.unlink(missing_ok=True)
            raise

    def discard(self) -> None:
        """Close and remove the temporary file, if it is still there."""
        self._map = None
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self.temporary.unlink(missing_ok=True)

    def _fresh(self, block: bytes) -> bytes:
        """Return traces with the headers of `block` and no data."""
        header_bytes = self._layout.trace_header_bytes
        old = np.frombuffer(block, dtype=np.uint8).reshape(-1, self._layout.trace_bytes)
        new = np.empty(
            len(old),
            dtype=[
                ("header", np.uint8, (header_bytes,)),
                ("samples", self._dtype, (self._layout.n_samples,)),
            ],
        )
        new["header"] = old[:, :header_bytes]
        new["samples"] = self._no_data
        return new.tobytes()

    def _append(self, data: bytes | bytearray) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise failure(self.path, error) from error

    def _write_at(self, offset: int, row: NDArray[Any]) -> None:
        data = row.tobytes()
        if hasattr(os, "pwrite"):
            written = os.pwrite(self._file.fileno(), data, offset)
        else:
            with self._lock:
                self._file.seek(offset)
                written = self._file.write(data)
        if written != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _mapped(self) -> NDArray[Any]:
        with self._lock:
            if self._map is None:
                traces = np.memmap(
                    self.temporary,
                    dtype=np.dtype(
                        {
                            "names": ["samples"],
                            "formats": [(self._dtype, (self._layout.n_samples,))],
                            "offsets": [self._layout.trace_header_bytes],
                            "itemsize": self._trace_bytes,
                        }
                    ),
                    mode="r+",
                    offset=self._layout.first_trace,
                    shape=(self._layout.n_traces,),
                )
                self._map = traces["samples"]
            return self._map


def output_size(layout: SegyLayout, encoding: Encoding) -> int:
    """Return the size of a file with these headers and another encoding.

    Parameters
    ----------
    layout : SegyLayout
        Of the source.
    encoding : Encoding
        Of the output.

    Returns
    -------
    int
        Bytes.
    """
    sample_bytes = layout.n_traces * layout.n_samples * int(encoding.kind[1:])
    headers = layout.first_trace + layout.n_traces * layout.trace_header_bytes
    return headers + sample_bytes + layout.size_bytes - layout.end_of_traces


def failure(path: Path, error: OSError) -> WriteError:
    """Turn a failed system call into an error for the user.

    Parameters
    ----------
    path : pathlib.Path
        The output.
    error : OSError
        What the system said.

    Returns
    -------
    WriteError
        To be raised from `error`.
    """
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return WriteError(
            path,
            f"the disk is full or a file may not grow so large ({error.strerror})",
            hint="Free some space or write to another disk.",
        )
    if isinstance(error, PermissionError):
        return WriteError(path, "no permission to write there", hint="Choose another folder.")
    return WriteError(
        path, f"cannot be written ({error.strerror or error})", hint="Choose another folder."
    )
