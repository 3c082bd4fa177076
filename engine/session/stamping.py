"""Painting single samples into a document."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.painting import Stamp, painted
from engine.session.edits import Edit, LabelKey
from engine.session.labels import LabelDocument


def paint_stamp(
    document: LabelDocument,
    key: LabelKey,
    stamp: Stamp | None,
    labels: NDArray[np.uint8] | int,
    certainty: int,
    *,
    title: str,
) -> Edit | None:
    """Paint samples of a section.

    Parameters
    ----------
    document : LabelDocument
        Gets them.
    key : LabelKey
        Where, and whose.
    stamp : Stamp or None
        Which samples; None is nothing.
    labels : int or ndarray of uint8 like ``stamp.inside``
        Class id, `LEFT_OUT` or `UNLABELLED`, for all or for each.
    certainty : int
        Of what is labelled.
    title : str
        What was done, for the menu.

    Returns
    -------
    Edit or None
        What was done; None if nothing changes.
    """
    if stamp is None:
        return None
    present = document.window(key, stamp.rows, stamp.cols)
    locked = document.scheme.locked
    classes, sure = painted(present, stamp.inside, labels, certainty, locked=locked)
    return document.paint(key, stamp.row, stamp.col, classes, sure, title=title)
