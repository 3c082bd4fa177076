"""A volume with the lines that were drawn through it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.arbitrary_line import ARBITRARY, ArbitraryLine, LineTraces, line_traces
from engine.core.axes import Axis
from engine.core.gradual import GradualSection, GradualVolume
from engine.core.section import Plane, Section
from engine.core.survey import Survey
from engine.core.volume import Volume


class LinedVolume:
    """A volume that also has sections along arbitrary lines.

    It never changes: another line makes another one of these, so that whoever still
    reads along a line gets that line.

    Parameters
    ----------
    base : Volume
        With the directions ``inline`` and ``crossline``.
    lines : tuple of ArbitraryLine
        At least one.

    Raises
    ------
    ShapeError
        If a line is too long.
    """

    def __init__(self, base: Volume, lines: tuple[ArbitraryLine, ...]) -> None:
        self.base = base
        self.lines = lines
        inlines, crosslines = base.axis_along("inline"), base.axis_along("crossline")
        self._traces = tuple(line_traces(n, inlines, crosslines, base.survey) for n in lines)

    @property
    def path(self) -> Path:
        """The file."""
        return self.base.path

    @property
    def kind(self) -> str:
        """See `Volume.kind`."""
        return self.base.kind

    @property
    def axes(self) -> tuple[Axis, ...]:
        """See `Volume.axes`."""
        return self.base.axes

    @property
    def directions(self) -> tuple[str, ...]:
        """Those of the volume, and ``arbitrary``."""
        return (*self.base.directions, ARBITRARY)

    def axis_along(self, direction: str) -> Axis:
        """Return the axis of a direction; arbitrary lines are counted from 1."""
        if direction == ARBITRARY:
            return Axis(ARBITRARY, "1", 1.0, 1.0, len(self.lines))
        return self.base.axis_along(direction)

    @property
    def survey(self) -> Survey | None:
        """See `Volume.survey`."""
        return self.base.survey

    def section(self, direction: str, index: int) -> Section:
        """Read one plane, or the traces along a line.

        Parameters
        ----------
        direction : str
            One of `directions`.
        index : int
            Position along that axis, from 0.

        Returns
        -------
        Section
            Along a line: samples downwards, on an axis of distance or traces.

        Raises
        ------
        IndexError
            If `index` is outside the axis.
        """
        if direction != ARBITRARY:
            return self.base.section(direction, index)
        traces = self._line(index)
        data, n_bad = traces.read(self.base)
        plane = Plane(ARBITRARY, index, index + 1.0)
        return Section(data, self.base.axes[-1], traces.axis, plane, n_bad)

    def section_shape(self, direction: str, index: int) -> tuple[int, int]:
        """Return rows and columns of a section; see `Volume.section_shape`."""
        if direction != ARBITRARY:
            return self.base.section_shape(direction, index)
        return self.base.axes[-1].size, self._line(index).axis.size

    def section_gradually(self, direction: str, index: int) -> GradualSection | None:
        """Begin to read a section bit by bit; see `GradualVolume`. None along a line."""
        if direction == ARBITRARY or not isinstance(self.base, GradualVolume):
            return None
        return self.base.section_gradually(direction, index)

    def lines_at(self, index: int, col: int) -> tuple[float, float] | None:
        """Return the inline and crossline number of a trace of a line.

        Parameters
        ----------
        index : int
            The line, from 0.
        col : int
            The trace, from 0.

        Returns
        -------
        tuple of float or None
            None outside the survey.
        """
        traces = self._line(index)
        if traces.inlines[col] < 0:
            return None
        inlines, crosslines = self.axis_along("inline"), self.axis_along("crossline")
        return (
            inlines.value(int(traces.inlines[col])),
            crosslines.value(int(traces.crosslines[col])),
        )

    def bends(self, index: int) -> tuple[tuple[int, float, float], ...]:
        """Return where a line bends.

        Parameters
        ----------
        index : int
            The line, from 0.

        Returns
        -------
        tuple of (int, float, float)
            Trace from 0, inline and crossline number; of the node itself outside the
            survey. The ends of a line are no bends.
        """
        nodes = zip(self._line(index).nodes.tolist(), self.lines[index].nodes, strict=True)
        return tuple((col, *(self.lines_at(index, col) or node)) for col, node in nodes)[1:-1]

    def statistics(self) -> AmplitudeStatistics:
        """Measure a sample of the volume."""
        return self.base.statistics()

    def describe(self) -> dict[str, Any]:
        """Return what the file says."""
        return self.base.describe()

    def close(self) -> None:
        """Give up the file."""
        self.base.close()

    def _line(self, index: int) -> LineTraces:
        if not 0 <= index < len(self.lines):
            raise IndexError(f"line {index} is outside 0 to {len(self.lines) - 1}")
        return self._traces[index]


def without_lines(volume: Volume) -> Volume:
    """Return the volume through which lines were drawn; the same one if there are none."""
    return volume.base if isinstance(volume, LinedVolume) else volume


def numbers_at(volume: Volume, section: Section, row: int, col: int) -> dict[str, float]:
    """Return the survey numbers of a sample by the names of their axes.

    Parameters
    ----------
    volume : Volume
        Where the section was read.
    section : Section
        With its plane, if it has one.
    row, col : int
        The sample.

    Returns
    -------
    dict of str to float
        Of both axes and of the plane; on an arbitrary line of inline and crossline too.
    """
    numbers = {
        section.cols.name: section.cols.value(col),
        section.rows.name: section.rows.value(row),
    }
    plane = section.plane
    if plane is None:
        return numbers
    numbers[plane.direction] = plane.number
    if plane.direction == ARBITRARY and isinstance(volume, LinedVolume):
        lines = volume.lines_at(plane.index, col)
        if lines is not None:
            numbers["inline"], numbers["crossline"] = lines
    return numbers
