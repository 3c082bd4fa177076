"""Which slices are labelled, and what lies between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from engine.session.labels import LabelDocument


def labelled_indices(
    document: LabelDocument, direction: str, author: str | None = None
) -> tuple[int, ...]:
    """Return the slices of a direction that have labels or picks, in order.

    Parameters
    ----------
    document : LabelDocument
        The labels.
    direction : str
        Direction of the sections.
    author : str, optional
        Whose; everybody's when left out.

    Returns
    -------
    tuple of int
        Positions along the direction, from 0.
    """
    keys = [*document.keys(), *(pick.key for pick in document.all_picks())]
    return tuple(
        sorted({k.index for k in keys if k.direction == direction and author in {None, k.author}})
    )


def next_labelled(indices: Sequence[int], here: int, n_steps: int) -> int | None:
    """Return the next labelled slice on one side, or None.

    Parameters
    ----------
    indices : sequence of int
        What `labelled_indices` returned.
    here : int
        Where one is.
    n_steps : int
        1 for the next, -1 for the one before.
    """
    if n_steps > 0:
        position = bisect_right(indices, here)
        return indices[position] if position < len(indices) else None
    position = bisect_left(indices, here)
    return indices[position - 1] if position > 0 else None


def gap_at(indices: Sequence[int], here: int) -> tuple[int, int] | None:
    """Return the two labelled slices between which one is, or has just come.

    Parameters
    ----------
    indices : sequence of int
        What `labelled_indices` returned.
    here : int
        Where one is.

    Returns
    -------
    tuple of int or None
        On a labelled slice, it and the one before, or, where that is its neighbour
        or there is none, the one after; None if no slice lies between two.
    """
    before, after = (next_labelled(indices, here, step) for step in (-1, 1))
    ends = [(before, after)] if here not in indices else [(before, here), (here, after)]
    for first, last in ends:
        if first is not None and last is not None and last - first > 1:
            return first, last
    return None
