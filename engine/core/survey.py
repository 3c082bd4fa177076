"""Where a survey's traces lie on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_RESIDUAL_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Survey:
    """The map from line numbers to CDP coordinates.

    Parameters
    ----------
    origin : tuple of float
        CDP X and Y at inline 0, crossline 0 (extrapolated).
    per_inline, per_crossline : tuple of float
        Change of X and Y per inline number and per crossline number.
    unit : str
        ``m``, ``ft`` or ``arc seconds``.
    """

    origin: tuple[float, float]
    per_inline: tuple[float, float]
    per_crossline: tuple[float, float]
    unit: str = "m"

    @classmethod
    def fit(
        cls,
        lines: NDArray[np.float64],
        coordinates: NDArray[np.float64],
        *,
        unit: str = "m",
    ) -> Survey | None:
        """Fit the map to some traces by least squares.

        Parameters
        ----------
        lines : ndarray of float64, shape (n_traces, 2)
            Inline and crossline numbers.
        coordinates : ndarray of float64, shape (n_traces, 2)
            CDP X and Y, scaled.
        unit : str, default "m"
            Unit of the coordinates.

        Returns
        -------
        Survey or None
            None when the coordinates are all equal or do not follow the lines:
            when the traces miss the fitted places by half a bin or more, in the
            root mean square.
        """
        if len(lines) == 0 or np.ptp(coordinates, axis=0).max() == 0:
            return None
        design = np.column_stack([np.ones(len(lines)), lines])
        solution = np.linalg.lstsq(design, coordinates, rcond=None)[0]
        residual = coordinates - design @ solution
        steps = np.linalg.norm(solution[1:], axis=1)
        bin_size = min((s for s in steps if s > 0), default=0.0)
        if np.sqrt((residual**2).sum(axis=1).mean()) > _RESIDUAL_SHARE * bin_size:
            return None
        origin, inline, crossline = ((float(x), float(y)) for x, y in solution)
        return cls(origin, inline, crossline, unit)

    def to_json(self) -> dict[str, Any]:
        """Return origin, change per inline and per crossline number, and unit."""
        return {
            "origin": list(self.origin),
            "per_inline": list(self.per_inline),
            "per_crossline": list(self.per_crossline),
            "unit": self.unit,
        }

    def misfit(self, lines: NDArray[np.float64], coordinates: NDArray[np.float64]) -> float:
        """Measure how far traces lie from their bins.

        Parameters
        ----------
        lines : ndarray of float64, shape (n_traces, 2)
            Inline and crossline numbers.
        coordinates : ndarray of float64, shape (n_traces, 2)
            CDP X and Y, scaled.

        Returns
        -------
        float
            Root mean square distance, in the smaller side of a bin.
        """
        per_number = np.array([self.per_inline, self.per_crossline])
        residual = coordinates - np.array(self.origin) - lines @ per_number
        steps = np.linalg.norm(per_number, axis=1)
        bin_size = min((s for s in steps if s > 0), default=1.0)
        return float(np.sqrt((residual**2).sum(axis=1).mean()) / bin_size)

    def xy(self, inline: float, crossline: float) -> tuple[float, float]:
        """Return CDP X and Y of a bin, given by its line numbers."""
        x, y = (
            self.origin[k] + inline * self.per_inline[k] + crossline * self.per_crossline[k]
            for k in (0, 1)
        )
        return x, y

    def lines(self, x: float, y: float) -> tuple[float, float] | None:
        """Return inline and crossline number of a place, between bins too.

        Parameters
        ----------
        x, y : float
            CDP coordinates.

        Returns
        -------
        tuple of float or None
            None if inlines run parallel to crosslines, so that a place has no
            numbers.
        """
        (inline_x, inline_y), (crossline_x, crossline_y) = self.per_inline, self.per_crossline
        area = inline_x * crossline_y - inline_y * crossline_x
        if area == 0:
            return None
        east, north = x - self.origin[0], y - self.origin[1]
        return (
            (east * crossline_y - north * crossline_x) / area,
            (north * inline_x - east * inline_y) / area,
        )
