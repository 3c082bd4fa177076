"""What an interpreter says of the samples of one section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE
from engine.errors import DataError

UNLABELLED: Final = IGNORE
"""Nobody said anything; not the same as background."""
LEFT_OUT: Final = 254
"""Somebody looked and wants the place ignored."""
CERTAIN: Final = 3
PROBABLE: Final = 2
POSSIBLE: Final = 1

_WEIGHTS = np.array([0.0, 0.25, 0.5, 1.0], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class LabelledSection:
    """Labels of one section, by one interpreter or of all together.

    Parameters
    ----------
    direction : str
        Direction of the section, such as ``inline``.
    index : int
        Its position along that direction, from 0.
    classes : ndarray of uint8, shape (rows, cols)
        Class ids, `LEFT_OUT` or `UNLABELLED`; on the section's own grid.
    certainty : ndarray of uint8, shape (rows, cols)
        `CERTAIN`, `PROBABLE` or `POSSIBLE`; 0 where nothing is labelled.

    Raises
    ------
    DataError
        If the shapes differ or are not of two axes.
    """

    direction: str
    index: int
    classes: NDArray[np.uint8]
    certainty: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.classes.ndim != 2 or self.classes.shape != self.certainty.shape:
            raise DataError(
                f"labels of shape {self.classes.shape} with certainties of shape"
                f" {self.certainty.shape}"
            )

    @property
    def targets(self) -> NDArray[np.uint8]:
        """Class ids as training takes them: `IGNORE` where nothing counts."""
        return np.where(self.classes == LEFT_OUT, np.uint8(IGNORE), self.classes)

    @property
    def weights(self) -> NDArray[np.float32]:
        """Weight of each sample in the loss: 1 certain, 0.5 probable, 0.25 possible, else 0."""
        known = self.classes < LEFT_OUT
        weights: NDArray[np.float32] = _WEIGHTS[np.minimum(self.certainty, CERTAIN)] * known
        return weights

    @property
    def n_labelled(self) -> int:
        """Samples that belong to a class."""
        return int(np.count_nonzero(self.classes < LEFT_OUT))
