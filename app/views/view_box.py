"""Zoom and pan by wheel and mouse."""

from __future__ import annotations

from typing import Any, Protocol

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt

from engine.session.session import ViewRange

_ZOOM_PER_STEP = 1.2
_WHEEL_STEP = 120.0
_MAX_ZOOM_OUT = 1.5


class MouseTool(Protocol):
    """What the left button is given to."""

    def dragged(self, start: QPointF, end: QPointF, *, finished: bool) -> None:
        """Take a drag from one place to another, in survey numbers."""


class SectionViewBox(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """A view box with the mouse of an interpreter.

    The wheel zooms about the pointer, with Shift vertically only, with Ctrl
    horizontally only, unless the proportions are fixed; the middle button
    pans, and the left one while `panning` is set. The rest of the left button
    is the tool's.
    """

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.panning = False
        self.tool: MouseTool | None = None
        self._home = QRectF(0, 0, 1, 1)
        self._ratio: float | None = None

    @property
    def seen(self) -> ViewRange:
        """Ends of what is shown of columns and of rows, in their units."""
        across, down = self.viewRange()
        return (across[0], across[1]), (down[0], down[1])

    def look_at(self, seen: ViewRange) -> None:
        """Show what was seen before."""
        across, down = seen
        self.setRange(xRange=across, yRange=down, padding=0)

    def set_home(self, rect: QRectF) -> None:
        """Take the rectangle that `fit` shows, in survey numbers."""
        self._home = rect.normalized()
        self._set_limits()

    def set_ratio(self, ratio: float | None) -> None:
        """Fix the proportions, or free them and show everything.

        Parameters
        ----------
        ratio : float or None
            Pixels per unit to the right over pixels per unit downwards.
        """
        if ratio == self._ratio:
            return
        self._ratio = ratio
        self._set_limits()
        self.setAspectLocked(ratio is not None, ratio=ratio or 1.0)
        self.fit()

    def resizeEvent(self, ev: Any) -> None:
        """Keep room for the whole section at fixed proportions."""
        super().resizeEvent(ev)
        if self._ratio is not None:
            self._set_limits()

    def _set_limits(self) -> None:
        home, width, height = self._home, self._home.width(), self._home.height()
        if self._ratio is not None and self.width() > 0 and self.height() > 0:
            px_per_x = min(self.width() / width, self.height() / height * self._ratio)
            width = self.width() / px_per_x
            height = self.height() / px_per_x * self._ratio
        reach_x, reach_y = (_MAX_ZOOM_OUT / 2 * length for length in (width, height))
        self.setLimits(
            xMin=home.center().x() - reach_x,
            xMax=home.center().x() + reach_x,
            yMin=home.center().y() - reach_y,
            yMax=home.center().y() + reach_y,
        )

    def fit(self) -> None:
        """Show everything."""
        self.setRange(self._home, padding=0)

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        """Zoom about the pointer; see the class."""
        steps = ev.delta() / _WHEEL_STEP
        factor = _ZOOM_PER_STEP**-steps
        modifiers = ev.modifiers()
        horizontal = not modifiers & Qt.KeyboardModifier.ShiftModifier
        vertical = not modifiers & Qt.KeyboardModifier.ControlModifier
        if self._ratio is not None:
            horizontal = vertical = True
        elif axis is not None:
            horizontal, vertical = axis == pg.ViewBox.XAxis, axis == pg.ViewBox.YAxis
        centre = self.mapToView(ev.pos() if axis is None else self.boundingRect().center())
        self.scaleBy((factor if horizontal else 1.0, factor if vertical else 1.0), center=centre)
        ev.accept()

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """Pan with the middle button, or with the left one while `panning` is set."""
        middle, left = (
            ev.button() == button
            for button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton)
        )
        if left and not self.panning and self.tool is not None:
            ev.accept()
            start, end = self.mapToView(ev.buttonDownPos()), self.mapToView(ev.pos())
            self.tool.dragged(start, end, finished=ev.isFinish())
            return
        if not (middle or (self.panning and left)):
            ev.ignore()
            return
        ev.accept()
        moved = self.mapToView(ev.lastPos()) - self.mapToView(ev.pos())
        self.translateBy(x=moved.x(), y=moved.y())

    def mouseClickEvent(self, ev: Any) -> None:
        """Leave clicks to tools."""
        ev.ignore()
