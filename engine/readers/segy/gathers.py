"""Pre-stack files: a section for each gather."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Plane, Section
from engine.core.volume import plane_shape
from engine.readers.segy.description import FileFacts, describe_file
from engine.readers.segy.file_layout import FileLayout
from engine.readers.segy.gather_index import GatherIndex
from engine.readers.segy.live_traces import LiveTraces
from engine.readers.segy.options import SegyOptions


class SegyGathers:
    """A SEG-Y file whose traces are gathered by a number of their headers.

    Parameters
    ----------
    layout : FileLayout
        Where samples lie in the file.
    index : GatherIndex
        Which traces belong together.
    samples : Axis
        Time or depth.
    facts : FileFacts
        What else was learned when the file was opened.
    dead : ndarray of bool, shape (n_traces,)
        Traces that hold no data by their trace identification code.
    options : SegyOptions
        That open this file again.
    """

    kind = "gathers"
    survey = None

    def __init__(
        self,
        layout: FileLayout,
        index: GatherIndex,
        samples: Axis,
        *,
        facts: FileFacts,
        dead: NDArray[np.bool_],
        options: SegyOptions,
    ) -> None:
        self.layout = layout
        self.index = index
        self.options = options
        self._dead = dead
        self._facts = facts
        traces = Axis("trace", "1", 1.0, 1.0, int(index.folds.max()))
        self._axes = (index.axis(), traces, samples)
        self._live = LiveTraces(layout, dead)

    @property
    def path(self) -> Path:
        """The file."""
        return self.layout.path

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Gathers, traces of the longest gather, and samples."""
        return self._axes

    @property
    def directions(self) -> tuple[str, ...]:
        """The sort key; ``gather`` where its numbers are not even and gathers are counted."""
        return (self._axes[0].name,)

    def axis_along(self, direction: str) -> Axis:
        """Return the axis that numbers the gathers; see `GatherIndex.axis`.

        Raises
        ------
        ValueError
            If there is no such direction.
        """
        if direction not in self.directions:
            raise ValueError(f"no direction {direction!r} among {', '.join(self.directions)}")
        return self._axes[0]

    def section(self, direction: str, index: int) -> Section:
        """Read one gather.

        Parameters
        ----------
        direction : str
            The one of `directions`.
        index : int
            Position among the gathers, from 0; not the gather's number.

        Returns
        -------
        Section
            Shape ``(n_samples, n_traces)`` for the traces of the longest gather; NaN
            behind the last trace of a shorter one. Its plane is labelled with the
            gather's own number.

        Raises
        ------
        ValueError
            If there is no such direction or the file is closed.
        IndexError
            If `index` is outside the gathers.
        """
        axis = self.axis_along(direction)
        if not 0 <= index < axis.size:
            raise IndexError(f"{direction} index {index} is outside 0 to {axis.size - 1}")
        found = self.index.of(index)
        traces = np.full(self._axes[1].size, -1, dtype=np.int64)
        traces[: found.size] = found
        data, n_bad = self._live.gather(traces)
        plane = Plane(direction, index, axis.value(index), self.index.label(index))
        return Section(data, self._axes[2], self._axes[1], plane, n_bad)

    def section_shape(self, direction: str, index: int) -> tuple[int, int]:
        """Return rows and columns of a section; see `Volume.section_shape`."""
        return plane_shape(self._axes, direction)

    def statistics(self) -> AmplitudeStatistics:
        """Measure a sample of the amplitudes; see `LiveTraces.statistics`."""
        return self._live.statistics()

    def describe(self) -> dict[str, Any]:
        """Return what the file says about itself, ready for JSON."""
        return describe_file(self.layout, self._facts, self._dead, self.statistics())

    def close(self) -> None:
        """Give up the file; reads under way on other threads still finish."""
        self._live.close()
