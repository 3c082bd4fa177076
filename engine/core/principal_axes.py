"""Principal axes of features, with signs that do not change from run to run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def principal_axes(
    centred: NDArray[np.float64], n_axes: int = 3
) -> tuple[NDArray[np.float64], float]:
    """Find the directions of largest variance.

    Parameters
    ----------
    centred : ndarray of float64, shape (n, C)
        Features of n places, their mean taken off.
    n_axes : int, default 3
        How many; at most C.

    Returns
    -------
    axes : ndarray of float64, shape (C, n_axes)
        Unit vectors, that of the largest variance first. The largest entry of each
        is positive: the sign of an eigenvector is free, and without a rule rounding
        would choose it.
    share : float
        Of the variance that they hold together; 0 where there is none.
    """
    values, vectors = np.linalg.eigh(centred.T @ centred)
    values = values.clip(0)
    total = float(values.sum())
    axes = vectors[:, ::-1][:, :n_axes]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0)
    share = float(values[-n_axes:].sum() / total) if total else 0.0
    return axes * np.where(largest < 0, -1.0, 1.0), share
