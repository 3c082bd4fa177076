"""Writing the files of a report: all of a file or nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from engine.core.writable import try_place, write_bytes
from engine.errors import WriteError


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
