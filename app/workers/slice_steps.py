"""What the Label menu does to a whole slice, in a copy of the labels on a lane."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import ClassScheme
from engine.core.labels import UNLABELLED
from engine.core.painting import Stamp, polyline
from engine.core.predicted_labels import predicted_labels
from engine.jobs.context import JobContext
from engine.session.edits import LabelKey, Pick
from engine.session.labels import LabelDocument
from engine.session.stamping import paint_stamp


@dataclass(frozen=True, slots=True, eq=False)
class Acceptance:
    """What of a prediction becomes labels.

    Parameters
    ----------
    key : LabelKey
        Where, and whose.
    part : tuple of slice
        Rows and columns.
    mask : ndarray of uint8, shape (n_rows, n_cols)
        Predicted class ids of the whole section.
    classes : ClassScheme
        The model's classes.
    certainty : int
        Of the labels.
    """

    key: LabelKey
    part: tuple[slice, slice]
    mask: NDArray[np.uint8]
    classes: ClassScheme
    certainty: int


def accept_prediction(
    accepted: Acceptance, title: str, document: LabelDocument, _job: JobContext
) -> None:
    """Label what is not labelled with what a model says."""
    rows, cols = accepted.part
    scheme = document.scheme.classes
    labels = predicted_labels(accepted.mask[rows, cols], accepted.classes, scheme)
    present, _ = document.window(accepted.key, rows, cols)
    wanted = (present == UNLABELLED) & (labels != UNLABELLED)
    stamp = Stamp(rows.start, cols.start, wanted)
    paint_stamp(document, accepted.key, stamp, labels, accepted.certainty, title=title)


def label_rest(
    place: LabelKey,
    class_id: int,
    certainty: int,
    title: str,
    document: LabelDocument,
    _job: JobContext,
) -> int:
    """Label what nobody has labelled yet; return how many samples that are."""
    free = document.merged(place.direction, place.index).classes == UNLABELLED
    paint_stamp(document, place, Stamp(0, 0, free), class_id, certainty, title=title)
    return int(np.count_nonzero(free))


def copy_slice(
    place: LabelKey, there: LabelKey, title: str, document: LabelDocument, job: JobContext
) -> None:
    """Copy labels to another slice where it has none, and picks if it has none."""
    with document.group(title):
        classes, sure = document.plane(place)
        present, present_sure = document.plane(there)
        job.check()
        free = present == UNLABELLED
        np.copyto(present, classes, where=free)
        np.copyto(present_sure, sure, where=free)
        document.paint(there, 0, 0, present, present_sure, title=title)
        if not any(pick.key == there for pick in document.picks(there.direction, there.index)):
            for pick in document.picks(place.direction, place.index):
                if pick.key == place:
                    document.add_pick(replace(pick, id=uuid4().hex, index=there.index))


def paint_picks(
    key: LabelKey,
    picks: tuple[Pick, ...],
    radius: float,
    title: str,
    document: LabelDocument,
    job: JobContext,
) -> None:
    """Label the samples along sticks and polylines, as far as half their width in samples."""
    shape = document.shape(key.direction, key.index)
    with document.group(title):
        for pick in picks:
            job.check()
            stamp = polyline(pick.nodes, (radius, radius), shape)
            paint_stamp(document, key, stamp, pick.class_id, pick.certainty, title=title)


def clear_slice(place: LabelKey, title: str, document: LabelDocument, _job: JobContext) -> None:
    """Erase labels and picks of a slice."""
    with document.group(title):
        blank = np.full(document.shape(place.direction, place.index), UNLABELLED, np.uint8)
        document.paint(place, 0, 0, blank, title=title)
        for pick in document.picks(place.direction, place.index):
            if pick.key == place:
                document.remove_pick(pick.id)
