"""What every opened data set offers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Section
from engine.core.survey import Survey

_DOMAINS = {"record": "das", "image": "lunar"}
_KINDS = {"image": "an image", "gathers": "a file of gathers"}


def domain_of(kind: str) -> str:
    """Return the domain of a kind of data, as presets name it.

    Parameters
    ----------
    kind : str
        As `Volume.kind` has it.

    Returns
    -------
    {"seismic", "das", "lunar"}
        What models for such data are trained on.
    """
    return _DOMAINS.get(kind, "seismic")


def kind_text(kind: str) -> str:
    """Return a kind of data with its article, as it stands inside a sentence.

    Parameters
    ----------
    kind : str
        As `Volume.kind` has it.

    Returns
    -------
    str
        Such as ``a volume`` or ``an image``.
    """
    return _KINDS.get(kind, f"a {kind}")


def plane_shape(axes: Sequence[Axis], direction: str) -> tuple[int, int]:
    """Return the shape of the sections that span whole axes.

    Parameters
    ----------
    axes : sequence of Axis
        Two or three, as `Volume.axes` has them.
    direction : str
        The axis that is held fixed where there are three.

    Returns
    -------
    tuple of int
        Rows and columns: time, depth or rows downwards where one of the axes is such.
    """
    rows, cols = plane_axes(axes, direction)
    return rows.size, cols.size


def plane_axes(axes: Sequence[Axis], direction: str) -> tuple[Axis, Axis]:
    """Return the axes of rows and columns; see `plane_shape`."""
    kept = axes if len(axes) == 2 else [axis for axis in axes if axis.name != direction]
    rows, cols = kept
    if cols.points_down and not rows.points_down:
        return cols, rows
    return rows, cols


@runtime_checkable
class Volume(Protocol):
    """Amplitudes on disk, read section by section.

    Any thread may read; nothing is loaded before it is asked for. Axes, header
    text and geometry are copied when the file is opened.
    """

    @property
    def path(self) -> Path:
        """The file it was opened from."""

    @property
    def kind(self) -> str:
        """``volume`` for 3-D, ``line`` for a 2-D line, ``record``, ``image``, ..."""

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Axes of the array as it is stored: inline, crossline and samples of a volume."""

    @property
    def directions(self) -> tuple[str, ...]:
        """Ways to cut sections: names of axes; ``line`` for the one of a 2-D line."""

    def axis_along(self, direction: str) -> Axis:
        """Return the axis along which the sections of a direction are stacked.

        Parameters
        ----------
        direction : str
            One of `directions`.

        Returns
        -------
        Axis
            One of `axes` for lines and slices of a volume; elsewhere one that
            numbers the sections, of one position where there is one section.

        Raises
        ------
        ValueError
            If there is no such direction.
        """

    @property
    def survey(self) -> Survey | None:
        """Where the traces lie, if the file tells."""

    def section(self, direction: str, index: int) -> Section:
        """Read one plane.

        Parameters
        ----------
        direction : str
            One of `directions`.
        index : int
            Position along that axis, from 0.

        Returns
        -------
        Section
            Samples downwards for lines; inlines by crosslines for time or depth
            slices.
        """

    def section_shape(self, direction: str, index: int) -> tuple[int, int]:
        """Return rows and columns that `section` would have, without reading."""

    def statistics(self) -> AmplitudeStatistics:
        """Measure a strided sample of the amplitudes; kept after the first call."""

    def describe(self) -> dict[str, Any]:
        """Return what ``outcrop info --json`` prints beyond kind, shape and axes."""

    def close(self) -> None:
        """Give up the file; sections cannot be read any more."""
