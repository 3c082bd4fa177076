"""Samples of one SEG-Y file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.gradual import GradualSection
from engine.core.section import Plane, Section
from engine.core.survey import Survey
from engine.core.volume import plane_shape
from engine.jobs.context import NULL_JOB, JobContext
from engine.readers.segy.description import FileFacts, describe_file
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.gradual import GradualSegySection, ScatteredTraces
from engine.readers.segy.live_traces import LiveTraces
from engine.readers.segy.options import SegyOptions
from engine.readers.segy.trace_grid import TraceGrid

GRADUAL_BYTES = 64_000_000
"""Smaller files come from any disk in a tenth of a second."""
_LINE_BLOCK = 64
"""Traces of a scattered line that are read at a time."""
_SLICE_BLOCK_BYTES = 32_000_000
"""Of the file, whose traces are looked at together for a slice."""

_LINE = Axis("line", "1", 1.0, 1.0, 1)
"""Along which the one section of a 2-D line is stacked."""


class SegyVolume:
    """A post-stack SEG-Y file whose samples are read on demand.

    Parameters
    ----------
    layout : FileLayout
        Where samples lie in the file.
    grid : TraceGrid
        Where traces lie in the survey.
    samples : Axis
        Time or depth.
    facts : FileFacts
        What else was learned when the file was opened.
    dead : ndarray of bool, shape (n_traces,)
        Traces that hold no data by their trace identification code.
    options : SegyOptions
        That open this file again, or another one with the same geometry.
    opener : callable
        Opens a file by all its headers, given its path, options and a job.
    """

    def __init__(
        self,
        layout: FileLayout,
        grid: TraceGrid,
        samples: Axis,
        *,
        facts: FileFacts,
        dead: NDArray[np.bool_],
        options: SegyOptions,
        opener: Callable[[Path, SegyOptions, JobContext], SegyVolume],
    ) -> None:
        self.layout = layout
        self.grid = grid
        self.dead = dead
        self.options = options
        self._facts = facts
        self._opener = opener
        self._axes = (*grid.axes, samples)
        self._live = LiveTraces(layout, dead)

    @property
    def path(self) -> Path:
        """The file."""
        return self.layout.path

    @property
    def kind(self) -> str:
        """``volume`` or ``line``."""
        return "volume" if self.grid.traces.ndim == 2 else "line"

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Inline, crossline and samples; traces and samples of a line."""
        return self._axes

    @property
    def directions(self) -> tuple[str, ...]:
        """Directions of sections."""
        return tuple(a.name for a in self._axes) if self.kind == "volume" else ("line",)

    def axis_along(self, direction: str) -> Axis:
        """Return the axis of that name; one of a single position for a 2-D line.

        Raises
        ------
        ValueError
            If there is no such direction.
        """
        if direction not in self.directions:
            raise ValueError(f"no direction {direction!r} among {', '.join(self.directions)}")
        return _LINE if direction == "line" else self._axes[self.directions.index(direction)]

    @property
    def traces(self) -> NDArray[np.int64]:
        """Trace number of each place, shaped like the trace axes; -1 for none."""
        return self.grid.traces

    @property
    def sorting(self) -> str:
        """``inline`` or ``crossline``, the direction whose sections lie in one piece; ``none``."""
        return self.grid.sorting

    @property
    def survey(self) -> Survey | None:
        """Map from line numbers to CDP coordinates."""
        return self._facts.survey

    def section(self, direction: str, index: int) -> Section:
        """Read one plane.

        Parameters
        ----------
        direction : str
            One of `directions`.
        index : int
            Position along that axis, from 0; not the line number.

        Returns
        -------
        Section
            Shape ``(n_samples, n_traces)`` for lines, samples downwards, and
            ``(n_inlines, n_crosslines)`` for time and depth slices; NaN where
            there is no trace, a dead one, or a sample that is not finite.

        Raises
        ------
        ValueError
            If there is no such direction or the volume is closed.
        IndexError
            If `index` is outside the axis.
        """
        axis = self.axis_along(direction)
        if direction == "line":
            return self._vertical(self.grid.traces, self._axes[0], Plane("line", 0, 1.0))
        plane = self._plane(direction, index)
        if axis.is_samples:
            values, n_bad = self._live.slice(index)
            data = np.full(self.grid.traces.size, np.nan, dtype=np.float32)
            data[self.grid.cells] = values
            return self._horizontal(data, n_bad, plane)
        traces, cols = self._traces_along(direction, index)
        return self._vertical(traces, cols, plane)

    def section_gradually(self, direction: str, index: int) -> GradualSection | None:
        """Begin to read a section that is scattered over a large file; see `GradualVolume`.

        Parameters
        ----------
        direction : str
            One of `directions`.
        index : int
            Position along that axis, from 0.

        Returns
        -------
        GradualSection or None
            None for sections that lie in one piece, and for all of a small file.
        """
        if direction in {"line", self.sorting} or self.layout.size_bytes < GRADUAL_BYTES:
            return None
        return GradualSegySection(self._scattered(direction, index))

    def section_shape(self, direction: str, index: int) -> tuple[int, int]:
        """Return rows and columns of a section; see `Volume.section_shape`."""
        return plane_shape(self._axes, direction)

    def traces_at(
        self, inlines: NDArray[np.intp], crosslines: NDArray[np.intp]
    ) -> tuple[NDArray[np.float32], int]:
        """Read single traces of a 3-D volume; see `TraceAccess`.

        Parameters
        ----------
        inlines, crosslines : ndarray of intp, shape (n,)
            Positions along the two axes, from 0.

        Returns
        -------
        data : ndarray of float32, shape (n_samples, n)
            NaN as in `section`.
        n_bad : int
            Samples of live traces that are not finite.
        """
        return self._live.gather(self.grid.traces[inlines, crosslines])

    def statistics(self) -> AmplitudeStatistics:
        """Measure a sample of the amplitudes; see `LiveTraces.statistics`."""
        return self._live.statistics()

    def silent(self, traces: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which traces are marked dead or hold only zeros; see `LiveTraces.silent`."""
        return self._live.silent(traces)

    def reopen(self, path: Path) -> SegyVolume:
        """Open another file with this one's bytes of line numbers, interval and domain.

        Raises
        ------
        ReadError
            If it does not have that geometry.
        """
        return self._opener(path, self.options, NULL_JOB)

    @property
    def presumed(self) -> bool:
        """Whether the grid follows from some of the trace headers; the rest may not agree."""
        return self._facts.presumed_by is not None

    def read_all_headers(self, job: JobContext = NULL_JOB) -> SegyVolume:
        """Open the file anew by all its trace headers, as the user asked for it.

        Parameters
        ----------
        job : JobContext, optional
            Checked and told while they are read.

        Returns
        -------
        SegyVolume
            Not `presumed`; this one itself if it is not.

        Raises
        ------
        ReadError
            If they make no regular geometry.
        JobCancelledError
            If the job is cancelled.
        """
        asked = self._facts.presumed_by
        return self if asked is None else self._opener(self.path, asked, job)

    def describe(self) -> dict[str, Any]:
        """Return what the file says about itself, ready for JSON."""
        return describe_file(self.layout, self._facts, self.dead, self.statistics())

    def close(self) -> None:
        """Give up the file; reads under way on other threads still finish."""
        self._live.close()

    def _plane(self, direction: str, index: int) -> Plane:
        axis = self.axis_along(direction)
        if not 0 <= index < axis.size:
            raise IndexError(f"{direction} index {index} is outside 0 to {axis.size - 1}")
        return Plane(direction, index, axis.value(index))

    def _traces_along(self, direction: str, index: int) -> tuple[NDArray[np.int64], Axis]:
        """Return the traces of an inline or a crossline, and the axis that they run along."""
        if direction == self._axes[0].name:
            return self.grid.traces[index], self._axes[1]
        return self.grid.traces[:, index], self._axes[0]

    def _vertical(self, traces: NDArray[np.int64], cols: Axis, plane: Plane) -> Section:
        data, n_bad = self._live.gather(traces)
        return Section(data, self._axes[-1], cols, plane, n_bad)

    def _horizontal(
        self, data: NDArray[np.float32], n_bad: int, plane: Plane, *, rounded: bool = False
    ) -> Section:
        rows, cols = self._axes[:2]
        return Section(data.reshape(rows.size, cols.size), rows, cols, plane, n_bad, rounded)

    def _scattered(self, direction: str, index: int) -> ScatteredTraces:
        plane = self._plane(direction, index)
        if self.axis_along(direction).is_samples:
            return self._scattered_slice(index, plane)
        traces, cols = self._traces_along(direction, index)
        cells = np.flatnonzero(traces >= 0)

        def block(number: int) -> tuple[NDArray[np.int64], NDArray[np.float32], int]:
            some = cells[number * _LINE_BLOCK : (number + 1) * _LINE_BLOCK]
            return some, *self._live.gather(traces[some])

        return ScatteredTraces(
            traces[None],
            self._axes[-1].size,
            -(-cells.size // _LINE_BLOCK),
            lambda some: self._live.gather(some)[0],
            block,
            lambda data, n_bad, rounded: Section(data, self._axes[-1], cols, plane, n_bad, rounded),
        )

    def _scattered_slice(self, index: int, plane: Plane) -> ScatteredTraces:
        layout, cells = self.layout, self.grid.cells
        size = max(_SLICE_BLOCK_BYTES // layout.trace_bytes, 1)

        def block(number: int) -> tuple[NDArray[np.int64], NDArray[np.float32], int]:
            start, stop = number * size, (number + 1) * size
            values, n_bad = self._live.slice(index, start, stop)
            return cells[start:stop], values[None], n_bad

        return ScatteredTraces(
            self.grid.traces,
            1,
            -(-layout.n_traces // size),
            lambda some: self._live.points(some, index)[None],
            block,
            lambda data, n_bad, rounded: self._horizontal(data[0], n_bad, plane, rounded=rounded),
        )
