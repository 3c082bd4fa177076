"""Filling what looks alike, and what lies between two amplitudes."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QGraphicsRectItem

from app.session_model import SessionModel
from app.tools.label_tool import LabelTool, fillable
from app.views.label_layer import LabelLayer
from app.views.mouse_tool import ToolPointer
from app.views.section_view import SectionView
from engine.core.levels import Levels
from engine.core.painting import Stamp
from engine.core.region_fill import between, similar_region, smoothed
from engine.session.labelling import ToolSettings

_DEPTH = 51


class FillTool(LabelTool):
    """A click fills the connected samples that look like the one clicked.

    Only what is on the screen is filled, and only what is not labelled, unless the
    settings say otherwise. Shift marks it as left out.
    """

    title = "Fill"

    def released(self, at: ToolPointer) -> None:
        """Fill."""
        shown, part = self._view.shown, self._view.visible_part
        section = self._section
        if shown is None or part is None or section is None:
            return
        tools, data = self._model.session.tools, section.data
        place = (round(at.row), round(at.col))
        tolerance = tools.tolerance * shown.request.levels.half

        def find(classes: NDArray[np.uint8]) -> Stamp | None:
            return similar_region(
                data,
                place,
                tolerance,
                sigma=tools.smoothing,
                part=(part.rows, part.cols),
                allowed=fillable(classes, fills_labelled=tools.fills_labelled),
            )

        self._paint_found(find, self._label(at))


class ThresholdTool(LabelTool):
    """A drag labels what lies between two amplitudes inside a rectangle."""

    title = "Threshold"

    def __init__(self, model: SessionModel, view: SectionView, layer: LabelLayer) -> None:
        super().__init__(model, view, layer)
        self._start: ToolPointer | None = None
        self._frame = QGraphicsRectItem()
        pen = pg.mkPen("#ffffff", width=1.5, style=Qt.PenStyle.DashLine)
        self._frame.setPen(pen)
        self._frame.setZValue(_DEPTH)
        self._frame.hide()
        view.view_box.addItem(self._frame, ignoreBounds=True)

    def pressed(self, at: ToolPointer) -> None:
        """Begin a rectangle."""
        self._start = at

    def dragged(self, at: ToolPointer) -> None:
        """Draw the rectangle."""
        if self._start is not None:
            self._frame.setRect(QRectF(self._start.point, at.point).normalized())
            self._frame.show()

    def released(self, at: ToolPointer) -> None:
        """Label inside the rectangle."""
        start = self._start
        self.left()
        if start is not None:
            rows = _span(start.row, at.row)
            cols = _span(start.col, at.col)
            self._apply((rows, cols), self._label(at))

    def apply_to_visible(self) -> None:
        """Label what is on the screen."""
        part = self._view.visible_part
        if part is not None:
            self._apply((part.rows, part.cols), self._model.session.class_id)

    def escaped(self) -> bool:
        """Drop the rectangle."""
        busy = self._start is not None
        self.left()
        return busy

    def interrupted(self) -> None:
        """Drop the rectangle: it belongs to another slice."""
        self.left()

    def left(self) -> None:
        """Drop the rectangle."""
        self._start = None
        self._frame.hide()

    def _apply(self, part: tuple[slice, slice], label: int) -> None:
        section, shown = self._section, self._view.shown
        if section is None or shown is None:
            return
        tools = self._model.session.tools
        rows, cols = (
            slice(*where.indices(size)[:2])
            for where, size in zip(part, section.data.shape, strict=True)
        )
        if rows.start >= rows.stop or cols.start >= cols.stop:
            return
        low, high = threshold_range(tools, shown.request.levels)
        values = section.data[rows, cols]

        def find(classes: NDArray[np.uint8]) -> Stamp | None:
            found = between(smoothed(values, tools.smoothing), low, high)
            if found is None:
                return None
            stamp = Stamp(found.row + rows.start, found.col + cols.start, found.inside)
            here = classes[stamp.rows, stamp.cols]
            free = fillable(here, fills_labelled=tools.fills_labelled)
            return stamp if free is None else Stamp(stamp.row, stamp.col, stamp.inside & free)

        self._paint_found(find, label)


def threshold_range(tools: ToolSettings, levels: Levels) -> tuple[float, float]:
    """Return the amplitudes that the threshold keeps.

    Parameters
    ----------
    tools : ToolSettings
        What the user chose.
    levels : Levels
        How the data are drawn.

    Returns
    -------
    tuple of float
        Lowest and highest; without a choice the upper half of the colours and all above.
    """
    if tools.threshold is not None:
        return tools.threshold
    return levels.centre + levels.half / 2, float("inf")


def _span(one: float, other: float) -> slice:
    low, high = sorted((one, other))
    return slice(max(round(low), 0), max(round(high) + 1, 0))
