"""Labels between two slices, computed away from the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.core.labels import UNLABELLED
from engine.core.slice_interpolation import interpolate
from engine.errors import DataError
from engine.jobs.context import JobContext
from engine.session.edits import LabelKey
from engine.session.labels import LabelDocument

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
    certainty : int
        Of the new labels at most.
    """

    place: LabelKey
    gap: tuple[int, int]
    certainty: int

    def key(self, index: int) -> LabelKey:
        """Return the place of a slice."""
        return replace(self.place, index=index)


@dataclass(frozen=True, slots=True)
class Interpolated:
    """What was labelled between two slices.

    Parameters
    ----------
    n_slices : int
        How many lie between.
    certainties : frozenset of int
        Of the new labels; empty if there was nothing left to label.
    """

    n_slices: int
    certainties: frozenset[int]


def interpolate_slices(
    request: BetweenRequest, title: str, document: LabelDocument, job: JobContext
) -> Interpolated:
    """Label all slices between two where they are not labelled, as one step of undo.

    Parameters
    ----------
    request : BetweenRequest
        What to interpolate.
    title : str
        What undo calls it.
    document : LabelDocument
        Gets the labels.
    job : JobContext
        Checked and told after each slice.

    Returns
    -------
    Interpolated
        What was labelled.

    Raises
    ------
    DataError
        If the slices between would take more than 512 MiB.
    """
    first, last = request.gap
    wanted = range(first + 1, last)
    shape = document.shape(request.place.direction, first)
    if len(wanted) * shape[0] * shape[1] > _MOST_BYTES:
        raise DataError(
            f"labels of {len(wanted)} slices of {shape} samples are too many",
            hint="Label a slice between them first.",
        )
    here, there = (document.plane(request.key(index)) for index in request.gap)
    found: set[int] = set()
    positions = [(index - first) / (last - first) for index in wanted]
    with document.group(title):
        for index, item in zip(wanted, interpolate(here, there, positions), strict=False):
            job.check()
            job.report(index - first, len(wanted))
            rows, cols = (
                slice(start, start + n)
                for start, n in zip((item.row, item.col), item.classes.shape, strict=True)
            )
            classes, sure = document.window(request.key(index), rows, cols)
            free = classes == UNLABELLED
            known = np.minimum(item.certainty, np.uint8(request.certainty))
            np.copyto(classes, item.classes, where=free)
            np.copyto(sure, known, where=free)
            found.update(np.unique(known[free & (item.classes != UNLABELLED)]).tolist())
            document.paint(request.key(index), item.row, item.col, classes, sure, title=title)
    return Interpolated(len(wanted), frozenset(found))
