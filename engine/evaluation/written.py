"""Writing the files of a report: all of a file or nothing."""

from __future__ import annotations

import csv
import io
import json
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.core.writable import try_place
from engine.errors import WriteError


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file under a temporary name and rename it.

    Parameters
    ----------
    path : pathlib.Path
        Its folder is made if it is not there.
    data : bytes
        The contents.

    Raises
    ------
    WriteError
        If it cannot be written; what was there before is then still there.
    """
    staging = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staging.write_bytes(data)
        staging.replace(path)
    except OSError as error:
        raise WriteError(
            path,
            f"cannot be written ({error.strerror})",
            hint="Choose another place, or free some space.",
        ) from error
    finally:
        with suppress(OSError):
            staging.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Refuse a place for a file before any time is spent.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folders need not be there.

    Raises
    ------
    WriteError
        If it is a folder, or the folder above cannot be written to.
    """
    if path.is_dir():
        raise WriteError(path, "is a folder", hint="Name a file.")
    try_place(path)


def write_json(path: Path, value: Any) -> None:
    """Write JSON; see `write_bytes`."""
    write_bytes(path, (json.dumps(value, indent=2, allow_nan=False) + "\n").encode())


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table as CSV.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    header : sequence of str
        Titles of the columns.
    rows : iterable of sequence
        Values; None becomes an empty cell, numbers keep all their digits.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_bytes(path, stream.getvalue().encode())
