"""What an opened image offers beyond any other data set."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from engine.core.georeference import Georeference
from engine.core.section import Section
from engine.core.volume import Volume


@runtime_checkable
class Image(Volume, Protocol):
    """A volume of kind ``image``: any window of it can be read at any resolution."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns at full resolution."""

    @property
    def georeference(self) -> Georeference | None:
        """Where the pixels lie on a body, if the file tells."""

    @property
    def longitudes(self) -> int:
        """180 where longitudes are told from -180 to 180, 360 from 0 to 360."""

    def window(self, rows: slice, cols: slice, step: int = 1) -> Section:
        """Read a part of the image.

        Parameters
        ----------
        rows, cols : slice
            Pixels from 0, first and last plus one; cut to the image.
        step : int, default 1
            Pixels of the image that one of the result stands for.

        Returns
        -------
        Section
            With axes that tell where it lies.

        Raises
        ------
        ShapeError
            If nothing of the image is in the window, or it is too large.
        """
