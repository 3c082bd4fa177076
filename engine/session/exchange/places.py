"""From nodes on sections to places of the survey, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.axes import Axis
from engine.core.volume import Volume, kind_text, plane_axes
from engine.errors import DataError
from engine.session.edits import Pick

_ON_A_LINE = 0.05
"""Share of a step by which the nodes of a pick may lie beside their section."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point of a survey.

    Parameters
    ----------
    inline, crossline : float
        Line numbers, between lines too.
    x, y : float
        CDP coordinates; the line numbers where the survey has none.
    z : float
        Time or depth, in the unit of the volume.
    """

    inline: float
    crossline: float
    x: float
    y: float
    z: float


class SurveyPlaces:
    """Knows where the nodes of picks lie.

    Parameters
    ----------
    volume : Volume
        A volume with inlines, crosslines and a time or depth axis.

    Raises
    ------
    DataError
        If it is something else.
    """

    def __init__(self, volume: Volume) -> None:
        names = [axis.name for axis in volume.axes]
        samples = [axis for axis in volume.axes if axis.is_samples]
        if "inline" not in names or "crossline" not in names or len(samples) != 1:
            raise DataError(
                f"{volume.path.name}: picks of {kind_text(volume.kind)} have no place in a survey",
                hint="This format is for volumes with inlines and crosslines.",
            )
        self._volume = volume
        self._axes = {axis.name: axis for axis in volume.axes}
        self._samples = samples[0]

    def places(self, pick: Pick) -> list[Place]:
        """Return the place of each node of a pick."""
        rows, cols = plane_axes(self._volume.axes, pick.direction)
        across = self._volume.axis_along(pick.direction)
        found = []
        for col, row in pick.nodes:
            at = {
                rows.name: rows.value(row),
                cols.name: cols.value(col),
                across.name: across.value(pick.index),
            }
            inline, crossline = at["inline"], at["crossline"]
            survey = self._volume.survey
            x, y = survey.xy(inline, crossline) if survey is not None else (inline, crossline)
            found.append(Place(inline, crossline, x, y, at[self._samples.name]))
        return found

    def from_xy(self, x: float, y: float, z: float) -> Place:
        """Return the place of coordinates; they are line numbers where the survey has none.

        Raises
        ------
        DataError
            If the survey does not tell its lines.
        """
        survey = self._volume.survey
        lines = (x, y) if survey is None else survey.lines(x, y)
        if lines is None:
            raise DataError(f"{self._volume.path.name}: its coordinates tell no line numbers")
        return Place(float(lines[0]), float(lines[1]), x, y, z)

    def on_section(
        self, places: list[Place]
    ) -> tuple[str, int, tuple[tuple[float, float], ...]] | None:
        """Find the section on which places lie.

        Parameters
        ----------
        places : list of Place
            Nodes of a stick or line.

        Returns
        -------
        tuple or None
            Direction, index, and column and row of each node; None if they lie on no
            single inline, crossline or slice of the volume.
        """
        values = {
            "inline": np.array([place.inline for place in places]),
            "crossline": np.array([place.crossline for place in places]),
            self._samples.name: np.array([place.z for place in places]),
        }
        for direction in self._volume.directions:
            axis = self._axes[direction]
            index = _common_index(axis, values[direction])
            if index is not None:
                rows, cols = plane_axes(self._volume.axes, direction)
                pairs = (
                    (values[cols.name] - cols.first) / cols.step,
                    (values[rows.name] - rows.first) / rows.step,
                )
                return direction, index, tuple(zip(*(p.tolist() for p in pairs), strict=True))
        return None


def _common_index(axis: Axis, values: np.ndarray) -> int | None:
    at = (values - axis.first) / axis.step
    index = round(float(np.median(at)))
    near = bool((np.abs(at - index) <= _ON_A_LINE).all())
    return index if near and 0 <= index < axis.size else None
