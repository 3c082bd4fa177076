"""Labels between two slices, computed away from the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.slice_interpolation import InterpolatedSlice, interpolate
from engine.errors import DataError
from engine.jobs.context import JobContext
from engine.session.edits import LabelKey

_MOST_BYTES = 512 * 2**20


@dataclass(frozen=True, slots=True)
class BetweenRequest:
    """What to interpolate.

    Parameters
    ----------
    place : LabelKey
        Whose labels, and in which direction.
    gap : tuple of int
        The two labelled slices.
    ends : tuple of two ndarray of uint8, shape (n_rows, n_cols)
        Their class ids.
    """

    place: LabelKey
    gap: tuple[int, int]
    ends: tuple[NDArray[np.uint8], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class Interpolated:
    """Labels of the slices between two.

    Parameters
    ----------
    request : BetweenRequest
        What it answers.
    slices : tuple of (int, InterpolatedSlice)
        Index along the direction, with the labels.
    """

    request: BetweenRequest
    slices: tuple[tuple[int, InterpolatedSlice], ...]


def interpolate_slices(request: BetweenRequest, job: JobContext) -> Interpolated:
    """Interpolate all slices between two.

    Parameters
    ----------
    request : BetweenRequest
        What to interpolate.
    job : JobContext
        Checked and told after each slice.

    Returns
    -------
    Interpolated
        One entry for each slice between, in order.

    Raises
    ------
    DataError
        If the slices between would take more than 512 MiB.
    """
    first, last = request.gap
    wanted = range(first + 1, last)
    if len(wanted) * request.ends[0].size > _MOST_BYTES:
        raise DataError(
            f"labels of {len(wanted)} slices of {request.ends[0].shape} samples are too many",
            hint="Label a slice between them first.",
        )
    positions = [(index - first) / (last - first) for index in wanted]
    found: list[tuple[int, InterpolatedSlice]] = []
    for index, item in zip(wanted, interpolate(*request.ends, positions), strict=False):
        job.check()
        job.report(len(found) + 1, len(wanted), "")
        found.append((index, item))
    return Interpolated(request, tuple(found))
