"""What a reader offers."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from engine.core.volume import Volume
from engine.errors import SettingsError
from engine.jobs.context import JobContext


class Confidence(enum.IntEnum):
    """How sure a reader is that a file is its own."""

    NO = 0
    EXTENSION = 1
    SIGNATURE = 2
    NAMED = 3
    """A file beside it says so."""


@dataclass(frozen=True, slots=True)
class ReaderInfo:
    """A reader's name and the files it is for.

    Parameters
    ----------
    name : str
        Its key, such as ``segy``.
    title : str
        For people.
    extensions : tuple of str
        Lower case, with the dot.
    folders : bool, default False
        Whether it also opens folders of files as one.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    folders: bool = False


class Reader(Protocol):
    """Opens files of one format; made without arguments."""

    info: ReaderInfo

    def sniff(self, path: Path) -> Confidence:
        """Judge a file by its first kilobytes, or a folder by its files."""

    def open(self, path: Path, **options: Any) -> Volume:
        """Open a file without reading its samples.

        Raises
        ------
        ReadError
            If the file is damaged or not of this format.
        SettingsError
            If an option is unknown or has a value it cannot have.
        """


@runtime_checkable
class QuickReader(Protocol):
    """A reader that opens some files sooner than `Reader.open`, or tells what they wait for."""

    def open_at_once(self, path: Path, job: JobContext, /, **options: Any) -> Volume:
        """Open a file to look at it, by what a part of its headers tells where that suffices.

        The job is checked and told where it takes longer. Errors as `Reader.open`.
        """


def refuse_unknown(options: Mapping[str, Any], known: type, subject: str) -> None:
    """Refuse options that a reader does not have.

    Parameters
    ----------
    options : mapping
        Names and values that were given.
    known : type
        The dataclass whose fields are the reader's options.
    subject : str
        Who has them, for the message, such as ``images have``.

    Raises
    ------
    SettingsError
        On the first unknown name.
    """
    names = [field.name for field in fields(known)]
    for name in options:
        if name not in names:
            wrong, *rest = (f"--{word.replace('_', '-')}" for word in (name, *names))
            raise SettingsError(
                f"{subject} no option {wrong}", hint=f"Options are {', '.join(rest)}."
            )
