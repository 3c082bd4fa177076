"""Sections that take long to read and are shown as they come."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from engine.core.section import Section


class GradualSection(Protocol):
    """One section that is read bit by bit; by one thread at a time."""

    @property
    def done(self) -> bool:
        """Whether all of it was read."""

    def advance(self, seconds: float) -> Section:
        """Read on for a while and return what is there.

        Parameters
        ----------
        seconds : float
            How long about; at least one step is made.

        Returns
        -------
        Section
            `Section.rounded` until it is done: neighbours stand in for what was not read
            yet. Then as `Volume.section` returns it.
        """


@runtime_checkable
class GradualVolume(Protocol):
    """A volume some of whose sections are scattered over a large file."""

    def section_gradually(self, direction: str, index: int) -> GradualSection | None:
        """Begin to read a section bit by bit; None where it is read faster in one piece.

        Parameters
        ----------
        direction : str
            One of the volume's directions.
        index : int
            Position along it, from 0.
        """
