"""One set of labels from those of several interpreters."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import LEFT_OUT, UNLABELLED

Samples = NDArray[np.uint8]


def merge(
    blank: tuple[Samples, Samples], planes: Iterable[tuple[Samples, Samples]]
) -> tuple[Samples, Samples]:
    """Put the labels of one section together.

    Whoever is surer is believed. Where the surest disagree nobody is: the place is
    left out, so that training does not choose a side. Their order does not matter.

    Parameters
    ----------
    blank : tuple of two ndarray of uint8, shape (n_rows, n_cols)
        Classes and certainties of a section without labels.
    planes : iterable of the same
        Those of each interpreter.

    Returns
    -------
    classes, certainty : ndarray of uint8, shape (n_rows, n_cols)
        The merged labels; a place left out by disagreement has the certainty of
        those who disagree.
    """
    classes, certainty = (values.copy() for values in blank)
    for theirs, sure in planes:
        tie = (sure == certainty) & (theirs != classes) & (theirs != UNLABELLED)
        surer = sure > certainty
        # Unlike an index of booleans this lets other threads go on.
        np.copyto(classes, theirs, where=surer)
        np.copyto(certainty, sure, where=surer)
        np.copyto(classes, np.uint8(LEFT_OUT), where=tie)
    return classes, certainty


def differing(shape: tuple[int, int], planes: Iterable[Samples]) -> NDArray[np.bool_]:
    """Tell where two interpreters name different classes.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the section.
    planes : iterable of ndarray of uint8, of `shape`
        Classes of each interpreter.

    Returns
    -------
    ndarray of bool, of `shape`
        True where two have labelled, and differ.
    """
    first = np.full(shape, UNLABELLED, dtype=np.uint8)
    differ = np.zeros(shape, dtype=np.bool_)
    for theirs in planes:
        known = theirs != UNLABELLED
        differ |= known & (first != UNLABELLED) & (theirs != first)
        first = np.where(first == UNLABELLED, theirs, first)
    return differ
