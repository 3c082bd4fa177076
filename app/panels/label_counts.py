"""How many samples are labelled."""

from __future__ import annotations

import math
import time

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import UNLABELLED
from engine.session.edits import LabelChange, LabelKey
from engine.session.labels import LabelDocument

Counts = NDArray[np.int64]


class LabelCounts:
    """Counts the samples of each class, section by section, and remembers them.

    Parameters
    ----------
    document : LabelDocument
        The labels.
    """

    def __init__(self, document: LabelDocument) -> None:
        self._document = document
        self._known: dict[LabelKey, Counts] = {}

    def forget(self, change: LabelChange) -> None:
        """Count a section anew when it is asked for: it has changed."""
        if change.kind == "scheme":
            self._known.clear()
        elif change.kind == "samples" and change.key is not None:
            self._known.pop(change.key, None)

    def of(self, key: LabelKey) -> Counts:
        """Return the samples of each id in one section, shape ``(256,)``."""
        counts = self._known.get(key)
        if counts is None:
            counts = np.zeros(256, dtype=np.int64)
            for classes, _ in self._document.blocks(key).values():
                counts += np.bincount(classes.ravel(), minlength=256)
            counts[UNLABELLED] = 0
            self._known[key] = counts
        return counts

    def of_all(self, author: str, within_s: float = math.inf) -> tuple[Counts, bool]:
        """Return the samples of each id in all sections of an author.

        Parameters
        ----------
        author : str
            Whose labels.
        within_s : float, default infinite
            After this time no further sections are counted.

        Returns
        -------
        counts : ndarray of int64, shape (256,)
            In all sections counted so far.
        complete : bool
            Whether these are all.
        """
        total, complete = np.zeros(256, dtype=np.int64), True
        end_s = time.monotonic() + within_s
        labelled = self._document.keys()
        for key in labelled:
            if key.author != author:
                continue
            if key in self._known or time.monotonic() < end_s:
                total += self.of(key)
            else:
                complete = False
        return total, complete


def short_number(n: int) -> str:
    """Return a number in few letters: ``0``, ``950``, ``12.3k``, ``4.56M``."""
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if n >= size:
            return f"{n / size:.3g}{letter}"
    return str(n)
