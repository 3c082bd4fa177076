"""Which classes the parts of a split lack, and exchanges until both hold every class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Group = Sequence[int]
"""Indices of samples that stay together."""


def cover_classes(
    training: Sequence[Group], validation: Sequence[Group], class_pixels: NDArray[np.int64]
) -> tuple[list[Group], list[Group]]:
    """Swap groups of two parts where a class is missing from one of them.

    Training shall hold every class, validation every class of two groups or
    more. Nothing is swapped where they do, and nothing that would take a class
    from training for one in validation, or make validation the larger part.

    Parameters
    ----------
    training, validation : sequence of groups
        Both parts as drawn.
    class_pixels : ndarray of int64, shape (n_samples, n_classes)
        Labelled pixels of each class in all samples.

    Returns
    -------
    tuple of two lists of groups
        Training and validation, of as many groups as before.
    """
    parts = (list(training), list(validation))
    held = [_held(part, class_pixels) for part in parts]
    sizes = [np.array([len(group) for group in part]) for part in parts]
    while (swap := _best_swap(held, sizes)) is not None:
        i, j = swap
        parts[0][i], parts[1][j] = parts[1][j], parts[0][i]
        held[0][i], held[1][j] = held[1][j].copy(), held[0][i].copy()
        sizes[0][i], sizes[1][j] = sizes[1][j], sizes[0][i]
    return parts


def shortfall(
    in_training: NDArray[np.int64], in_validation: NDArray[np.int64], total: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Weigh how far training and validation are from holding every class.

    Parameters
    ----------
    in_training, in_validation : ndarray of int64, shape (..., n_classes)
        Groups of each part that hold a class.
    total : ndarray of int64, shape (n_classes,)
        Groups that hold it at all, those that are left out included.

    Returns
    -------
    ndarray of int64, shape (...)
        Classes of two groups or more that validation lacks; one that training lacks
        weighs more than all of them. 0 where nothing could be mended.
    """
    lacks = ((in_training == 0) & (total > 0)).sum(axis=-1)
    blind = ((in_validation == 0) & (total > 1)).sum(axis=-1)
    weight: NDArray[np.int64] = lacks * (len(total) + 1) + blind
    return weight


def missing_classes(counts: Mapping[str, NDArray[np.int64]]) -> dict[int, tuple[str, ...]]:
    """Find the classes that a part lacks.

    Parameters
    ----------
    counts : mapping of str to ndarray of int64, shape (n_classes,)
        Labelled pixels, or samples, of each class in each part.

    Returns
    -------
    dict of int to tuple of str
        Class ids, ascending, and the parts without them; without classes that every
        part has.
    """
    held = np.array([count > 0 for count in counts.values()])
    return {
        int(k): tuple(name for name, has in zip(counts, held[:, k], strict=True) if not has)
        for k in np.flatnonzero(~held.all(axis=0))
    }


def _held(part: Sequence[Group], class_pixels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which classes each group holds, shape (n_groups, n_classes)."""
    held: NDArray[np.bool_] = np.array([class_pixels[list(group)].any(axis=0) for group in part])
    return held


def _best_swap(
    held: Sequence[NDArray[np.bool_]], sizes: Sequence[NDArray[np.int64]]
) -> tuple[int, int] | None:
    """Find the groups of training and validation whose exchange mends most.

    Of equals, the one that changes the sizes least, then the first; None where
    nothing is missing or no exchange helps.
    """
    counts = [part.sum(axis=0) for part in held]
    total, n_samples = counts[0] + counts[1], int(sizes[0].sum() + sizes[1].sum())

    def missing(in_training: NDArray[np.int64]) -> NDArray[np.int64]:
        return shortfall(in_training, total - in_training, total)

    now = int(missing(counts[0]))
    if not now:
        return None
    # Groups that hold the same classes and are of one size are as good as each other.
    giving, taking = (_distinct(part, size) for part, size in zip(held, sizes, strict=True))
    best: tuple[int, int, int, int] | None = None
    for j in taking:
        after = missing(counts[0] + held[1][j] - held[0][giving].astype(np.int64))
        growth = sizes[0][giving] - sizes[1][j]
        n_validation = sizes[1].sum() + growth
        fits = (after < now) & ((growth <= 0) | (2 * n_validation <= n_samples))
        for at in np.flatnonzero(fits):
            found = (int(after[at]), int(abs(growth[at])), int(giving[at]), int(j))
            best = found if best is None else min(best, found)
    return None if best is None else best[2:]


def _distinct(held: NDArray[np.bool_], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the first group of each kind, ascending."""
    _, first = np.unique(np.column_stack([held, sizes]), axis=0, return_index=True)
    return np.sort(first)
