"""Hashes that tell whether two things are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

_BLOCK = 1 << 22
_HEAD = 1 << 16
_MOST_FILES = 100_000


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


def sha256_known(path: Path) -> str:
    """Hash a file once for as long as it stays the same.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    str
        As `sha256_file`; from memory if place, size and times of the file are those
        of an earlier call. Whether a file is damaged, only `sha256_file` tells.
    """
    about = path.stat()
    return _sha256_of(path, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)


@lru_cache(maxsize=256)
def _sha256_of(path: Path, *_state: int) -> str:
    return sha256_file(path)


def fingerprint_head(path: Path) -> str:
    """Hash the size and the first 64 KiB of a file, to know it again wherever it lies.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    str
        The first 32 hexadecimal digits of the SHA-256.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    size = path.stat().st_size
    return hashlib.sha256(size.to_bytes(8, "big") + head).hexdigest()[:32]


def fingerprint_folder(path: Path) -> str:
    """Hash the names and sizes of all files in a folder, to know it again wherever it lies.

    Parameters
    ----------
    path : pathlib.Path
        The folder; of more than 100 000 files only as many count.

    Returns
    -------
    str
        The first 32 hexadecimal digits of the SHA-256.
    """
    digest = hashlib.sha256()
    for file in sorted(islice((p for p in path.rglob("*") if p.is_file()), _MOST_FILES)):
        digest.update(f"{file.relative_to(path).as_posix()}\n{file.stat().st_size}\n".encode())
    return digest.hexdigest()[:32]


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
