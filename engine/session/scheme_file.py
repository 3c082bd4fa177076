"""Class schemes as JSON files."""

from __future__ import annotations

import json
from pathlib import Path

from engine.core.writable import write_bytes
from engine.errors import DataError, ReadError
from engine.session.label_scheme import LabelScheme

_MOST_BYTES = 1 << 20
_HINT = 'Give a list of classes, each with "name" and "color" ("#rrggbb").'


def read_scheme(path: Path) -> LabelScheme:
    """Read what `write_scheme` wrote, or a plain list of classes.

    Parameters
    ----------
    path : pathlib.Path
        A JSON file of at most 1 MiB.

    Returns
    -------
    LabelScheme
        Classes and locks.

    Raises
    ------
    ReadError
        If the file cannot be read or is no class scheme.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ReadError(path, f"cannot be read ({error.strerror})", hint="Check it.") from error
    if len(raw) > _MOST_BYTES:
        raise ReadError(path, "is over 1 MiB, too long for a class scheme", hint=_HINT)
    try:
        return LabelScheme.from_json(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise ReadError(path, "is no JSON file", hint=_HINT) from error
    except DataError as error:
        raise ReadError(path, str(error), hint=error.hint or _HINT) from error


def write_scheme(path: Path, scheme: LabelScheme) -> Path:
    """Write names, colours and locks of the classes; return the path.

    Raises
    ------
    WriteError
        If it cannot be written.
    """
    text = json.dumps(scheme.to_json(), indent=2, ensure_ascii=False)
    write_bytes(path, f"{text}\n".encode())
    return path
