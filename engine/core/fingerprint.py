"""Hashes that tell whether two things are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

_BLOCK = 1 << 22


def sha256_file(path: Path, *, check: Callable[[], None] | None = None) -> str:
    """Hash a file.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    check : callable, optional
        Called once for each 4 MiB; may raise to stop.

    Returns
    -------
    str
        SHA-256, 64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if check is not None:
                check()
            digest.update(block)
    return digest.hexdigest()


def fingerprint_json(value: Any) -> str:
    """Hash a JSON value; the order of keys does not matter.

    Parameters
    ----------
    value : object
        Anything `json.dumps` takes.

    Returns
    -------
    str
        The first 16 hexadecimal digits of the SHA-256.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
