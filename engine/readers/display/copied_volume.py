"""A volume that is shown from its display copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.arbitrary_line import read_traces
from engine.core.axes import Axis
from engine.core.gradual import GradualSection, GradualVolume
from engine.core.lined_volume import without_lines
from engine.core.section import Section
from engine.core.survey import Survey
from engine.core.volume import Volume
from engine.readers.das.processed import ProcessedRecord
from engine.readers.display.display_copy import DisplayCopy


class CopiedVolume:
    """Gives rounded sections from the copy as soon as there is one, and exact ones on demand.

    Parameters
    ----------
    exact : Volume
        The file itself; one on the same axes may take its place.
    copy : DisplayCopy or None
        Its copy, if there is one.
    """

    def __init__(self, exact: Volume, copy: DisplayCopy | None = None) -> None:
        self.exact = exact
        self._copy = copy
        if copy is not None:
            copy.mark_used()

    @property
    def has_copy(self) -> bool:
        """Whether sections come from a copy."""
        return self._copy is not None

    def attach(self, copy: DisplayCopy | None) -> None:
        """Show sections of a copy from now on; of the file itself for None."""
        self._copy = copy

    @property
    def path(self) -> Path:
        """The file."""
        return self.exact.path

    @property
    def kind(self) -> str:
        """See `Volume.kind`."""
        return self.exact.kind

    @property
    def axes(self) -> tuple[Axis, ...]:
        """See `Volume.axes`."""
        return self.exact.axes

    @property
    def directions(self) -> tuple[str, ...]:
        """See `Volume.directions`."""
        return self.exact.directions

    def axis_along(self, direction: str) -> Axis:
        """Return the axis of a direction; see `Volume.axis_along`."""
        return self.exact.axis_along(direction)

    @property
    def survey(self) -> Survey | None:
        """See `Volume.survey`."""
        return self.exact.survey

    def section(self, direction: str, index: int) -> Section:
        """Read one plane to look at; its `rounded` tells whether it is of the copy.

        Parameters
        ----------
        direction : str
            One of `directions`.
        index : int
            Position along that axis, from 0.

        Returns
        -------
        Section
            As `Volume.section`.
        """
        copy = self._copy
        if copy is not None and direction in copy.record.directions:
            try:
                return copy.section(direction, index)
            except OSError:
                self._copy = None  # it was removed to make room; the file is still there
        return self.exact.section(direction, index)

    def section_shape(self, direction: str, index: int) -> tuple[int, int]:
        """See `Volume.section_shape`."""
        return self.exact.section_shape(direction, index)

    def section_gradually(self, direction: str, index: int) -> GradualSection | None:
        """Begin to read a section bit by bit; see `GradualVolume`. None where the copy has it."""
        copy = self._copy
        if copy is not None and direction in copy.record.directions:
            return None
        if not isinstance(self.exact, GradualVolume):
            return None
        return self.exact.section_gradually(direction, index)

    def traces_at(
        self, inlines: NDArray[np.intp], crosslines: NDArray[np.intp]
    ) -> tuple[NDArray[np.float32], int]:
        """Read single traces of the file itself; see `read_traces`."""
        return read_traces(self.exact, inlines, crosslines)

    def statistics(self) -> AmplitudeStatistics:
        """Measure a sample of the file itself."""
        return self.exact.statistics()

    def describe(self) -> dict[str, Any]:
        """Return what the file itself says."""
        return self.exact.describe()

    def close(self) -> None:
        """Give up the file."""
        self.exact.close()


def exact_section(volume: Volume, section: Section) -> Section:
    """Return a section of the file itself for one that may be rounded or processed.

    Parameters
    ----------
    volume : Volume
        Where the section was read.
    section : Section
        With its plane.

    Returns
    -------
    Section
        The same one if it is as recorded.
    """
    plane = section.plane
    volume = without_lines(volume)
    if plane is None:
        return section
    if section.rounded and isinstance(volume, CopiedVolume):
        return volume.exact.section(plane.direction, plane.index)
    if section.processing and isinstance(volume, ProcessedRecord):
        return volume.record.section(plane.direction, plane.index)
    return section
