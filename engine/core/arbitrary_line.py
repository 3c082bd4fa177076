"""Lines from node to node through a survey, whatever the lines it was shot along."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.survey import Survey
from engine.core.volume import Volume
from engine.errors import ShapeError

ARBITRARY = "arbitrary"
"""Direction of the sections along such lines."""

MOST_TRACES = 1 << 16
"""Of one line."""

_LENGTHS = ("m", "ft")


@dataclass(frozen=True, slots=True)
class ArbitraryLine:
    """A line through a survey.

    Parameters
    ----------
    nodes : tuple of (float, float)
        Inline and crossline numbers where it begins, bends and ends.

    Raises
    ------
    ShapeError
        If there are fewer than two nodes, one is not finite, or two that follow
        each other are the same.
    """

    nodes: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if len(self.nodes) < 2:
            raise ShapeError(
                f"a line of {len(self.nodes)} nodes", hint="Give it two different nodes or more."
            )
        if not all(math.isfinite(number) for node in self.nodes for number in node):
            raise ShapeError(f"a line with a node that is nowhere: {self.nodes}")
        if any(a == b for a, b in zip(self.nodes, self.nodes[1:], strict=False)):
            raise ShapeError(f"a line with two equal nodes after each other: {self.nodes}")

    def moved(self, node: int, place: tuple[float, float]) -> ArbitraryLine:
        """Return the line with one node elsewhere."""
        return ArbitraryLine((*self.nodes[:node], place, *self.nodes[node + 1 :]))

    def to_json(self) -> dict[str, Any]:
        """Return the nodes."""
        return {"nodes": [list(node) for node in self.nodes]}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> ArbitraryLine:
        """Build a line from what `to_json` returned."""
        return cls(tuple((float(inline), float(crossline)) for inline, crossline in value["nodes"]))


@runtime_checkable
class TraceAccess(Protocol):
    """A volume that gives single traces without reading whole sections."""

    def traces_at(
        self, inlines: NDArray[np.intp], crosslines: NDArray[np.intp]
    ) -> tuple[NDArray[np.float32], int]:
        """Read traces.

        Parameters
        ----------
        inlines, crosslines : ndarray of intp, shape (n,)
            Positions along the two axes, from 0.

        Returns
        -------
        data : ndarray of float32, shape (n_samples, n)
            NaN where there is no trace.
        n_bad : int
            Samples that are not finite in the file; NaN too.
        """


@dataclass(frozen=True, slots=True, eq=False)
class LineTraces:
    """The traces of a line.

    Parameters
    ----------
    axis : Axis
        ``distance`` along the line in the unit of the coordinates; ``trace``,
        counted from 1, where these are unknown or no lengths.
    inlines, crosslines : ndarray of intp, shape (n,)
        Positions of the traces along the two axes of the survey, from 0; -1 for
        places outside.
    nodes : ndarray of intp, shape (n_nodes,)
        The trace at each node, from 0.
    """

    axis: Axis
    inlines: NDArray[np.intp]
    crosslines: NDArray[np.intp]
    nodes: NDArray[np.intp]

    def read(self, volume: Volume) -> tuple[NDArray[np.float32], int]:
        """Read the traces; see `read_traces`.

        Parameters
        ----------
        volume : Volume
            With the directions ``inline`` and ``crossline``.

        Returns
        -------
        data : ndarray of float32, shape (n_samples, n)
            NaN outside the survey too.
        n_bad : int
            Samples that are not finite in the file.
        """
        inside = self.inlines >= 0
        data = np.full((volume.axes[-1].size, self.axis.size), np.nan, dtype=np.float32)
        data[:, inside], n_bad = read_traces(volume, self.inlines[inside], self.crosslines[inside])
        return data, n_bad


def read_traces(
    volume: Volume, inlines: NDArray[np.intp], crosslines: NDArray[np.intp]
) -> tuple[NDArray[np.float32], int]:
    """Read single traces, inline by inline where the volume gives only sections.

    Parameters
    ----------
    volume : Volume
        With the directions ``inline`` and ``crossline``.
    inlines, crosslines : ndarray of intp, shape (n,)
        Positions along the two axes, from 0.

    Returns
    -------
    data : ndarray of float32, shape (n_samples, n)
        NaN where there is no trace.
    n_bad : int
        As `TraceAccess.traces_at`; 0 where that is not known.

    Raises
    ------
    ReadError
        If the file is damaged there.
    """
    if isinstance(volume, TraceAccess):
        return volume.traces_at(inlines, crosslines)
    data = np.empty((volume.axes[-1].size, inlines.size), dtype=np.float32)
    for inline in np.unique(inlines):
        here = inlines == inline
        data[:, here] = volume.section("inline", int(inline)).data[:, crosslines[here]]
    return data, 0


def line_traces(
    line: ArbitraryLine, inlines: Axis, crosslines: Axis, survey: Survey | None
) -> LineTraces:
    """Choose the traces that stand for a line.

    Places lie at equal distances along the line, about the shorter side of a bin;
    each gets the nearest trace as it is: nothing is interpolated, so amplitudes and
    waveforms are those that were recorded. The place nearest to a node is the node
    itself, so that nodes are met however the distances fall.

    Parameters
    ----------
    line : ArbitraryLine
        Its nodes may lie between bins and outside the survey.
    inlines, crosslines : Axis
        Numbers of the lines.
    survey : Survey or None
        Turns numbers into coordinates.

    Returns
    -------
    LineTraces
        At least two.

    Raises
    ------
    ShapeError
        If there are more than `MOST_TRACES`.
    """
    numbers = np.array(line.nodes)
    steps = np.array([inlines.step, crosslines.step])
    nodes = (numbers - (inlines.first, crosslines.first)) / steps
    per_bin, unit = _bins(steps, survey)
    legs = np.linalg.norm(np.diff(nodes, axis=0) @ per_bin, axis=1)
    ends = np.concatenate([[0.0], np.cumsum(legs)])
    spacing = float(np.linalg.norm(per_bin, axis=1).min())
    n = max(round(float(ends[-1]) / spacing), 1) + 1
    if n > MOST_TRACES:
        raise ShapeError(f"a line of {n} traces, more than {MOST_TRACES}", hint="Draw it shorter.")
    step = float(ends[-1]) / (n - 1)
    along = np.arange(n) * step
    places = np.column_stack([np.interp(along, ends, nodes[:, k]) for k in (0, 1)])
    met = np.rint(ends / step).astype(np.intp)
    places[met] = nodes
    found = np.rint(places).astype(np.intp)
    outside = ((found < 0) | (found >= (inlines.size, crosslines.size))).any(axis=1)
    found[outside] = -1
    axis = Axis("distance", unit, 0.0, step, n) if unit else Axis("trace", "1", 1.0, 1.0, n)
    return LineTraces(axis, found[:, 0], found[:, 1], met)


def _bins(steps: NDArray[np.float64], survey: Survey | None) -> tuple[NDArray[np.float64], str]:
    """Return how far one bin further is along both axes, as vectors, and their unit."""
    if survey is not None and survey.unit in _LENGTHS:
        per_bin = np.array([survey.per_inline, survey.per_crossline]) * steps[:, None]
        # Where all traces lie at one place, or on one line, coordinates are no measure.
        if abs(np.linalg.det(per_bin)) > 0:
            return per_bin, survey.unit
    return np.eye(2), ""
