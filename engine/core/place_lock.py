"""A lock on the place of a result, so that two processes never write to the same one.

The lock is one of the operating system's, on a file beside the place. It ends
with the process that holds it, however that ends; a file that was left behind by
a killed one locks nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.errors import WriteError

if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> None:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error

else:
    import fcntl

    def _take(file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            # Some network disks know no locks; work there goes on without.
            return


class PlaceTakenError(WriteError):
    """Another process has the place."""


@contextmanager
def place_lock(out: Path, *, taken: str, hint: str) -> Iterator[None]:
    """Keep other processes away from a place.

    Parameters
    ----------
    out : pathlib.Path
        A folder that is there or will be; the folders above it are made.
    taken : str
        What is said of it if another process has it.
    hint : str
        And what to do then.

    Yields
    ------
    None
        The lock is held until the block ends. Its file is removed then, and so are
        the folders that were made for it if nothing else is in them.

    Raises
    ------
    PlaceTakenError
        If another process holds the lock.
    WriteError
        If the place cannot be written to.
    """
    place = out.absolute()
    path = place.with_name(f".{place.name}.lock")
    try:
        made = [folder for folder in place.parents if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        file = _locked(path)
    except BlockingIOError as error:
        raise PlaceTakenError(out, taken, hint=hint) from error
    except OSError as error:
        raise WriteError(
            out,
            f"{path.parent} cannot be written to ({error.strerror})",
            hint="Choose another folder.",
        ) from error
    try:
        yield
    finally:
        _release(path, file)
        with suppress(OSError):  # what is in use stays
            for folder in made:
                folder.rmdir()


def _locked(path: Path) -> int:
    """Open a file and lock it; `BlockingIOError` if another process has."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _take(file)
            # Its holder may have removed it since: then the lock is on no file.
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        except FileNotFoundError:
            pass
        except OSError:
            os.close(file)
            raise
        os.close(file)


def _release(path: Path, file: int) -> None:
    """Remove the file, then end the lock; Windows removes no file that is open."""
    if sys.platform == "win32":
        os.close(file)
    with suppress(OSError):
        path.unlink()
    if sys.platform != "win32":
        os.close(file)
