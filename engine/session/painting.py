"""From a rectangle of new labels to the change that it makes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, UNLABELLED
from engine.errors import DataError, ShapeError
from engine.session.edits import LabelKey, Patch
from engine.session.label_scheme import LabelScheme
from engine.session.sparse_plane import SparsePlane

Samples = NDArray[np.uint8]


def painted(
    plane: SparsePlane,
    key: LabelKey,
    place: tuple[int, int],
    labels: tuple[Samples, Samples | int],
    scheme: LabelScheme,
) -> Patch | None:
    """Find what changes when a rectangle gets new labels.

    Parameters
    ----------
    plane : SparsePlane
        The present labels; stays as it is.
    key : LabelKey
        Where it is.
    place : tuple of int
        Row and column of the upper left sample.
    labels : tuple
        Classes, shape ``(n_rows, n_cols)``, and certainties, the same or one number.
    scheme : LabelScheme
        Known and locked classes.

    Returns
    -------
    Patch or None
        The smallest rectangle with all changes; None if nothing changes.

    Raises
    ------
    DataError
        If a class or certainty is unknown.
    ShapeError
        If the arrays are of different shapes or no rectangles.
    """
    new = _checked(*labels, len(scheme))
    (row, col), (n_rows, n_cols) = place, new.shape[1:]
    top, left = max(row, 0), max(col, 0)
    bottom, right = min(row + n_rows, plane.shape[0]), min(col + n_cols, plane.shape[1])
    if bottom <= top or right <= left:
        return None
    new = new[:, top - row : bottom - row, left - col : right - col]
    old = np.stack(plane.read(slice(top, bottom), slice(left, right)))
    if scheme.locked:
        locked = np.zeros(256, dtype=np.bool_)
        locked[list(scheme.locked)] = True
        new = np.where(locked[old[0]] | locked[new[0]], old, new)
    return _trimmed(key, (top, left), old, new)


def _checked(classes: Samples, certainty: Samples | int, n_classes: int) -> Samples:
    """Stack classes and certainties, which are 0 where nothing is labelled."""
    sure = np.asarray(certainty)
    if classes.ndim != 2 or sure.shape not in {(), classes.shape}:
        raise ShapeError(f"labels of shape {classes.shape} with certainties of {sure.shape}")
    ids = np.flatnonzero(np.bincount(classes.ravel(), minlength=256))
    strange = ids[(ids >= n_classes) & (ids < LEFT_OUT)]
    if strange.size:
        hint = "Add the class first."
        raise DataError(f"class {int(strange[0])} is none of {n_classes}", hint=hint)
    blank = classes == UNLABELLED
    known = sure[~blank] if sure.ndim else sure
    if not blank.all() and (known.min() < POSSIBLE or known.max() > CERTAIN):
        raise DataError(f"certainties are from {POSSIBLE} to {CERTAIN}")
    new = np.empty((2, *classes.shape), dtype=np.uint8)
    new[0], new[1] = classes, np.where(blank, 0, sure)
    return new


def _trimmed(key: LabelKey, place: tuple[int, int], old: Samples, new: Samples) -> Patch | None:
    changed = (old[0] != new[0]) | (old[1] != new[1])
    rows, cols = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return None
    part = (slice(rows[0], rows[-1] + 1), slice(cols[0], cols[-1] + 1))
    at = (place[0] + int(rows[0]), place[1] + int(cols[0]))
    (before, was), (after, becomes) = ((values[0][part], values[1][part]) for values in (old, new))
    return Patch.of(key, at, (before, after), (was, becomes))
