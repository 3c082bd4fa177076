"""One training at a time writes to a place."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from engine.core.place_lock import place_lock


def run_lock(out: Path) -> AbstractContextManager[None]:
    """Keep other trainings away from a bundle's place; see `place_lock`.

    Parameters
    ----------
    out : pathlib.Path
        Folder of the bundle.

    Returns
    -------
    context manager
        Holds the lock until its block ends.
    """
    hint = "Wait until it has ended, or choose another name for the result."
    return place_lock(out, taken="is being trained by another process", hint=hint)
