"""A model's classes as labels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE, ClassScheme
from engine.core.labels import UNLABELLED


def predicted_labels(
    mask: NDArray[np.uint8], predicted: ClassScheme, wanted: ClassScheme
) -> NDArray[np.uint8]:
    """Name the classes of a prediction as one labels them.

    Parameters
    ----------
    mask : ndarray of uint8, any shape
        Ids of `predicted`; 255 where there is no data.
    predicted : ClassScheme
        The model's classes.
    wanted : ClassScheme
        The classes one labels with.

    Returns
    -------
    ndarray of uint8, like `mask`
        Ids of the classes of `wanted` that have the same name; `UNLABELLED` where
        there is no data or no class of that name.
    """
    table = np.full(IGNORE + 1, UNLABELLED, dtype=np.uint8)
    ids = {name: number for number, name in enumerate(wanted.names)}
    for number, name in enumerate(predicted.names):
        table[number] = ids.get(name, UNLABELLED)
    labels: NDArray[np.uint8] = table[mask]
    return labels
