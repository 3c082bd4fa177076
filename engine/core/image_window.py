"""Which part of an image is read, and at which resolution."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.core.axes import Axis
from engine.errors import ShapeError

_MARGIN_SHARE = 0.25
"""Read beyond each side of what is seen, so that small moves need no other read."""
_RASTER = 64
"""Windows begin and end at multiples of so many of their own pixels."""


@dataclass(frozen=True, slots=True)
class ImageWindow:
    """A part of an image.

    Parameters
    ----------
    rows, cols : slice
        Pixels of the image from 0, first and last plus one.
    step : int, default 1
        Pixels of the image that one that is read stands for, down and across.

    Raises
    ------
    ShapeError
        If there is no pixel in it.
    """

    rows: slice
    cols: slice
    step: int = 1

    def __post_init__(self) -> None:
        if not (0 <= self.rows.start < self.rows.stop and 0 <= self.cols.start < self.cols.stop):
            raise ShapeError(
                f"no window of an image: rows {self.rows.start} to {self.rows.stop}, columns "
                f"{self.cols.start} to {self.cols.stop}"
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, in pixels of the image."""
        return self.rows.stop - self.rows.start, self.cols.stop - self.cols.start

    def holds(self, other: ImageWindow) -> bool:
        """Tell whether another window lies in this one."""
        return all(
            own.start <= part.start and part.stop <= own.stop
            for own, part in ((self.rows, other.rows), (self.cols, other.cols))
        )

    def axes(self, rows: Axis, cols: Axis) -> tuple[Axis, Axis]:
        """Return the axes of its pixels at full resolution.

        Parameters
        ----------
        rows, cols : Axis
            Those of the image.

        Returns
        -------
        rows, cols : Axis
            The parts of them; `step` does not count.
        """
        down, across = (
            replace(axis, first=axis.value(part.start), size=part.stop - part.start)
            for axis, part in ((rows, self.rows), (cols, self.cols))
        )
        return down, across

    def to_draw(self, shape: tuple[int, int], screen: tuple[float, float]) -> ImageWindow:
        """Return what to read so that this window can be drawn.

        Parameters
        ----------
        shape : tuple of int
            Rows and columns of the image.
        screen : tuple of float
            Pixels of the screen that this window takes, down and across.

        Returns
        -------
        ImageWindow
            A quarter of the window more on each side, on a raster that does not
            move when one pans; its step is the largest power of two that leaves
            each pixel of the screen one of its own.
        """
        seen = min(n / max(px, 1.0) for n, px in zip(self.shape, screen, strict=True))
        step = 1
        while step * 2 <= seen:
            step *= 2
        rows, cols = (
            _widened(part, n, step * _RASTER)
            for part, n in zip((self.rows, self.cols), shape, strict=True)
        )
        return ImageWindow(rows, cols, step)

    def cut(self, longest: int) -> ImageWindow:
        """Return its middle at full resolution, if it has more than ``longest ** 2`` pixels.

        Parameters
        ----------
        longest : int
            Longest side of the result where the window is too large.

        Returns
        -------
        ImageWindow
            The window itself where it is not.
        """
        height, width = self.shape
        if height * width <= longest * longest:
            return replace(self, step=1)
        return ImageWindow(_middle(self.rows, longest), _middle(self.cols, longest))


def _widened(part: slice, n: int, raster: int) -> slice:
    margin = round((part.stop - part.start) * _MARGIN_SHARE)
    first = max(part.start - margin, 0) // raster * raster
    last = -(-(part.stop + margin) // raster) * raster
    return slice(first, min(last, n))


def _middle(part: slice, longest: int) -> slice:
    length = min(part.stop - part.start, longest)
    first = (part.start + part.stop - length) // 2
    return slice(first, first + length)
