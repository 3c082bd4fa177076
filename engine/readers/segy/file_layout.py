"""The file's layout, as its headers and its size tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import ReadError
from engine.readers.segy.binary_header import (
    HEADER_BYTES,
    BinaryHeader,
    looks_like_segy,
)
from engine.readers.segy.sample_formats import FORMATS, SampleFormat
from engine.readers.segy.text_header import TEXT_BYTES, decode_text, ends_extended_text

_COPY_AGAIN = "The file is damaged or was not copied whole; copy or download it again."

OnFault = Callable[[ReadError], None]
"""Told of a fault behind which the traces can still be found; raises to refuse the file."""


@contextmanager
def telling_read_errors(path: Path) -> Iterator[None]:
    """Turn what the system says about a file into a `ReadError`."""
    try:
        yield
    except ReadError:
        raise
    except PermissionError as error:
        raise ReadError(
            path, "no permission to read it", hint="Ask its owner, or copy the file."
        ) from error
    except OSError as error:
        raise ReadError(
            path,
            f"cannot be read ({error.strerror or error})",
            hint="Check the disk, or copy the file.",
        ) from error


def refuse(error: ReadError) -> None:
    """Raise the fault: a file with it is not opened."""
    raise error


@dataclass(frozen=True, slots=True)
class FileLayout:
    """Where everything lies in a SEG-Y file of fixed trace length.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    size_bytes : int
        Its size.
    byte_order : {">", "<"}
        Big or little endian.
    revision : tuple of int
        Major and minor.
    sample_format : SampleFormat
        Of all traces.
    n_samples, n_traces : int
        Samples of a trace and traces of the file.
    first_trace : int
        Bytes before the first trace.
    trace_header_bytes : int
        240, more with extended trace headers.
    interval : float
        Binary header's sample interval, thousandths of ms (or of the depth
        unit); zero or negative when the header has none.
    measurement : int
        1 metres, 2 feet, 0 unknown.
    fixed_length : bool
        Whether the header warrants that all traces have one length.
    text : tuple of str
        Lines of the textual header.
    extended_text : tuple of tuple of str
        Lines of each extended textual header.
    """

    path: Path
    size_bytes: int
    byte_order: str
    revision: tuple[int, int]
    sample_format: SampleFormat
    n_samples: int
    n_traces: int
    first_trace: int
    trace_header_bytes: int
    interval: float
    measurement: int
    fixed_length: bool
    text: tuple[str, ...]
    extended_text: tuple[tuple[str, ...], ...]

    @property
    def trace_bytes(self) -> int:
        """Size of a trace with its header."""
        return self.trace_header_bytes + self.n_samples * self.sample_format.n_bytes

    @property
    def end_of_traces(self) -> int:
        """Bytes up to the end of the last trace."""
        return self.first_trace + self.n_traces * self.trace_bytes


def read_layout(
    path: Path, file: BinaryIO, size_bytes: int, on_fault: OnFault = refuse
) -> FileLayout:
    """Read the headers in front of the traces and check them against the size.

    Parameters
    ----------
    path : pathlib.Path
        Named in errors.
    file : binary file
        Opened for reading.
    size_bytes : int
        Size of the file.
    on_fault : callable, optional
        Told of a number of traces that does not fit the size. Raises it when left
        out; the whole traces of the file are taken if it returns.

    Returns
    -------
    FileLayout
        Consistent with the size: every trace lies within the file.

    Raises
    ------
    ReadError
        If the file is not SEG-Y, is cut short, promises more than it holds, or
        has a sample format that cannot be read.
    """
    head = file.read(HEADER_BYTES)
    if not looks_like_segy(head):
        raise ReadError(
            path,
            "is not SEG-Y: there is neither a text header nor a usable binary header",
            hint="Name a SEG-Y file (.sgy, .segy) with its 3600 bytes of headers.",
        )
    header = BinaryHeader(head[TEXT_BYTES:])
    sample_format = _sample_format(path, header)
    n_samples = header.n_samples
    if n_samples == 0:
        raise ReadError(
            path,
            "the binary header (bytes 3221-3222) says 0 samples a trace",
            hint=_COPY_AGAIN,
        )
    trace_bytes = header.trace_header_bytes + n_samples * sample_format.n_bytes
    texts = _read_extended_texts(path, file, size_bytes, header, trace_bytes)
    first_trace = _first_trace(path, header, size_bytes, HEADER_BYTES + TEXT_BYTES * len(texts))
    end = size_bytes - _trailer_bytes(header)
    n_traces = _count_traces(path, header, end - first_trace, trace_bytes, on_fault)
    return FileLayout(
        path=path,
        size_bytes=size_bytes,
        byte_order=header.byte_order,
        revision=header.revision,
        sample_format=sample_format,
        n_samples=n_samples,
        n_traces=n_traces,
        first_trace=first_trace,
        trace_header_bytes=header.trace_header_bytes,
        interval=header.interval,
        measurement=header.get(3255),
        fixed_length=header.revision[0] >= 1 and header.get(3503) == 1,
        text=tuple(decode_text(head[:TEXT_BYTES])),
        extended_text=tuple(tuple(decode_text(block)) for block in texts),
    )


def _sample_format(path: Path, header: BinaryHeader) -> SampleFormat:
    code = header.get(3225, "H")
    if code not in FORMATS:
        known = ", ".join(str(c) for c in FORMATS)
        raise ReadError(
            path,
            f"unknown sample format code {code} (bytes 3225-3226)",
            hint=f"Outcrop reads the codes {known}; convert the file to 1 or 5.",
        )
    return FORMATS[code]


def _read_extended_texts(
    path: Path, file: BinaryIO, size_bytes: int, header: BinaryHeader, trace_bytes: int
) -> list[bytes]:
    count = header.get(3505)
    room = (size_bytes - HEADER_BYTES) // TEXT_BYTES
    if header.revision[0] == 0 and count != 0:
        # Bytes that revision 0 leaves free may hold anything; the size decides.
        fits = (size_bytes - HEADER_BYTES - TEXT_BYTES * count) % trace_bytes == 0
        count = count if 0 < count <= room and fits else 0
    if count > room:
        raise ReadError(
            path,
            f"the header promises {count} extended text headers; the file has room for {room}",
            hint=_COPY_AGAIN,
        )
    texts: list[bytes] = []
    while len(texts) < (count if count >= 0 else room):
        texts.append(file.read(TEXT_BYTES))
        if count < 0 and ends_extended_text(texts[-1]):
            return texts
    if count < 0:
        raise ReadError(path, "extended text headers have no ((SEG: EndText))", hint=_COPY_AGAIN)
    return texts


def _first_trace(path: Path, header: BinaryHeader, size_bytes: int, default: int) -> int:
    offset = header.get(3521, "Q") if header.revision[0] >= 2 else 0
    if offset == 0:
        return default
    if not default <= offset < size_bytes:
        raise ReadError(
            path,
            f"the header puts the first trace at byte {offset}; the file has {size_bytes} bytes",
            hint=_COPY_AGAIN,
        )
    return offset


def _trailer_bytes(header: BinaryHeader) -> int:
    return max(header.get(3529, "i"), 0) * TEXT_BYTES if header.revision[0] >= 2 else 0


def _count_traces(
    path: Path, header: BinaryHeader, room: int, trace_bytes: int, on_fault: OnFault
) -> int:
    n_traces, rest = divmod(max(room, 0), trace_bytes)
    if n_traces == 0:
        raise ReadError(
            path,
            f"the header promises traces of {header.n_samples} samples ({trace_bytes} bytes), "
            f"but {max(room, 0)} bytes follow the headers",
            hint=_COPY_AGAIN,
        )
    if rest:
        text = (
            f"ends in the middle of trace {n_traces + 1}: {rest} of {trace_bytes} bytes "
            f"({header.n_samples} samples a trace)"
        )
        on_fault(ReadError(path, text, hint=_COPY_AGAIN))
    if header.n_promised > n_traces:
        text = f"the header promises {header.n_promised} traces, the file has {n_traces}"
        on_fault(ReadError(path, text, hint=_COPY_AGAIN))
    return n_traces
