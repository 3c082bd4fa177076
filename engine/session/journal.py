"""Everything that was ever done to the labels of a project, in one file that only grows.

After a first line come records: lengths of header and payload and a checksum of
all three, each of four bytes, least first; then the header in JSON and the
payload. A record counts if all of it is there, so whatever interrupts the
writing, everything before it is whole.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from engine.errors import DataError, ReadError, WriteError
from engine.session.change_json import changes_from_json, changes_to_json
from engine.session.edits import Change

ACTIONS: Final = ("begin", "edit", "undo", "redo")

_FIRST_LINE = b"OUTCROP JOURNAL 1\n"
_FRAME = struct.Struct("<III")
_LENGTHS = struct.Struct("<II")
_LARGEST_HEADER = 1 << 26


@dataclass(frozen=True, slots=True)
class Record:
    """One step of the history of a project.

    Parameters
    ----------
    sequence : int
        Counts from 1 without gaps.
    utc : str
        When, ISO 8601.
    author : str
        Who.
    action : {"begin", "edit", "undo", "redo"}
        ``begin`` is the first and tells the class scheme.
    title : str
        What, in words.
    changes : tuple of Change, default ()
        What was changed; empty for undo and redo, which follow from what was before.
    """

    sequence: int
    utc: str
    author: str
    action: str
    title: str
    changes: tuple[Change, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the record as it is written."""
        changes, payload = changes_to_json(self.changes)
        header = json.dumps(
            {
                "sequence": self.sequence,
                "utc": self.utc,
                "author": self.author,
                "action": self.action,
                "title": self.title,
                "changes": changes,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode("utf-8", "surrogatepass")
        lengths = _LENGTHS.pack(len(header), len(payload))
        return _FRAME.pack(len(header), len(payload), _sum(lengths, header, payload)) + (
            header + payload
        )


@dataclass(frozen=True, slots=True)
class Journal:
    """What could be read of a journal.

    Parameters
    ----------
    records : tuple of Record
        In their order.
    ends : tuple of int
        Bytes up to the end of each of them.
    size : int
        Bytes of the file.
    note : str
        Why nothing was read behind `end`, in words; empty if all was.
    """

    records: tuple[Record, ...] = ()
    ends: tuple[int, ...] = ()
    size: int = 0
    note: str = ""

    @property
    def end(self) -> int:
        """Bytes up to the end of the last record."""
        return self.end_of(len(self.records))

    def end_of(self, sequence: int) -> int:
        """Return the bytes up to the end of a step; of the first line for 0."""
        return self.ends[sequence - 1] if sequence else min(self.size, len(_FIRST_LINE))

    @property
    def sequence(self) -> int:
        """Number of the last record; 0 if there is none."""
        return self.records[-1].sequence if self.records else 0


def read_journal(path: Path) -> Journal:
    """Read a journal up to the first record that is not whole.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    Journal
        With a note if the end was cut off, or something is damaged.

    Raises
    ------
    ReadError
        If it cannot be read at all or is no journal.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            first = file.read(len(_FIRST_LINE))
            # A shorter one is of a program that was killed when it began.
            if first != _FIRST_LINE[:size]:
                hint = "Choose the folder of a project, or restore the file from a backup."
                raise ReadError(path, "is no journal of labels", hint=hint)
            return _read(file, size)
    except OSError as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(
            path, f"cannot be read ({error.strerror})", hint="Check the disk."
        ) from error


class JournalWriter:
    """Adds records to a journal; used by one thread at a time.

    Parameters
    ----------
    path : pathlib.Path
        The file; made if it is not there.
    end : int, default 0
        Where the last whole record ends. What lies behind is put aside in a file
        beside it before anything is added.

    Raises
    ------
    WriteError
        If it cannot be written to.
    """

    def __init__(self, path: Path, end: int = 0) -> None:
        self._path = path
        try:
            # Without a buffer, nothing that failed can come later.
            self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
            self._put_aside(end)
            if end < len(_FIRST_LINE):
                self._file.seek(0)
                self._write(_FIRST_LINE)
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _refusal(path, error) from error

    def append(self, data: bytes) -> None:
        """Add records and wait until the disk has them.

        Parameters
        ----------
        data : bytes
            From `Record.to_bytes`, several may be joined.

        Raises
        ------
        WriteError
            If the disk does not take them; then none of them is there.
        """
        start = self._file.seek(0, os.SEEK_END)
        try:
            self._write(data)
            os.fsync(self._file.fileno())
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(start)
            raise _refusal(self._path, error) from error

    def close(self) -> None:
        """Give up the file."""
        self._file.close()

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def _put_aside(self, end: int) -> None:
        self._file.seek(end)
        rest = self._file.read()
        if rest and end >= len(_FIRST_LINE):
            number = 1
            while (aside := self._path.with_name(f"{self._path.name}-rest-{number}")).exists():
                number += 1
            aside.write_bytes(rest)
        self._file.truncate(end)


def _read(file: BinaryIO, size: int) -> Journal:
    records: list[Record] = []
    ends: list[int] = []
    note = ""
    try:
        for record, place in _records(file, size):
            if record.sequence != len(records) + 1:
                raise DataError(f"record {record.sequence} follows record {len(records)}")  # noqa: TRY301 - all damage is told in one place
            records.append(record)
            ends.append(place)
    except DataError as error:
        left = size - (ends[-1] if ends else len(_FIRST_LINE))
        note = f"{left} bytes behind step {len(records)} cannot be used: {error}"
    return Journal(tuple(records), tuple(ends), size, note)


def _records(file: BinaryIO, size: int) -> Iterator[tuple[Record, int]]:
    """Yield each record with the place of its end."""
    place = len(_FIRST_LINE)
    while place < size:
        frame = file.read(_FRAME.size)
        if len(frame) < _FRAME.size:
            raise DataError("the last step was not written completely")
        n_header, n_payload, expected = _FRAME.unpack(frame)
        place += _FRAME.size + n_header + n_payload
        # Before anything is allocated: the lengths themselves may be damaged.
        if place > size:
            raise DataError("the last step was not written completely")
        if n_header > _LARGEST_HEADER:
            raise DataError(f"a step with a header of {n_header} bytes")
        header, payload = file.read(n_header), file.read(n_payload)
        if _sum(frame[: _LENGTHS.size], header, payload) != expected:
            raise DataError("its checksum is wrong")
        yield _record(header, payload), place


def _record(header: bytes, payload: bytes) -> Record:
    try:
        value: Any = json.loads(header.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise DataError("a step is not JSON") from error
    match value:
        case {
            "sequence": int(sequence),
            "utc": str(utc),
            "author": str(author),
            "action": str(action),
            "title": str(title),
            "changes": changes,
        } if action in ACTIONS:
            known = changes_from_json(changes, payload)
            return Record(sequence, utc, author, action, title, known)
    raise DataError("a step is incomplete")


def _sum(*parts: bytes) -> int:
    value = 0
    for part in parts:
        value = zlib.crc32(part, value)
    return value


def _refusal(path: Path, error: OSError) -> WriteError:
    return WriteError(
        path,
        f"the last steps cannot be written down ({error.strerror or error})",
        hint="Free some space or check the disk; nothing is lost while the window is open.",
    )
