"""CDP coordinates from the trace headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.survey import Survey
from engine.readers.segy.header_scan import TraceHeaders
from engine.readers.segy.trace_grid import TraceGrid

SCALAR, UNITS = 71, 89
USUAL_COORDINATES = ((181, 185), (73, 77), (81, 85))
"""Bytes of X and Y: those of the CDP, of the source, of the receiver group."""

_ENOUGH = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class CoordinateCandidate:
    """A pair of bytes that may hold the CDP coordinates.

    Parameters
    ----------
    cdp_x, cdp_y : int
        Positions in the trace header, from 1.
    scalar : int
        The first trace's scalar: above zero it multiplies, below it divides.
    unit : str
        ``m``, ``ft``, ``arc seconds`` or ``degrees``.
    xy : ndarray of float64, shape (n_scanned, 2)
        Scaled coordinates of evenly spread traces.
    survey : Survey or None
        None for a 2-D line, and where coordinates do not follow the lines.
    misfit_bins : float or None
        Root mean square distance of the traces from their bins, in bins.
    """

    cdp_x: int
    cdp_y: int
    scalar: int
    unit: str
    xy: NDArray[np.float64]
    survey: Survey | None
    misfit_bins: float | None

    def to_json(self) -> dict[str, Any]:
        """Return ``bytes``, ``scalar``, ``unit``, the ranges ``x`` and ``y``, ``misfit_bins``."""
        low, high = self.xy.min(axis=0), self.xy.max(axis=0)
        return {
            "bytes": [self.cdp_x, self.cdp_y],
            "scalar": self.scalar,
            "unit": self.unit,
            "x": [float(low[0]), float(high[0])],
            "y": [float(low[1]), float(high[1])],
            "misfit_bins": None if self.misfit_bins is None else round(self.misfit_bins, 6),
        }


def rank_coordinates(
    headers: TraceHeaders,
    grid: TraceGrid | None,
    measurement: int,
    given: tuple[int, int] | None = None,
) -> tuple[CoordinateCandidate, ...]:
    """Read the coordinates of up to 20 000 traces and fit the survey to them.

    Parameters
    ----------
    headers : TraceHeaders
        Trace headers of the file.
    grid : TraceGrid or None
        Where its traces lie, if that is known.
    measurement : int
        Measurement system of the binary header: 2 is feet.
    given : tuple of int, optional
        Bytes of X and Y that the user named; the usual ones when left out.

    Returns
    -------
    tuple of CoordinateCandidate
        Those that follow the lines first, then as usual as they are; without
        those that are zero for all traces.
    """
    places = (given,) if given else USUAL_COORDINATES
    wanted = [SCALAR, UNITS, *(byte for pair in places for byte in pair)]
    numbers, columns = headers.spread(wanted, _ENOUGH)
    factors = _factors(columns[SCALAR])[:, None]
    scalar = int(columns[SCALAR][0])
    unit = _unit(int(columns[UNITS][0]), measurement)
    lines = _line_numbers(grid, numbers)
    found = []
    for pair in places:
        raw = np.column_stack([columns[pair[0]], columns[pair[1]]]).astype(np.float64)
        if not raw.any():
            continue
        xy = raw * factors
        survey = None if lines is None else Survey.fit(lines, xy, unit=unit)
        misfit = None if survey is None or lines is None else survey.misfit(lines, xy)
        found.append(CoordinateCandidate(*pair, scalar, unit, xy, survey, misfit))
    return tuple(sorted(found, key=lambda candidate: candidate.survey is None))


def _factors(scalars: NDArray[np.int32]) -> NDArray[np.float64]:
    """Positive scalars multiply, negative ones divide, zero leaves as it is."""
    values = scalars.astype(np.float64)
    magnitude = np.maximum(np.abs(values), 1.0)
    return np.where(values < 0, 1.0 / magnitude, magnitude)


def _unit(code: int, measurement: int) -> str:
    if code == 2:
        return "arc seconds"
    if code in {3, 4}:
        return "degrees"
    return "ft" if measurement == 2 else "m"


def _line_numbers(grid: TraceGrid | None, numbers: NDArray[np.int64]) -> NDArray[np.float64] | None:
    if grid is None or len(grid.axes) != 2:
        return None
    rows, cols = np.divmod(grid.cells[numbers], grid.traces.shape[1])
    inline, crossline = grid.axes
    lines = [inline.first + rows * inline.step, crossline.first + cols * crossline.step]
    return np.column_stack(lines).astype(np.float64)
