"""What grid some options would make of a file, without opening its samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.errors import EngineError, ReadError
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.segy.coordinates import CoordinateCandidate, rank_coordinates
from engine.readers.segy.file_layout import FileLayout, read_layout, telling_read_errors
from engine.readers.segy.gather_index import GatherIndex
from engine.readers.segy.geometry import find_geometry
from engine.readers.segy.header_scan import HeaderScan
from engine.readers.segy.options import SegyOptions
from engine.readers.segy.sort_key import SortKey
from engine.readers.segy.trace_grid import NumberRange, TraceGrid

_LARGEST_SIDE = 240
"""Pixels of the map of the grid; larger grids are counted in blocks."""
_POINTS = 4000


@dataclass(frozen=True, slots=True, eq=False)
class GridPreview:
    """A grid as a small map.

    Parameters
    ----------
    options : SegyOptions
        What was asked for.
    facts : tuple of (str, str)
        Names and values for people.
    problem : str, default ""
        Why no file can be opened so; then the map shows what is there all the same.
    hint : str, default ""
        What to do about it.
    share : ndarray of float32, shape (n_rows, n_cols), optional
        Traces for each place of a block of the grid: 0 for none, 1 for one at each
        place, more where places are taken twice.
    rows, cols : Axis, optional
        Of `share`: inlines downwards, crosslines to the right.
    folds : ndarray of int64, shape (n_gathers,), optional
        Traces of each gather.
    xy : ndarray of float64, shape (n_points, 2), optional
        Coordinates of evenly spread traces.
    xy_unit : str, default ""
        Their unit.
    """

    options: SegyOptions
    facts: tuple[tuple[str, str], ...]
    problem: str = ""
    hint: str = ""
    share: NDArray[np.float32] | None = None
    rows: Axis | None = None
    cols: Axis | None = None
    folds: NDArray[np.int64] | None = None
    xy: NDArray[np.float64] | None = None
    xy_unit: str = ""


def preview_grid(path: Path, options: Mapping[str, Any], job: JobContext = NULL_JOB) -> GridPreview:
    """Find out what some options would make of a file.

    Parameters
    ----------
    path : pathlib.Path
        A SEG-Y file.
    options : mapping of str to object
        Fields of `SegyOptions`.
    job : JobContext, optional
        Checked and told while trace headers are read.

    Returns
    -------
    GridPreview
        With `problem` set where the file cannot be opened so.

    Raises
    ------
    ReadError
        If the file cannot be read.
    SettingsError
        If an option is outside its range.
    """
    chosen = SegyOptions.from_mapping(options)
    with telling_read_errors(path):
        with path.open("rb") as file:
            layout = read_layout(path, file, path.stat().st_size, _pass_over)
        scan = HeaderScan(layout, job)
        if chosen.sort_key is not None:
            return _gathers(layout, scan, chosen)
        try:
            geometry = find_geometry(layout, scan, chosen)
        except EngineError as error:
            return _refused(layout, scan, chosen, error)
        place = _best_place(scan, geometry.grid, layout, chosen)
        share, rows, cols = _share(geometry.grid)
        facts = [*_grid_facts(geometry.grid), *_place_facts(place, areal=rows.size > 1)]
        return _preview(chosen, facts, place, share=share, rows=rows, cols=cols)


def _pass_over(_error: ReadError) -> None:
    """Go on: the report of the headers tells of the fault."""


def _preview(
    options: SegyOptions,
    facts: list[tuple[str, str]],
    place: CoordinateCandidate | None,
    **more: Any,
) -> GridPreview:
    if place is not None:
        step = max(len(place.xy) // _POINTS, 1)
        more |= {"xy": place.xy[::step], "xy_unit": place.unit}
    return GridPreview(options, tuple(facts), **more)


def _gathers(layout: FileLayout, scan: HeaderScan, options: SegyOptions) -> GridPreview:
    index = GatherIndex.build(SortKey.parse(str(options.sort_key)), scan)
    low, high = int(index.folds.min()), int(index.folds.max())
    facts = [
        ("Gathers", f"{index.n_gathers} by {index.key.name}"),
        ("Traces in each", str(low) if low == high else f"{low} to {high}, short ones padded"),
        ("First", index.label(0)),
        ("Last", index.label(index.n_gathers - 1)),
    ]
    return _preview(options, facts, _best_place(scan, None, layout, options), folds=index.folds)


def _refused(
    layout: FileLayout, scan: HeaderScan, options: SegyOptions, error: EngineError
) -> GridPreview:
    place = _best_place(scan, None, layout, options)
    text = str(error).removeprefix(f"{layout.path}: ")
    more: dict[str, Any] = {"problem": text, "hint": error.hint}
    facts: list[tuple[str, str]] = []
    if options.iline is not None and options.xline is not None:
        columns = scan.columns([options.iline, options.xline])
        numbers = columns[options.iline], columns[options.xline]
        ranges = NumberRange.of(numbers[0]), NumberRange.of(numbers[1])
        facts.append(("Inlines", ranges[0].text))
        facts.append(("Crosslines", ranges[1].text))
        indices = tuple(r.indices(c) for r, c in zip(ranges, numbers, strict=True))
        axes = (ranges[0].axis("inline"), ranges[1].axis("crossline"))
        share, rows, cols = _count_blocks(axes, indices)
        more |= {"share": share, "rows": rows, "cols": cols}
    return _preview(options, [*facts, *_place_facts(place, areal=False)], place, **more)


def _best_place(
    scan: HeaderScan, grid: TraceGrid | None, layout: FileLayout, options: SegyOptions
) -> CoordinateCandidate | None:
    ranked = rank_coordinates(scan, grid, layout.measurement, options.coordinate_bytes)
    return ranked[0] if ranked else None


def _grid_facts(grid: TraceGrid) -> list[tuple[str, str]]:
    facts = []
    for axis in grid.axes:
        step = f", step {axis.step:g}" if axis.step != 1 else ""
        name = axis.name.upper() if axis.name == "cdp" else axis.name.capitalize()
        facts.append((f"{name}s", f"{axis.first:.0f} to {axis.last:.0f}{step} ({axis.size})"))
    missing = grid.traces.size - grid.cells.size
    facts.append(("Grid filled", f"{grid.fill:.1%}; {missing} places without a trace"))
    if len(grid.axes) > 1:
        order = {"none": "neither inline nor crossline"}.get(grid.sorting, grid.sorting)
        facts.append(("Sorted by", order))
    return facts


def _place_facts(place: CoordinateCandidate | None, *, areal: bool) -> list[tuple[str, str]]:
    if place is None:
        return [("Coordinates", "none: all are zero")]
    facts = [("Coordinates", f"bytes {place.cdp_x} and {place.cdp_y}, scalar {place.scalar}")]
    if place.survey is None or place.misfit_bins is None:
        return [*facts, ("Map", "coordinates do not follow the lines")] if areal else facts
    sides = [float(np.hypot(*v)) for v in (place.survey.per_inline, place.survey.per_crossline)]
    facts.append(("Distance of numbers", f"{sides[0]:.4g} x {sides[1]:.4g} {place.unit}"))
    facts.append(("Off the grid", f"{place.misfit_bins:.2g} bins (root mean square)"))
    return facts


def _share(grid: TraceGrid) -> tuple[NDArray[np.float32], Axis, Axis]:
    if len(grid.axes) == 1:
        line = Axis("line", "1", 1.0, 1.0, 1)
        return _count_blocks((line, grid.axes[0]), (np.zeros_like(grid.cells), grid.cells))
    rows, cols = np.divmod(grid.cells, grid.traces.shape[1])
    return _count_blocks((grid.axes[0], grid.axes[1]), (rows, cols))


def _count_blocks(
    axes: tuple[Axis, Axis], indices: tuple[NDArray[np.int64], ...]
) -> tuple[NDArray[np.float32], Axis, Axis]:
    """Count traces for each place, in blocks that keep the map small."""
    blocks = [-(-axis.size // _LARGEST_SIDE) for axis in axes]
    sizes = [-(-axis.size // block) for axis, block in zip(axes, blocks, strict=True)]
    cells = (indices[0] // blocks[0]) * sizes[1] + indices[1] // blocks[1]
    counts = np.bincount(cells, minlength=sizes[0] * sizes[1]).reshape(sizes)
    # The last block of a side may have fewer places.
    places = [
        np.minimum(block, axis.size - np.arange(size) * block)
        for axis, block, size in zip(axes, blocks, sizes, strict=True)
    ]
    share = (counts / np.outer(places[0], places[1])).astype(np.float32)
    rows, cols = (
        Axis(axis.name, axis.unit, axis.first, axis.step * block, size)
        for axis, block, size in zip(axes, blocks, sizes, strict=True)
    )
    return share, rows, cols
