"""Writing files: whether a place can be written to, and all of a file or nothing."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from engine.errors import WriteError


def try_place(path: Path) -> None:
    """Make and remove a folder where a path is to be written.

    Permissions do not tell: some places refuse even those who have them.

    Parameters
    ----------
    path : pathlib.Path
        A file or folder to be made; the folders above it need not be there.

    Raises
    ------
    WriteError
        If nothing can be made in the nearest folder above it that is there.
    """
    parent = next(Path(above) for above in path.absolute().parents if os.path.lexists(above))
    trial = parent / f".{path.name}.{secrets.token_hex(4)}.part"
    try:
        trial.mkdir()
        trial.rmdir()
    except OSError as error:
        raise WriteError(
            path,
            f"{parent} cannot be written to ({error.strerror or error})",
            hint="Choose another folder.",
        ) from error


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


def make_folder(target: Path, fill: Callable[[Path], None]) -> None:
    """Make a folder under a temporary name beside its place and rename it.

    Parameters
    ----------
    target : pathlib.Path
        Must not be there yet; the folders above it are made.
    fill : callable
        Gets the folder under its temporary name and puts into it what belongs there.

    Raises
    ------
    WriteError
        If it cannot be made or is there already.
    """
    if target.exists():
        raise WriteError(target, "exists", hint="Choose another name.")
    staging = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        staging.mkdir(parents=True)
        fill(staging)
        staging.rename(target)
    except OSError as error:
        if isinstance(error, WriteError):
            raise
        raise WriteError(
            target,
            f"cannot be written ({error.strerror or error})",
            hint="Choose another place, or free some space.",
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
