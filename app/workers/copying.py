"""Display copies for the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.core.volume import Volume
from engine.jobs.context import JobContext
from engine.readers.detect import open_volume
from engine.readers.display.copied_volume import CopiedVolume
from engine.readers.display.copy_store import CopyStore
from engine.readers.display.copy_writer import make_copy
from engine.readers.display.display_copy import DisplayCopy
from engine.readers.display.record import can_be_copied


@dataclass(frozen=True, slots=True)
class CopyUse:
    """What display copies take on the disk.

    Parameters
    ----------
    folder : pathlib.Path
        Where they lie.
    n_copies : int
        How many there are.
    used_bytes, limit_bytes : int
        What they take, and may take.
    """

    folder: Path
    n_copies: int
    used_bytes: int
    limit_bytes: int


class CopyWork:
    """The jobs on display copies; each makes its own store from the limit of the moment."""

    def with_copy(self, volume: Volume) -> Volume:
        """Return a volume that is shown from its copy, if it is of a kind that has one."""
        if not can_be_copied(volume):
            return volume
        return CopiedVolume(volume, CopyStore().find(volume))

    def make(
        self, path: Path, options: Mapping[str, Any], limit_bytes: int, job: JobContext
    ) -> DisplayCopy:
        """Make the copy of a file that is opened with some options; see `make_copy`."""
        volume = open_volume(path, **options)
        try:
            return make_copy(volume, CopyStore(limit_bytes=limit_bytes), job)
        finally:
            volume.close()

    def use(self, limit_bytes: int, job: JobContext) -> CopyUse:
        """Measure what all copies take."""
        job.check()
        store = CopyStore(limit_bytes=limit_bytes)
        return CopyUse(store.folder, len(store.entries()), store.used_bytes(), limit_bytes)

    def clear(self, limit_bytes: int, job: JobContext) -> CopyUse:
        """Remove all copies."""
        CopyStore().clear()
        return self.use(limit_bytes, job)
