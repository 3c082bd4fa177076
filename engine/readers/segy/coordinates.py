"""CDP coordinates from the trace headers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.survey import Survey
from engine.readers.segy.header_scan import HeaderScan
from engine.readers.segy.trace_grid import TraceGrid

_SCALAR, _UNITS = 71, 89
_PLACES = ((181, 185), (73, 77))
_ENOUGH = 20_000


def find_coordinates(
    scan: HeaderScan, grid: TraceGrid, measurement: int
) -> tuple[Survey | None, dict[str, Any] | None]:
    """Fit the survey to the coordinates of up to 20 000 traces.

    Parameters
    ----------
    scan : HeaderScan
        Trace headers of the file.
    grid : TraceGrid
        Where its traces lie.
    measurement : int
        Measurement system of the binary header: 2 is feet.

    Returns
    -------
    survey : Survey or None
        None for a 2-D line, and where coordinates do not follow the lines.
    description : dict or None
        ``bytes``, ``scalar``, ``unit``, and the ranges ``x`` and ``y``; None
        when all coordinates are zero.
    """
    step = max(grid.cells.size // _ENOUGH, 1)
    columns = scan.columns([_SCALAR, _UNITS, *(b for pair in _PLACES for b in pair)], step=step)
    for pair in _PLACES:
        raw = np.column_stack([columns[pair[0]], columns[pair[1]]]).astype(np.float64)
        if raw.any():
            break
    else:
        return None, None
    xy = raw * _factors(columns[_SCALAR])[:, None]
    unit = _unit(int(columns[_UNITS][0]), measurement)
    description = {
        "bytes": list(pair),
        "scalar": int(columns[_SCALAR][0]),
        "unit": unit,
        "x": [float(xy[:, 0].min()), float(xy[:, 0].max())],
        "y": [float(xy[:, 1].min()), float(xy[:, 1].max())],
    }
    return _fit(grid, xy, step, unit), description


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


def _fit(grid: TraceGrid, xy: NDArray[np.float64], step: int, unit: str) -> Survey | None:
    if len(grid.axes) != 2:
        return None
    rows, cols = np.divmod(grid.cells[::step], grid.traces.shape[1])
    inline, crossline = grid.axes
    lines = np.column_stack(
        [inline.first + rows * inline.step, crossline.first + cols * crossline.step]
    )
    return Survey.fit(lines.astype(np.float64), xy, unit=unit)
