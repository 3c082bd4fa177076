"""The folder of display copies: finds, makes room, removes."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engine.core.volume import Volume
from engine.errors import WriteError
from engine.readers.display.display_copy import DisplayCopy
from engine.readers.display.record import (
    RECORD,
    CopyRecord,
    SourceState,
    can_be_copied,
    copy_name,
)

DEFAULT_LIMIT = 20_000_000_000
"""Bytes; three copies in 8 bits take three quarters of a volume of 32."""

_NAME = re.compile(r"[0-9a-f]{16}(\.[0-9a-f]{8}\.part)?")


@dataclass(frozen=True, slots=True)
class CopyEntry:
    """A copy as it is listed.

    Parameters
    ----------
    folder : pathlib.Path
        Where it lies.
    source : str
        Path of the file it was made from; empty for what was left unfinished.
    n_bytes : int
        Room that it takes on the disk.
    used_at : float
        When it was used last, seconds since 1970.
    """

    folder: Path
    source: str
    n_bytes: int
    used_at: float


class CopyStore:
    """Display copies of one user.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where they lie; below OUTCROP_CACHE or the platform's cache folder when left out.
    limit_bytes : int, default 20 GB
        Room that all copies together may take.
    """

    def __init__(self, folder: Path | None = None, limit_bytes: int = DEFAULT_LIMIT) -> None:
        self.folder = folder or _default_folder()
        self.limit_bytes = limit_bytes

    def find(self, volume: Volume) -> DisplayCopy | None:
        """Return the copy of a volume.

        Parameters
        ----------
        volume : Volume
            An open volume.

        Returns
        -------
        DisplayCopy or None
            None where there is none, or it is stale: the file has another size,
            time of change or beginning than when the copy was made.
        """
        if not can_be_copied(volume):
            return None
        folder = self.place(volume)
        record = CopyRecord.read(folder)
        if record is None or record.axes != volume.axes:
            return None
        try:
            fresh = record.source == SourceState.of(volume.path)
        except OSError:
            return None
        copy = DisplayCopy(folder, record)
        return copy if fresh and copy.complete else None

    def place(self, volume: Volume) -> Path:
        """Return the folder that the copy of a volume has or would have."""
        return self.folder / copy_name(volume.path, volume.axes)

    def entries(self) -> tuple[CopyEntry, ...]:
        """Return all copies, those used longest ago first."""
        try:
            folders = [f for f in self.folder.iterdir() if f.is_dir() and _NAME.fullmatch(f.name)]
        except OSError:
            return ()
        return tuple(sorted((_entry(f) for f in folders), key=lambda entry: entry.used_at))

    def used_bytes(self) -> int:
        """Return the room that all copies take."""
        return sum(entry.n_bytes for entry in self.entries())

    def make_room(self, n_bytes: int) -> None:
        """Remove the copies used longest ago until another one fits.

        Parameters
        ----------
        n_bytes : int
            Room that it needs.

        Raises
        ------
        WriteError
            If it needs more than the limit allows or the disk has.
        """
        needed, limit = n_bytes / 1e9, self.limit_bytes / 1e9
        if n_bytes > self.limit_bytes:
            raise WriteError(
                self.folder,
                f"the display copy needs {needed:.3g} GB, display copies may take {limit:.3g} GB",
                hint="Raise the limit of display copies, or look at the file itself.",
            )
        used = self.used_bytes()
        for entry in self.entries():
            if used + n_bytes <= self.limit_bytes:
                break
            self.remove(entry)
            used -= entry.n_bytes
        free = shutil.disk_usage(_existing(self.folder)).free
        if n_bytes > free:
            raise WriteError(
                self.folder,
                f"the display copy needs {needed:.3g} GB, the disk has {free / 1e9:.3g} GB free",
                hint="Free some space, or name another folder in OUTCROP_CACHE.",
            )

    def remove(self, entry: CopyEntry) -> None:
        """Remove a copy; who reads from it meanwhile goes back to the file itself."""
        # The record goes first, so that no half of a copy is ever taken for a whole one.
        (entry.folder / RECORD).unlink(missing_ok=True)
        shutil.rmtree(entry.folder, ignore_errors=True)

    def clear(self) -> None:
        """Remove all copies."""
        for entry in self.entries():
            self.remove(entry)


def _entry(folder: Path) -> CopyEntry:
    record = CopyRecord.read(folder)
    n_bytes, used_at = 0, 0.0
    for file in folder.iterdir():
        status = file.stat()
        # Files are laid out at full size, and take room as they are filled.
        n_bytes += min(status.st_size, getattr(status, "st_blocks", 1 << 60) * 512)
        if file.name == RECORD or record is None:
            used_at = max(used_at, status.st_mtime)
    return CopyEntry(folder, record.source.path if record else "", n_bytes, used_at)


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())


def _default_folder() -> Path:
    given = os.environ.get("OUTCROP_CACHE")
    root = Path(given) if given else Path(platformdirs.user_cache_dir("outcrop", appauthor=False))
    return root / "display"
