"""Samples of one SEG-Y file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Plane, Section
from engine.core.survey import Survey
from engine.readers.segy.description import FileFacts, describe_file
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.options import SegyOptions
from engine.readers.segy.trace_grid import TraceGrid
from engine.readers.segy.trace_samples import TraceSamples

_SAMPLED = 200_000
_LONGEST_RUN = 2048
_BLOCK = 4096

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
        Opens a file, given its path and options.

    Notes
    -----
    NumPy copies and converts without the interpreter lock, so that reading on a
    worker thread does not hold up the window.
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
        opener: Callable[[Path, SegyOptions], SegyVolume],
    ) -> None:
        self.layout = layout
        self.grid = grid
        self.dead = dead
        self.options = options
        self._facts = facts
        self._opener = opener
        self._axes = (*grid.axes, samples)
        self._statistics: AmplitudeStatistics | None = None
        self._lock = threading.Lock()
        self._samples: TraceSamples | None = TraceSamples(layout)

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
        samples = self._open_samples()
        if direction == "line":
            plane = Plane("line", 0, 1.0)
            return self._vertical(samples, self.grid.traces, self._axes[0], plane)
        fixed = self.directions.index(direction)
        if not 0 <= index < axis.size:
            raise IndexError(f"{direction} index {index} is outside 0 to {axis.size - 1}")
        plane = Plane(direction, index, axis.value(index))
        if axis.is_samples:
            return self._horizontal(samples, index, plane)
        traces = self.grid.traces[index] if fixed == 0 else self.grid.traces[:, index]
        return self._vertical(samples, traces, self._axes[1 - fixed], plane)

    def statistics(self) -> AmplitudeStatistics:
        """Measure about 200 000 samples of evenly spread traces; kept after the first call.

        Returns
        -------
        AmplitudeStatistics
            Of live traces; traces of zeros only are padding and left out.
        """
        with self._lock:
            if self._statistics is None:
                self._statistics = self._measure(self._open_samples())
            return self._statistics

    def silent(self, traces: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which traces hold no data.

        Parameters
        ----------
        traces : ndarray of int64, shape (n,)
            Trace numbers from 0.

        Returns
        -------
        ndarray of bool, shape (n,)
            True for traces that are marked dead or hold only zeros.
        """
        samples = self._open_samples()
        silent = self.dead[traces]
        for start in range(0, traces.size, _BLOCK):
            block = samples.traces(traces[start : start + _BLOCK])
            silent[start : start + _BLOCK] |= ~block.any(axis=1)
        return silent

    def reopen(self, path: Path) -> SegyVolume:
        """Open another file with this one's bytes of line numbers, interval and domain.

        Raises
        ------
        ReadError
            If it does not have that geometry.
        """
        return self._opener(path, self.options)

    def describe(self) -> dict[str, Any]:
        """Return what the file says about itself, ready for JSON."""
        return describe_file(self.layout, self.grid, self._facts, self.dead, self.statistics())

    def close(self) -> None:
        """Give up the file; reads under way on other threads still finish."""
        self._samples = None

    def _open_samples(self) -> TraceSamples:
        samples = self._samples
        if samples is None:
            raise ValueError(f"{self.path}: the volume is closed")
        return samples

    def _vertical(
        self, samples: TraceSamples, traces: NDArray[np.int64], cols: Axis, plane: Plane
    ) -> Section:
        present = traces >= 0
        live = traces[present]
        data = self.layout.sample_format.decode(samples.traces(live))
        n_bad = self._mark(data, self.dead[live])
        if live.size < traces.size:
            found, data = data, np.full((traces.size, data.shape[1]), np.nan, dtype=np.float32)
            data[present] = found
        rows = self._axes[-1]
        return Section(np.ascontiguousarray(data.T), rows, cols, plane, n_bad)

    def _horizontal(self, samples: TraceSamples, index: int, plane: Plane) -> Section:
        values = self.layout.sample_format.decode(samples.slice(index))
        n_bad = self._mark(values, self.dead)
        data = np.full(self.grid.traces.size, np.nan, dtype=np.float32)
        data[self.grid.cells] = values
        rows, cols = self._axes[:2]
        return Section(data.reshape(rows.size, cols.size), rows, cols, plane, n_bad)

    def _mark(self, data: NDArray[np.float32], dead: NDArray[np.bool_]) -> int:
        """Set dead traces and samples that are not finite to NaN; count the latter."""
        n_bad = 0
        if self.layout.sample_format.may_be_not_finite:
            bad = ~np.isfinite(data)
            if bad.any():
                n_bad = int(np.count_nonzero(bad[~dead]))
                data[bad] = np.nan
        if dead.any():
            data[dead] = np.nan
        return n_bad

    def _measure(self, samples: TraceSamples) -> AmplitudeStatistics:
        n_traces, n_samples = self.layout.n_traces, self.layout.n_samples
        every = -(-n_samples // _LONGEST_RUN)
        count = min(n_traces, max(_SAMPLED * every // n_samples, 1))
        # Jitter keeps the picks from always meeting the same crosslines.
        jitter = np.random.default_rng(0).random(count)
        picks = ((np.arange(count) + jitter) * (n_traces / count)).astype(np.int64)
        data = self.layout.sample_format.decode(samples.traces(picks)[:, ::every])
        live = ~self.dead[picks] & data.any(axis=1)
        return AmplitudeStatistics.from_samples(data[live])
