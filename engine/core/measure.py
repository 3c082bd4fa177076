"""Distances on a section."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.core.axes import Axis

_SECONDS = {"s": 1.0, "ms": 1e-3}


@dataclass(frozen=True, slots=True)
class Measurement:
    """A straight line on a section.

    Parameters
    ----------
    rows, cols : Axis
        Axes of the section; only names and units count.
    across, down : float
        Extent along columns and rows, in their units, with sign.
    lengths : tuple of float, optional
        Metres in one unit across and in one down.
    """

    rows: Axis
    cols: Axis
    across: float
    down: float
    lengths: tuple[float, float] | None = None

    @property
    def metres(self) -> tuple[float, float] | None:
        """Extent across and down in metres, if both axes are lengths."""
        if self.lengths is None:
            return None
        return self.across * self.lengths[0], self.down * self.lengths[1]

    @property
    def distance_m(self) -> float | None:
        """Length of the line in metres, if both axes are lengths."""
        return None if self.metres is None else math.hypot(*self.metres)

    @property
    def dip_deg(self) -> float | None:
        """Dip of the line, 0 to 90 degrees, if both axes are lengths."""
        if self.metres is None or not any(self.metres):
            return None
        across_m, down_m = self.metres
        return math.degrees(math.atan2(abs(down_m), abs(across_m)))

    def apparent_velocity(self, metres_across: float | None = None) -> float | None:
        """Return the distance across per time down.

        Parameters
        ----------
        metres_across : float, optional
            Metres in one unit across; of `lengths` when left out.

        Returns
        -------
        float or None
            Metres per second of the time as the axis tells it, so of two-way
            time on a stacked section; None where the rows are no times, the
            columns no lengths or the line is level.
        """
        scale = self.lengths[0] if self.lengths is not None else metres_across
        if scale is None or self.rows.unit not in _SECONDS or self.down == 0:
            return None
        return abs(self.across * scale / (self.down * _SECONDS[self.rows.unit]))

    @property
    def slope(self) -> float | None:
        """Units down per unit across, with sign; None on an upright line."""
        return self.down / self.across if self.across else None
