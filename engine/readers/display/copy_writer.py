"""Makes display copies in one pass over a volume."""

from __future__ import annotations

import math
import os
import secrets
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.volume import Volume
from engine.errors import ShapeError, WriteError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.display.copy_store import CopyStore
from engine.readers.display.display_copy import DisplayCopy
from engine.readers.display.levels import to_levels
from engine.readers.display.record import CopyRecord, SourceState, can_be_copied

_SLAB_BYTES = 256_000_000
"""Sections of so many bytes are turned at a time: long runs for the other two files."""


def make_copy(volume: Volume, store: CopyStore, job: JobContext = NULL_JOB) -> DisplayCopy:
    """Copy a volume into 8 bits, one file for each direction.

    Reads every section of the direction in which the file is sorted once.

    Parameters
    ----------
    volume : Volume
        With three directions, samples last.
    store : CopyStore
        Where to put it; the copies used longest ago make room for it.
    job : JobContext, optional
        Checked and told after each section.

    Returns
    -------
    DisplayCopy
        Complete; the one that is there already if it still fits.

    Raises
    ------
    ShapeError
        If the volume has not three directions.
    WriteError
        If there is no room, or it cannot be written.
    ReadError
        If the volume cannot be read, or changes meanwhile.
    JobCancelledError
        If the job is cancelled; nothing is left then.
    """
    if not can_be_copied(volume):
        raise ShapeError(
            f"{volume.path}: a display copy is made of three-dimensional volumes only",
            hint="Look at the file itself.",
        )
    present = store.find(volume)
    if present is not None:
        return present
    source = SourceState.of(volume.path)
    limit = volume.statistics().clip(100.0)
    record = CopyRecord(source, volume.axes, limit)
    final = store.place(volume)
    store.make_room(record.n_bytes)
    part = final.with_name(f"{final.name}.{secrets.token_hex(4)}.part")
    try:
        part.mkdir(parents=True)
        _fill(volume, record, part, job)
        if SourceState.of(volume.path) != source:
            raise WriteError(
                final,
                f"{volume.path} changed while it was copied",
                hint="Wait until it is written, then open it again.",
            )
        record.write(part)
        shutil.rmtree(final, ignore_errors=True)
        part.rename(final)
    except OSError as error:
        if isinstance(error, WriteError) or not _of_copy(error, part):
            raise
        raise WriteError(
            final,
            f"the display copy cannot be written ({error.strerror or error})",
            hint="Free some space, or name another folder in OUTCROP_CACHE.",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return DisplayCopy(final, record)


def _of_copy(error: OSError, part: Path) -> bool:
    return error.filename is None or str(part) in str(error.filename)


def _fill(volume: Volume, record: CopyRecord, part: Path, job: JobContext) -> None:
    along = 1 if getattr(volume, "sorting", "inline") == "crossline" else 0
    direction = record.directions[along]
    n_sections, n_rows, n_cols = record.shape(direction)
    files = [_lay_out(part / record.file_name(d), record.shape(d)) for d in record.directions]
    per_slab = max(_SLAB_BYTES // (n_rows * n_cols), 1)
    slab = np.empty((min(per_slab, n_sections), n_rows, n_cols), dtype=np.uint8)
    for start in range(0, n_sections, per_slab):
        end = min(start + per_slab, n_sections)
        for index in range(start, end):
            job.check()
            job.report(index, n_sections, direction)
            section = volume.section(direction, index)
            slab[index - start] = to_levels(section.data, record.limit)
        _place(files, slab[: end - start], along, start)
    for file in files:
        file.flush()
    job.report(n_sections, n_sections, direction)


def _place(files: list[Any], slab: NDArray[np.uint8], along: int, start: int) -> None:
    """Put a slab of shape (n, samples, across) into the three files."""
    end = start + slab.shape[0]
    files[along][start:end] = slab
    files[1 - along][:, :, start:end] = slab.transpose(2, 1, 0)
    if along == 0:
        files[2][:, start:end, :] = slab.transpose(1, 0, 2)
    else:
        files[2][:, :, start:end] = slab.transpose(1, 2, 0)


def _lay_out(path: Path, shape: tuple[int, int, int]) -> Any:
    """Map a new file whose room is reserved: a full disk would end the program at a mapped page."""
    if hasattr(os, "posix_fallocate"):
        with path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, math.prod(shape))
        return np.memmap(path, dtype=np.uint8, mode="r+", shape=shape)
    return np.memmap(path, dtype=np.uint8, mode="w+", shape=shape)
