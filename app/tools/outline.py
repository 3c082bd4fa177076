"""Outlines: corners by clicks, or a lasso by a drag."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor

from app.session_model import SessionModel
from app.tools.label_tool import LabelTool
from app.views.label_layer import LabelLayer
from app.views.mouse_tool import ToolPointer
from app.views.section_view import SectionView
from engine.core.painting import polygon

_DEPTH = 51
_EDGE = QColor(10, 12, 15, 200)
_DRAG_PX = 5.0
_CLOSE_PX = 9.0
_LASSO_STEP_PX = 1.5
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class OutlineTool(LabelTool):
    """Fills what is outlined with the active class, or with Shift as left out.

    A drag draws a lasso, which its release fills. Clicks set corners; a double
    click, Return or a click on the first corner fills the polygon, Backspace takes
    the last corner back.
    """

    title = "Outline"

    def __init__(self, model: SessionModel, view: SectionView, layer: LabelLayer) -> None:
        super().__init__(model, view, layer)
        self._corners: list[ToolPointer] = []
        self._lasso: list[ToolPointer] | None = None
        self._line = pg.PlotCurveItem(shadowPen=pg.mkPen(_EDGE, width=4))
        self._nodes = pg.ScatterPlotItem(size=8, symbol="s", pen=pg.mkPen(_EDGE, width=1))
        for item in (self._line, self._nodes):
            item.setZValue(_DEPTH)
            item.hide()
            view.view_box.addItem(item, ignoreBounds=True)

    @property
    def n_corners(self) -> int:
        """Corners of the polygon that is being drawn."""
        return len(self._corners)

    def pressed(self, at: ToolPointer) -> None:
        """Begin what may become a lasso or a corner."""
        self._lasso = [at]

    def dragged(self, at: ToolPointer) -> None:
        """Draw on at the lasso."""
        if self._lasso is None:
            return
        if _distance_px(self._lasso[-1], at) >= _LASSO_STEP_PX:
            self._lasso.append(at)
        if self._is_drag(self._lasso) and not self._corners:
            self._draw(self._lasso, at)

    def released(self, at: ToolPointer) -> None:
        """Fill the lasso, or set a corner."""
        path, self._lasso = self._lasso, None
        if path is None:
            return
        if self._is_drag(path) and not self._corners:
            self._fill([*path, at], at)
        elif len(self._corners) > 2 and _distance_px(self._corners[0], at) <= _CLOSE_PX:
            self._fill(self._corners, at)
        else:
            self._corners.append(at)
            self._draw(self._corners, at)

    def double_clicked(self, at: ToolPointer) -> None:
        """Fill the polygon; the first of the two clicks has set its last corner."""
        self._fill(self._corners, at)

    def key_pressed(self, key: int) -> bool:
        """Fill on Return, take the last corner back on Backspace."""
        if not self._corners:
            return False
        if key in _RETURN:
            self._fill(self._corners, self._corners[-1])
            return True
        if key == Qt.Key.Key_Backspace:
            self._corners.pop()
            self._draw(self._corners, self._corners[-1] if self._corners else None)
            return True
        return False

    def hovered(self, at: ToolPointer | None) -> None:
        """Draw the line on to the mouse."""
        if self._corners:
            self._draw(self._corners, at or self._corners[-1])

    def escaped(self) -> bool:
        """Drop the outline."""
        busy = bool(self._corners or self._lasso)
        self.left()
        return busy

    def interrupted(self) -> None:
        """Drop the outline: it belongs to another slice."""
        self.left()

    def left(self) -> None:
        """Drop the outline."""
        self._corners = []
        self._lasso = None
        self._line.hide()
        self._nodes.hide()

    def _fill(self, path: list[ToolPointer], at: ToolPointer) -> None:
        shape = self._layer.shape
        places = [(corner.col, corner.row) for corner in path]
        self.left()
        if shape is not None:
            self._paint_found(lambda _: polygon(places, shape), self._label(at))

    def _draw(self, path: list[ToolPointer], at: ToolPointer | None) -> None:
        if at is None:
            self.left()
            return
        points = [corner.point for corner in path] + [at.point]
        color = QColor(self._color(self._label(at)))
        self._line.setData(
            [p.x() for p in points], [p.y() for p in points], pen=pg.mkPen(color, width=2)
        )
        self._line.show()
        corners: list[QPointF] = points[:-1] if path is self._corners else []
        self._nodes.setData(
            [p.x() for p in corners], [p.y() for p in corners], brush=pg.mkBrush(color)
        )
        self._nodes.setVisible(bool(corners))

    @staticmethod
    def _is_drag(path: list[ToolPointer]) -> bool:
        return any(_distance_px(path[0], at) > _DRAG_PX for at in path)


def _distance_px(one: ToolPointer, other: ToolPointer) -> float:
    way = one.pixel - other.pixel
    return float((way.x() ** 2 + way.y() ** 2) ** 0.5)
