"""Projects that nobody has given a name yet, so that nothing is ever lost."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import platformdirs

from engine.errors import ReadError
from engine.session.project_data import fingerprint_data
from engine.session.project_file import SUFFIX, read_project_file


def untitled_folder() -> Path:
    """Return the folder of untitled projects: below OUTCROP_DATA or the user's data folder."""
    given = os.environ.get("OUTCROP_DATA")
    root = Path(given) if given else Path(platformdirs.user_data_dir("outcrop", appauthor=False))
    return root / "projects"


def new_untitled() -> Path:
    """Return a place for an untitled project, which is not there yet."""
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S")
    return untitled_folder() / f"untitled-{stamp}-{secrets.token_hex(2)}{SUFFIX}"


def is_untitled(folder: Path) -> bool:
    """Tell whether a project is one of those without a name."""
    return folder.absolute().parent == untitled_folder().absolute()


def untitled_of(data: Path, options: Mapping[str, Any]) -> Iterator[Path]:
    """Find untitled projects of data that are opened in a certain way.

    Parameters
    ----------
    data : pathlib.Path
        The data file or folder.
    options : mapping of str to object
        For its reader; others may make other sections of it.

    Yields
    ------
    pathlib.Path
        Project folders, the newest first.

    Raises
    ------
    OSError
        If the data cannot be read.
    """
    folder = untitled_folder()
    candidates = sorted(folder.glob(f"untitled-*{SUFFIX}"), reverse=True)
    fingerprint = fingerprint_data(data) if candidates else ""
    for path in candidates:
        try:
            known = read_project_file(path).data
        except ReadError:
            continue
        if known.fingerprint == fingerprint and dict(known.options) == dict(options):
            yield path
