"""A plane of amplitudes with its axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.errors import ShapeError


@dataclass(frozen=True, slots=True)
class Plane:
    """Which plane of a volume a section is.

    Parameters
    ----------
    direction : str
        The axis held fixed; ``line`` for a 2-D line.
    index : int
        Position along that axis, from 0.
    number : float
        The value there: a line number, a time or a depth.
    label : str, default ""
        What the place is called where the number alone does not tell, such as
        ``cdp 1204 (3 of 90)``.
    """

    direction: str
    index: int
    number: float
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """Amplitudes on a plane.

    Parameters
    ----------
    data : ndarray of float32, shape (n_rows, n_cols)
        Samples downwards on vertical sections; NaN where there is no data.
    rows, cols : Axis
        The two axes.
    plane : Plane, optional
        Where it lies in its volume.
    bad_samples : int, default 0
        Samples of live traces that were NaN or infinite in the file; they are
        NaN in `data`.
    rounded : bool, default False
        Whether `data` are to look at only, and models and exports must not see them: they
        come from a display copy in 8 bits, or some stand in for neighbours not yet read.
    processing : str, default ""
        What was done to the amplitudes after they were read, in words; empty for
        amplitudes as recorded.

    Raises
    ------
    ShapeError
        If `data` does not fit the axes.
    """

    data: NDArray[np.float32]
    rows: Axis
    cols: Axis
    plane: Plane | None = None
    bad_samples: int = 0
    rounded: bool = False
    processing: str = ""

    def __post_init__(self) -> None:
        if self.data.shape != (self.rows.size, self.cols.size):
            raise ShapeError(
                f"section of shape {self.data.shape} on axes of {self.rows.size} and "
                f"{self.cols.size} positions"
            )

    @property
    def no_data(self) -> NDArray[np.bool_]:
        """Mask of shape (n_rows, n_cols): True where there is no data."""
        return np.isnan(self.data)
