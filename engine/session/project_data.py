"""Where the data of a project are now."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from engine.core.fingerprint import fingerprint_folder, fingerprint_head
from engine.errors import ReadError
from engine.session.project_file import DataReference

_MOST_NEIGHBOURS = 2000


class DataMovedError(ReadError):
    """The data of a project are not where they were.

    Parameters
    ----------
    path : pathlib.Path
        The project folder.
    data : DataReference
        What was looked for.
    found : pathlib.Path, optional
        What has its name and place, but is something else.
    """

    def __init__(self, path: Path, data: DataReference, found: Path | None = None) -> None:
        message = f"its data, {data.name}, are not found"
        if found is not None:
            message = f"{found} is not the {data.name} that was labelled"
        super().__init__(path, message, hint="Say where they are now.")
        self.data = data


def fingerprint_data(path: Path) -> str:
    """Fingerprint a file, or a folder by the names and sizes of the files in it.

    Parameters
    ----------
    path : pathlib.Path
        A data file, or a folder of them.

    Returns
    -------
    str
        32 hexadecimal digits; see `fingerprint_head` and `fingerprint_folder`.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    return fingerprint_folder(path) if path.is_dir() else fingerprint_head(path)


def refer_to(
    data: Path, project: Path, options: Mapping[str, Any], fingerprint: str | None = None
) -> DataReference:
    """Describe data as a project keeps them.

    Parameters
    ----------
    data : pathlib.Path
        The file or folder.
    project : pathlib.Path
        The project folder, which need not be there yet.
    options : mapping of str to object
        For the reader.
    fingerprint : str, optional
        If it is known already; empty for data that could not be read.

    Returns
    -------
    DataReference
        With the path seen from the project.

    Raises
    ------
    ReadError
        If the data cannot be read.
    """
    try:
        fingerprint = fingerprint_data(data) if fingerprint is None else fingerprint
    except OSError as error:
        raise ReadError(data, f"cannot be read ({error.strerror})", hint="Check it.") from error
    return DataReference(_seen_from(data, project), data.name, fingerprint, options)


def find_data(project: Path, data: DataReference) -> Path:
    """Find the data of a project: where they were, or beside the project.

    Parameters
    ----------
    project : pathlib.Path
        The project folder.
    data : DataReference
        As its file tells.

    Returns
    -------
    pathlib.Path
        A file or folder with the right fingerprint.

    Raises
    ------
    DataMovedError
        If there is none; another file in its place is told.
    """
    place = Path(os.path.normpath(project.absolute() / data.path))
    if _is_same(place, data):
        return place
    beside = [project.absolute().parent, project.absolute()]
    for folder in beside:
        named = folder / data.name
        if _is_same(named, data):
            return named
    for folder in beside:
        for path in sorted(islice(folder.iterdir(), _MOST_NEIGHBOURS)):
            if path.suffix.lower() == Path(data.name).suffix.lower() and _is_same(path, data):
                return path
    raise DataMovedError(project, data, place if place.exists() else None)


def check_same(path: Path, data: DataReference) -> None:
    """Check that a file that the user named is the one that was labelled.

    Raises
    ------
    ReadError
        If it is another one.
    """
    if not _is_same(path, data):
        raise ReadError(
            path,
            f"is not the {data.name} that was labelled",
            hint="Choose that file, or begin a new project with this one.",
        )


def _is_same(path: Path, data: DataReference) -> bool:
    try:
        # Without a fingerprint, the data could not be read when the project was made.
        known = data.fingerprint
        return path.exists() and (not known or fingerprint_data(path) == known)
    except OSError:
        return False


def _seen_from(data: Path, project: Path) -> str:
    try:
        return Path(os.path.relpath(data.absolute(), project.absolute())).as_posix()
    except ValueError:  # another drive
        return data.absolute().as_posix()
