"""Whether something can be written to a place, found out by trying."""

from __future__ import annotations

import os
import secrets
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
