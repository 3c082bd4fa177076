"""Finds the reader for a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.core.volume import Volume
from engine.errors import PluginError, ReadError, SettingsError, UnknownFormatError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.base import Confidence, QuickReader, Reader
from engine.readers.readable import check_readable
from engine.readers.registry import readers


def find_readers(path: Path) -> list[Reader]:
    """Find the readers that may know a file.

    Parameters
    ----------
    path : pathlib.Path
        The file, or a folder of files that are one.

    Returns
    -------
    list of Reader
        The surest first; in the order of the registry among equals.

    Raises
    ------
    ReadError
        If the file cannot be opened or no reader knows it.
    """
    folder = path.is_dir()
    if not folder:
        check_readable(path)
    found: list[tuple[Confidence, Reader]] = []
    titles: list[str] = []
    registry = readers()
    for name in registry.names():
        try:
            reader = registry.load(name)()
        except PluginError:
            continue  # recorded by the registry; the other readers still work
        titles.append(reader.info.title)
        if folder and not reader.info.folders:
            continue
        confidence = reader.sniff(path)
        if confidence is not Confidence.NO:
            found.append((confidence, reader))
    if not found and folder:
        raise ReadError(
            path,
            "is a folder that no reader knows",
            hint="Name a file, a folder of consecutive DAS files, or a Zarr or MDIO store.",
        )
    if not found:
        raise ReadError(
            path,
            "no reader knows this file",
            hint=f"Outcrop reads: {'; '.join(sorted(titles))}.",
        )
    return [reader for _, reader in sorted(found, key=lambda pair: -pair[0])]


def open_volume(path: Path, *, reader: str | None = None, **options: Any) -> Volume:
    """Open a file with the reader that fits it.

    Parameters
    ----------
    path : pathlib.Path
        The file, or a folder of files that are one.
    reader : str, optional
        Name of the reader to use; found by the file when left out.
    **options
        Passed on to the reader.

    Returns
    -------
    Volume
        Opened; its samples are read on demand.

    Raises
    ------
    ReadError
        If the file cannot be opened, no reader knows it, or it is damaged.
    SettingsError
        If there is no such reader, or an option is unknown or outside its range.
    """
    return _open(path, reader, lambda found: found.open(path, **options))


def open_at_once(
    path: Path, job: JobContext = NULL_JOB, *, reader: str | None = None, **options: Any
) -> Volume:
    """Open a file to look at it, by a part of its headers where that suffices.

    What is shown so may turn out to be less regular than the part tells: see
    `engine.readers.segy.confirmation`. Training and exports use `open_volume`.

    Parameters
    ----------
    path : pathlib.Path
        The file, or a folder of files that are one.
    job : JobContext, optional
        Checked and told where much has to be read after all.
    reader : str, optional
        Name of the reader to use; found by the file when left out.
    **options
        Passed on to the reader.

    Returns
    -------
    Volume
        As `open_volume`.

    Raises
    ------
    ReadError
        As `open_volume`.
    SettingsError
        As `open_volume`.
    JobCancelledError
        If the job is cancelled.
    """

    def open_with(found: Reader) -> Volume:
        if isinstance(found, QuickReader):
            return found.open_at_once(path, job, **options)
        return found.open(path, **options)

    return _open(path, reader, open_with)


def _open(path: Path, reader: str | None, open_with: Callable[[Reader], Volume]) -> Volume:
    if reader is None:
        return _open_first(find_readers(path), open_with)
    registry = readers()
    if reader not in registry.names():
        raise SettingsError(
            f"there is no reader {reader!r}", hint=f"Name one of {', '.join(registry.names())}."
        )
    if not path.is_dir():
        check_readable(path)
    return open_with(registry.load(reader)())


def _open_first(candidates: list[Reader], open_with: Callable[[Reader], Volume]) -> Volume:
    """Open a file with the surest reader that finds its format known."""
    *others, last = candidates
    for reader in others:
        try:
            return open_with(reader)
        except UnknownFormatError:
            continue  # what several formats share was all that it knew of the file
    return open_with(last)
