"""What a reader offers."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from engine.core.volume import Volume


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
