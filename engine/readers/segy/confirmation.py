"""Finds out whether a grid that was presumed from some trace headers is that of all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.segy.volume import SegyVolume


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A volume by all its headers.

    Parameters
    ----------
    volume : SegyVolume
        Not presumed.
    same_axes : bool
        Whether line numbers and samples run as presumed, so that a place on the screen
        is still the same place.
    surprise : str
        What turned out to be otherwise than presumed, as a sentence; empty if nothing did.
    """

    volume: SegyVolume
    same_axes: bool
    surprise: str


def confirm(volume: SegyVolume, job: JobContext = NULL_JOB) -> Confirmation:
    """Read all trace headers of a volume and compare.

    Parameters
    ----------
    volume : SegyVolume
        Presumed or not; it stays as it is.
    job : JobContext, optional
        Checked and told while headers are read.

    Returns
    -------
    Confirmation
        With another volume where this one was presumed.

    Raises
    ------
    ReadError
        If the headers make no regular geometry.
    JobCancelledError
        If the job is cancelled.
    """
    found = volume.read_all_headers(job)
    return Confirmation(found, found.axes == volume.axes, _surprise(volume, found))


def _surprise(presumed: SegyVolume, found: SegyVolume) -> str:
    name = found.path.name
    if found.axes != presumed.axes:
        sizes, others = (" x ".join(str(a.size) for a in v.axes) for v in (found, presumed))
        n_missing = int(found.traces.size) - found.layout.n_traces
        missing = f" with {n_missing} missing traces" if n_missing else ""
        return (
            f"{name}: all trace headers together make a {found.kind} of {sizes}{missing}, "
            f"not of {others}."
        )
    if not np.array_equal(found.traces, presumed.traces):
        return f"{name}: some traces lie elsewhere than the first trace headers told."
    n_dead = int(np.count_nonzero(found.dead)) - int(np.count_nonzero(presumed.dead))
    traces = "trace is" if n_dead == 1 else "traces are"
    return f"{name}: {n_dead} more {traces} marked dead." if n_dead else ""
