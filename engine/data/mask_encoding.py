"""What the values of a set of masks mean."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE
from engine.errors import DataError


class MaskEncoding(Enum):
    """How masks store classes.

    `BINARY` is the usual picture of a body: 0 and 255, where 255 is class 1.
    `CLASS_IDS` holds the ids themselves, and 255 means "not labelled".
    """

    CLASS_IDS = "class ids"
    BINARY = "0 and 255"

    @classmethod
    def of_values(cls, values: Collection[int], n_classes: int) -> MaskEncoding:
        """Decide from all values of a set of masks.

        Two classes, 255 present and nothing but 0 beside it in the whole set
        mean `BINARY`. As soon as a 1 occurs anywhere, 255 is "not labelled".

        Parameters
        ----------
        values : collection of int
            Values that occur anywhere in the set.
        n_classes : int
            Classes of the task.

        Returns
        -------
        MaskEncoding
            The same for every mask of the set.
        """
        binary = n_classes == 2 and IGNORE in values and set(values) <= {0, IGNORE}
        return cls.BINARY if binary else cls.CLASS_IDS

    def decode(self, values: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Turn values that were checked into class ids.

        Parameters
        ----------
        values : ndarray of int64, shape (rows, cols)
            As in the file.

        Returns
        -------
        ndarray of uint8, shape (rows, cols)
            Class ids; 255 is not labelled.
        """
        labels = values.astype(np.uint8)
        if self is MaskEncoding.BINARY:
            labels[labels == IGNORE] = 1
        return labels


def check_values(path: Path, values: NDArray[np.int64], n_classes: int) -> set[int]:
    """Find the values of a mask and refuse those that mean nothing.

    Parameters
    ----------
    path : pathlib.Path
        The mask's file, for the message.
    values : ndarray of int64, shape (rows, cols)
        As in the file.
    n_classes : int
        Classes of the task.

    Returns
    -------
    set of int
        From 0 to ``n_classes - 1``, and 255.

    Raises
    ------
    DataError
        If any other value occurs.
    """
    found = {int(value) for value in np.unique(values)}
    unknown = sorted(found - set(range(n_classes)) - {IGNORE})
    if unknown:
        shown = ", ".join(str(value) for value in unknown[:5]) + (", ..." * (len(unknown) > 5))
        either = ", or 0 and 255 for two classes" if n_classes == 2 else ""
        raise DataError(
            f"{path}: mask values {shown} are no class of 0 to {n_classes - 1}",
            hint=f"Use class ids from 0 to {n_classes - 1} and 255 for not labelled{either}.",
        )
    return found


def check_any_label(place: Path, values: Collection[int]) -> None:
    """Refuse a set of masks that is 255 everywhere.

    With two classes it could be either class 1 or "not labelled", and in no case
    can it be trained on.

    Parameters
    ----------
    place : pathlib.Path
        Where the masks lie, for the message.
    values : collection of int
        Values that occur anywhere in the set.

    Raises
    ------
    DataError
        If nothing but 255 occurs.
    """
    if set(values) <= {IGNORE}:
        raise DataError(
            f"{place}: no pixel is labelled, all are 255",
            hint="Give masks with class ids; 255 means a class only beside 0, for two classes.",
        )


def count_classes(
    histograms: NDArray[np.int64], encoding: MaskEncoding, n_classes: int
) -> NDArray[np.int64]:
    """Count the pixels of each class from the histograms of masks.

    Parameters
    ----------
    histograms : ndarray of int64, shape (n_masks, 256)
        Pixels of each value.
    encoding : MaskEncoding
        What the values mean.
    n_classes : int
        Classes of the task.

    Returns
    -------
    ndarray of int64, shape (n_masks, n_classes)
        Pixels of each class; those not labelled are in none.
    """
    counts = histograms[:, :n_classes].copy()
    if encoding is MaskEncoding.BINARY:
        counts[:, 1] = histograms[:, IGNORE]
    return counts
