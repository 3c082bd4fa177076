"""How a file is to be opened, kept as JSON: to hand on, and remembered per file.

A file is known again by its size and its first bytes, a Zarr store by the names and
sizes of its files and the first bytes of its largest chunk, so that a copy elsewhere is
opened the same way, and another file of the same name is not.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import platformdirs

from engine.core.fingerprint import fingerprint_folder, fingerprint_head
from engine.core.writable import write_bytes
from engine.errors import EngineError, ReadError
from engine.readers.zarr_stores import is_zarr_store

_FORMAT = "outcrop-geometry"
_VERSION = 1
_LARGEST_BYTES = 100_000
_MOST_FILES = 100_000


def write_geometry_file(path: Path, options: Mapping[str, Any], *, source: Path) -> None:
    """Write the options that open a file.

    Parameters
    ----------
    path : pathlib.Path
        The JSON file; replaced if it is there.
    options : mapping of str to object
        For the reader; JSON values.
    source : pathlib.Path
        The data file they are for; its name and fingerprint are written too.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    value = {
        "format": _FORMAT,
        "version": _VERSION,
        "file": {"name": source.name, "fingerprint": _fingerprint(source)},
        "options": dict(options),
    }
    write_bytes(path, (json.dumps(value, indent=2, allow_nan=False) + "\n").encode())


def read_geometry_file(path: Path) -> dict[str, Any]:
    """Read options that `write_geometry_file` wrote, perhaps for another file.

    Parameters
    ----------
    path : pathlib.Path
        The JSON file.

    Returns
    -------
    dict
        Options for `open_volume`, which judges their values.

    Raises
    ------
    ReadError
        If it cannot be read or is no such file.
    """
    hint = "Name a file that 'outcrop headers FILE --export' wrote."
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_BYTES + 1)
        value = json.loads(text) if len(text) <= _LARGEST_BYTES else None
    except OSError as error:
        raise ReadError(path, f"cannot be read ({error.strerror or error})", hint=hint) from error
    except (ValueError, RecursionError) as error:
        raise ReadError(path, "is not JSON", hint=hint) from error
    if not isinstance(value, dict) or value.get("format") != _FORMAT:
        raise ReadError(path, "is no geometry file", hint=hint)
    if value.get("version") != _VERSION:
        raise ReadError(
            path,
            f"is a geometry file of version {value.get('version')!r}; this program reads "
            f"version {_VERSION}",
            hint="Update Outcrop.",
        )
    options = value.get("options")
    if not isinstance(options, dict):
        raise ReadError(path, "holds no options", hint=hint)
    return options


def can_remember(path: Path) -> bool:
    """Tell whether data can be known again: a file or a Zarr store, no other folder."""
    return path.is_file() or is_zarr_store(path)


def recall_options(path: Path) -> dict[str, Any]:
    """Return the options that were remembered for a file.

    Parameters
    ----------
    path : pathlib.Path
        The data file, or the folder of a Zarr store.

    Returns
    -------
    dict
        Empty if none are, or they cannot be read any more.
    """
    try:
        return read_geometry_file(_place(path)) if can_remember(path) else {}
    except (OSError, EngineError):
        return {}


def remember_options(path: Path, options: Mapping[str, Any]) -> None:
    """Open a file this way from now on.

    Parameters
    ----------
    path : pathlib.Path
        The data file, or the folder of a Zarr store.
    options : mapping of str to object
        For its reader; an empty one forgets what was remembered.

    Raises
    ------
    WriteError
        If it cannot be written down.
    """
    if options:
        write_geometry_file(_place(path), options, source=path)
        return
    with suppress(OSError):
        _place(path).unlink(missing_ok=True)


def _fingerprint(path: Path) -> str:
    if not path.is_dir():
        return fingerprint_head(path)
    files = sorted(islice((file for file in path.rglob("*") if file.is_file()), _MOST_FILES))
    # Stores of equal shape that are not compressed differ in their samples alone.
    chunks = [file for file in files if file.suffix != ".json" and file.name[0] != "."]
    largest = max(chunks or files, key=lambda file: file.stat().st_size)
    both = fingerprint_folder(path) + fingerprint_head(largest)
    return hashlib.sha256(both.encode()).hexdigest()[:32]


def _place(path: Path) -> Path:
    given = os.environ.get("OUTCROP_CONFIG")
    root = Path(given) if given else Path(platformdirs.user_config_dir("outcrop"))
    return root / "geometry" / f"{_fingerprint(path)}.json"
