"""Class probabilities in eight bits, as the window keeps them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.probabilities import ClassProbabilities
from engine.errors import ShapeError

_SHARES = np.arange(256, dtype=np.float32) / 255
# -p log p of each of the 256 values.
_ENTROPIES = -_SHARES * np.log(np.where(_SHARES == 0, 1, _SHARES)).astype(np.float32)


def quantise(probabilities: ClassProbabilities) -> NDArray[np.uint8]:
    """Return class probabilities in steps of 1/255.

    Parameters
    ----------
    probabilities : ClassProbabilities
        The probabilities.

    Returns
    -------
    ndarray of uint8, shape (n_classes, n_rows, n_cols)
        255 for one; 0 where there is no data.
    """
    scaled = np.nan_to_num(probabilities.data, nan=0.0) * 255
    return np.round(scaled).astype(np.uint8)


def confidence(shares: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return one minus the normalised entropy.

    Parameters
    ----------
    shares : ndarray of uint8, shape (n_classes, n_rows, n_cols)
        As `quantise` returns them.

    Returns
    -------
    ndarray of uint8, shape (n_rows, n_cols)
        255 where one class has all the probability, 0 where all are equal.
    """
    entropy = np.zeros(shares.shape[1:], dtype=np.float32)
    for plane in shares:
        entropy += _ENTROPIES[plane]
    sure = np.clip(1 - entropy / np.float32(np.log(len(shares))), 0, 1)
    rounded: NDArray[np.uint8] = np.round(sure * 255).astype(np.uint8)
    return rounded


def difference(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return how much probability two models give to different classes.

    Parameters
    ----------
    first, second : ndarray of uint8, shape (n_classes, n_rows, n_cols)
        As `quantise` returns them, of the same classes and section.

    Returns
    -------
    ndarray of uint8, shape (n_rows, n_cols)
        Total variation distance: 0 where they agree, 255 where each is sure of
        another class.

    Raises
    ------
    ShapeError
        If the classes or sections differ.
    """
    if first.shape != second.shape:
        raise ShapeError(f"probabilities of shapes {first.shape} and {second.shape}")
    total = np.zeros(first.shape[1:], dtype=np.int32)
    for one, other in zip(first, second, strict=True):
        total += np.abs(one.astype(np.int16) - other)
    return np.minimum((total + 1) // 2, 255).astype(np.uint8)
