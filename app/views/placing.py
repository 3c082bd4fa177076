"""Where a section lies in survey numbers, and what lies where in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from app.workers.analysis import VisiblePart
from app.workers.slices import SliceImage
from engine.core.axes import Axis
from engine.core.image import Image
from engine.core.image_window import ImageWindow
from engine.core.section import Section
from engine.session.open_volume import ViewRange


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the mouse points on the section that is shown.

    Parameters
    ----------
    section : Section
        The section, or the finer window of a large image that is drawn there.
    row, col : int
        Indices into it.
    """

    section: Section
    row: int
    col: int


def section_rect(section: Section) -> QRectF:
    """Return the rectangle of a section: half a step beyond the outer positions."""
    return axes_rect(section.rows, section.cols)


def axes_rect(rows: Axis, cols: Axis) -> QRectF:
    """Return the rectangle of two axes: half a step beyond their ends."""
    return QRectF(cols.value(-0.5), rows.value(-0.5), cols.step * cols.size, rows.step * rows.size)


def grid_axes(shown: SliceImage) -> tuple[Axis, Axis]:
    """Return the axes of rows and columns at full resolution: an overview's are the image's."""
    volume = shown.request.volume
    if volume.kind == "image":
        rows, cols = volume.axes
        return rows, cols
    return shown.section.rows, shown.section.cols


def large_image(shown: SliceImage | None) -> Image | None:
    """Return the image of which only an overview is shown, if it is one."""
    if shown is None or shown.request.volume.kind != "image":
        return None
    image = shown.request.volume
    whole = shown.section.data.shape == tuple(axis.size for axis in image.axes)
    return image if isinstance(image, Image) and not whole else None


def seen_window(image: Image, seen: ViewRange) -> ImageWindow | None:
    """Return which pixels of an image lie inside a view; None if none does."""
    rows, cols = image.axes
    across, down = (
        positions_between(axis, *ends) for axis, ends in zip((cols, rows), seen, strict=True)
    )
    if down.start >= down.stop or across.start >= across.stop:
        return None
    return ImageWindow(down, across)


def visible_part(
    shown: SliceImage | None, finer: Section | None, seen: ViewRange
) -> VisiblePart | None:
    """Return the samples inside a view.

    Parameters
    ----------
    shown : SliceImage or None
        The slice on the screen.
    finer : Section or None
        A part of it that is drawn in more detail; measured if it is all that is seen.
    seen : pair of pairs of float
        What the view shows.

    Returns
    -------
    VisiblePart or None
        None where nothing is seen.
    """
    if shown is None:
        return None
    section = shown.section
    if finer is not None:
        (left, right), (low, high) = seen
        part = section_rect(section).intersected(QRectF(left, low, right - left, high - low))
        if section_rect(finer).normalized().contains(part):
            section = finer
    cols, rows = (
        positions_between(axis, *ends)
        for axis, ends in zip((section.cols, section.rows), seen, strict=True)
    )
    if rows.start >= rows.stop or cols.start >= cols.stop:
        return None
    return VisiblePart(section, rows, cols, shown.request.levels, shown.request.volume)


def positions_between(axis: Axis, one_end: float, other_end: float) -> slice:
    """Return which positions of an axis lie between two values; empty if none does."""
    low, high = sorted((value - axis.first) / axis.step for value in (one_end, other_end))
    first, stop = math.ceil(low), math.floor(high) + 1
    return slice(min(max(first, 0), axis.size), min(max(stop, 0), axis.size))


def sample_at(section: Section, point: QPointF) -> Pointer | None:
    """Return the sample at a place in survey numbers, if there is one."""
    col = round((point.x() - section.cols.first) / section.cols.step)
    row = round((point.y() - section.rows.first) / section.rows.step)
    inside = 0 <= row < section.rows.size and 0 <= col < section.cols.size
    return Pointer(section, row, col) if inside else None
