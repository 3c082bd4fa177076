"""A small map of the grid that a file's line numbers make, and of its coordinates."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

from app.theme import is_dark
from app.views.axis_items import SurveyAxis
from engine.core.axes import Axis
from engine.readers.segy.grid_preview import GridPreview

_EMPTY, _ONE, _SEVERAL = (128, 128, 128, 50), (31, 111, 192, 255), (230, 120, 20, 255)
"""Colours that people with any colour vision tell apart: no trace, one, several."""
_SLACK = 1e-3
_MARGIN = 0.03


class GridMap(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws where traces are: on the grid of their numbers, by their coordinates, or by gather.

    Parameters
    ----------
    name : str
        For people who do not see it.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self._left, self._below = SurveyAxis("left"), SurveyAxis("bottom")
        super().__init__(parent, axisItems={"left": self._left, "bottom": self._below})
        self.setAccessibleName(name)
        self.setMinimumSize(220, 150)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._points = pg.ScatterPlotItem(size=3, pen=None, brush=QColor(*_ONE))
        self._curve = pg.PlotCurveItem(pen=QColor(*_ONE), fillLevel=0)
        self._curve.setBrush(QColor(*_ONE[:3], 90))
        for item in (self._image, self._points, self._curve):
            self.addItem(item)
        self._dress()

    def show_grid(self, preview: GridPreview) -> None:
        """Show inlines upwards and crosslines to the right; or how many traces gathers have."""
        self._clear()
        if preview.folds is not None:
            self._show_folds(preview.folds)
        elif preview.share is not None and preview.rows is not None and preview.cols is not None:
            self._show_share(preview.share, preview.rows, preview.cols)

    def show_places(self, preview: GridPreview) -> None:
        """Show traces at their coordinates, both axes to the same scale."""
        self._clear()
        unit = preview.xy_unit
        self._left.set_axis(Axis("Y", unit or "1", 0.0, 1.0, 1))
        self._below.set_axis(Axis("X", unit or "1", 0.0, 1.0, 1))
        if preview.xy is None:
            return
        self._points.setData(preview.xy[:, 0], preview.xy[:, 1])
        self.getViewBox().setAspectLocked(lock=True)
        low, high = preview.xy.min(axis=0), preview.xy.max(axis=0)
        size = np.maximum(high - low, 1.0)
        self._frame(QRectF(low[0], low[1], size[0], size[1]))

    def _clear(self) -> None:
        self._image.clear()
        self._points.clear()
        self._curve.clear()
        self.getViewBox().setAspectLocked(lock=False)

    def _show_share(self, share: NDArray[np.float32], rows: Axis, cols: Axis) -> None:
        colors = np.zeros((*share.shape, 4), dtype=np.float32)
        weight = np.clip(share, 0, 1)[..., None]
        colors[:] = np.array(_EMPTY) * (1 - weight) + np.array(_ONE) * weight
        colors[share > 1 + _SLACK] = _SEVERAL
        self._image.setImage(colors.astype(np.uint8), autoLevels=False)
        width, height = cols.step * cols.size, rows.step * rows.size
        rect = QRectF(cols.first - cols.step / 2, rows.first - rows.step / 2, width, height)
        self._image.setRect(rect)
        self._left.set_axis(rows)
        self._below.set_axis(cols)
        self._frame(rect)

    def _show_folds(self, folds: NDArray[np.int64]) -> None:
        self._curve.setData(np.arange(folds.size + 1) + 0.5, folds, stepMode="center")
        self._left.set_axis(Axis("traces", "1", 0.0, 1.0, 1))
        self._below.set_axis(Axis("gather", "1", 1.0, 1.0, int(folds.size)))
        self._frame(QRectF(0.5, 0, folds.size, float(folds.max())))

    def _frame(self, rect: QRectF) -> None:
        self.setRange(rect, padding=_MARGIN)

    def _dress(self) -> None:
        """Take the colours of the window."""
        palette = self.palette()
        self.setBackground(palette.color(QPalette.ColorRole.Base))
        text = palette.color(QPalette.ColorRole.WindowText)
        line = QColor(text)
        line.setAlpha(120 if is_dark(palette) else 90)
        for axis in (self._left, self._below):
            axis.setPen(pg.mkPen(line))
            axis.setTextPen(pg.mkPen(text))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_curve"):
            self._dress()
