"""What a file of plain arrays holds, for the window; runs on the read lane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.jobs.context import JobContext
from engine.readers.arrays.inspection import ArrayFacts, inspect_arrays
from engine.readers.geometry_file import can_remember, recall_options, remember_options


@dataclass(frozen=True, slots=True)
class Arrays:
    """The arrays of a file, and how it was opened before.

    Parameters
    ----------
    found : tuple of ArrayFacts
        One at least.
    remembered : mapping of str to object
        Options for the reader; empty if none were remembered.
    can_remember : bool
        Whether a choice can be remembered for it.
    """

    found: tuple[ArrayFacts, ...]
    remembered: Mapping[str, Any]
    can_remember: bool


def read_arrays(path: Path, job: JobContext) -> Arrays:
    """List the arrays of a file; see `inspect_arrays`."""
    job.check()
    return Arrays(inspect_arrays(path), recall_options(path), can_remember(path))


def remember_choice(path: Path, options: Mapping[str, Any], job: JobContext) -> None:
    """Open a file this way from now on; an empty choice is forgotten."""
    job.check()
    remember_options(path, options)
