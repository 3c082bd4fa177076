"""Reads all trace headers of a volume that was opened by some of them; runs on the copy lane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.workers.copying import CopyWork
from app.workers.work import Opened, describe_opened
from engine.jobs.context import JobContext
from engine.readers.segy.confirmation import Confirmation, confirm
from engine.readers.segy.volume import SegyVolume


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What all headers of an open volume tell.

    Parameters
    ----------
    number : int
        The session's number of the volume that was presumed.
    found : Confirmation
        How it compares.
    opened : Opened
        The volume by all its headers, ready to be shown.
    """

    number: int
    found: Confirmation
    opened: Opened


def confirm_opened(
    number: int, volume: SegyVolume, options: Mapping[str, Any], job: JobContext
) -> Confirmed:
    """Read all trace headers.

    Parameters
    ----------
    number : int
        The session's number of the volume.
    volume : SegyVolume
        As it is presumed.
    options : mapping of str to object
        How it was opened.
    job : JobContext
        Checked and told while headers are read.

    Returns
    -------
    Confirmed
        With a volume of its own.

    Raises
    ------
    ReadError
        If the headers make no regular geometry.
    JobCancelledError
        If the job is cancelled.
    """
    found = confirm(volume, job)
    shown = CopyWork().with_copy(found.volume)
    description = describe_opened(found.volume)
    return Confirmed(
        number, found, Opened(shown, found.volume.statistics(), description, dict(options))
    )
