"""What a model says of a section."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.class_scheme import IGNORE
from engine.errors import ShapeError


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """Class ids on a plane.

    Parameters
    ----------
    data : ndarray of uint8, shape (n_rows, n_cols)
        Class ids; 255 where there is no data.
    rows, cols : Axis
        The two axes.
    """

    data: NDArray[np.uint8]
    rows: Axis
    cols: Axis

    def __post_init__(self) -> None:
        if self.data.shape != (self.rows.size, self.cols.size):
            raise ShapeError(f"mask of shape {self.data.shape} does not fit its axes")


@dataclass(frozen=True, slots=True, eq=False)
class ClassProbabilities:
    """Class probabilities on a plane.

    Parameters
    ----------
    data : ndarray of float32, shape (n_classes, n_rows, n_cols)
        Sums to one over the classes; NaN where there is no data.
    rows, cols : Axis
        The two axes of the plane.
    """

    data: NDArray[np.float32]
    rows: Axis
    cols: Axis

    def __post_init__(self) -> None:
        if self.data.ndim != 3 or self.data.shape[1:] != (self.rows.size, self.cols.size):
            raise ShapeError(f"probabilities of shape {self.data.shape} do not fit their axes")

    @property
    def no_data(self) -> NDArray[np.bool_]:
        """Mask of shape (n_rows, n_cols): True where there is no data."""
        missing: NDArray[np.bool_] = np.isnan(self.data[0])
        return missing

    def mask(self) -> Mask:
        """Return the most probable class everywhere, 255 where there is no data."""
        classes = self.data.argmax(axis=0).astype(np.uint8)
        classes[self.no_data] = IGNORE
        return Mask(classes, self.rows, self.cols)

    def confidence(self) -> NDArray[np.float32]:
        """Return one minus the normalised entropy, shape (n_rows, n_cols).

        Returns
        -------
        ndarray of float32
            1 where one class has all the probability, 0 where all are equal.
        """
        safe = np.clip(self.data, 1e-12, 1.0)
        entropy = -(safe * np.log(safe)).sum(axis=0) / np.log(len(self.data))
        confidence: NDArray[np.float32] = (1.0 - entropy).astype(np.float32)
        return confidence
