"""A volume of the session and the place one looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.arbitrary_line import ARBITRARY, ArbitraryLine
from engine.core.axes import Axis
from engine.core.lined_volume import LinedVolume, without_lines
from engine.core.volume import Volume
from engine.session.processing import ProcessedView

ViewRange = tuple[tuple[float, float], tuple[float, float]]
"""Ends of what is seen of the columns and of the rows of a section, in their units."""


@dataclass(slots=True)
class OpenVolume:
    """A volume of the session and the place one looks at.

    Parameters
    ----------
    number : int
        Differs between any two volumes opened in one session.
    volume : Volume
        The data.
    statistics : AmplitudeStatistics
        Measured when it was opened.
    direction : str
        Direction of the current section.
    indices : dict of str to int
        The current position of each direction.
    description : mapping of str to object
        What the file says of itself, as JSON values.
    reader_options : mapping of str to object
        How it was opened.
    processed : ProcessedView, optional
        What is shown instead of the amplitudes as recorded.
    ranges : dict of str to ViewRange
        What was seen last of each direction.
    """

    number: int
    volume: Volume
    statistics: AmplitudeStatistics
    direction: str
    indices: dict[str, int]
    description: Mapping[str, Any] = field(default_factory=dict)
    reader_options: Mapping[str, Any] = field(default_factory=dict)
    processed: ProcessedView | None = None
    ranges: dict[str, ViewRange] = field(default_factory=dict)

    @classmethod
    def centred(cls, number: int, volume: Volume, statistics: AmplitudeStatistics) -> OpenVolume:
        """Look at the middle of a volume."""
        indices = {name: volume.axis_along(name).size // 2 for name in volume.directions}
        return cls(number, volume, statistics, volume.directions[0], indices)

    @property
    def shown_volume(self) -> Volume:
        """Where sections to look at are read."""
        return self.volume if self.processed is None else self.processed.volume

    @property
    def shown_statistics(self) -> AmplitudeStatistics:
        """Statistics of the amplitudes that are shown."""
        return self.statistics if self.processed is None else self.processed.statistics

    @property
    def lines(self) -> tuple[ArbitraryLine, ...]:
        """Lines that were drawn through the volume."""
        return self.volume.lines if isinstance(self.volume, LinedVolume) else ()

    @property
    def has_lines(self) -> bool:
        """Whether lines can be drawn through it: it has inlines and crosslines."""
        return {"inline", "crossline"} <= set(self.volume.directions)

    def take_lines(self, lines: tuple[ArbitraryLine, ...]) -> None:
        """Draw other lines through the volume; one that was looked along may be gone.

        Raises
        ------
        ShapeError
            If a line is too long.
        """
        base = without_lines(self.volume)
        self.volume = LinedVolume(base, lines) if lines else base
        if lines:
            present = self.indices.get(ARBITRARY, 0)
            self.indices[ARBITRARY] = min(present, len(lines) - 1)
        else:
            self.indices.pop(ARBITRARY, None)
            if self.direction == ARBITRARY:
                self.direction = base.directions[0]

    @property
    def index(self) -> int:
        """Position of the current section, from 0."""
        return self.indices[self.direction]

    @property
    def axis(self) -> Axis:
        """The axis along which the current sections are stacked."""
        return self.volume.axis_along(self.direction)
