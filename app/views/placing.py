"""Where a section lies in survey numbers, and what lies where in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from app.workers.analysis import VisiblePart
from app.workers.slices import SliceImage
from engine.core.axes import Axis
from engine.core.section import Section


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the mouse points on the section that is shown.

    Parameters
    ----------
    row, col : int
        Indices into the section.
    """

    row: int
    col: int


def section_rect(section: Section) -> QRectF:
    """Return the rectangle of a section: half a step beyond the outer positions."""
    rows, cols = section.rows, section.cols
    return QRectF(cols.value(-0.5), rows.value(-0.5), cols.step * cols.size, rows.step * rows.size)


def positions_between(axis: Axis, one_end: float, other_end: float) -> slice:
    """Return which positions of an axis lie between two values; empty if none does."""
    low, high = sorted((value - axis.first) / axis.step for value in (one_end, other_end))
    first, stop = math.ceil(low), math.floor(high) + 1
    return slice(min(max(first, 0), axis.size), min(max(stop, 0), axis.size))


def part_between(
    shown: SliceImage, view_range: tuple[tuple[float, float], tuple[float, float]]
) -> VisiblePart | None:
    """Return the samples of a slice inside a range of columns and of rows, if there are any."""
    section = shown.section
    cols, rows = (
        positions_between(axis, *ends)
        for axis, ends in zip((section.cols, section.rows), view_range, strict=True)
    )
    if rows.start >= rows.stop or cols.start >= cols.stop:
        return None
    return VisiblePart(section, rows, cols, shown.request.levels)


def sample_at(section: Section, point: QPointF) -> Pointer | None:
    """Return the sample at a place in survey numbers, if there is one."""
    col = round((point.x() - section.cols.first) / section.cols.step)
    row = round((point.y() - section.rows.first) / section.rows.step)
    inside = 0 <= row < section.rows.size and 0 <= col < section.cols.size
    return Pointer(row, col) if inside else None
