"""A lock on the place of a bundle, so that two processes never train the same one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from engine.core.place_lock import place_lock


def run_lock(out: Path) -> AbstractContextManager[None]:
    """Keep other processes away from a bundle's place.

    Parameters
    ----------
    out : pathlib.Path
        Where the bundle will be.

    Returns
    -------
    context manager
        The lock is held until its block ends; see `engine.core.place_lock.place_lock`.
    """
    hint = "Wait until it has ended, or choose another name for the result."
    return place_lock(out, taken="is being trained by another process", hint=hint)
