"""Zoom and pan by wheel and mouse."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QTransform

from engine.session.open_volume import ViewRange

_ZOOM_PER_STEP = 1.2
_WHEEL_STEP = 120.0
_MAX_ZOOM_OUT = 1.5


class SectionViewBox(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """A view box with the mouse of an interpreter.

    The wheel zooms about the pointer, with Shift vertically only, with Ctrl
    horizontally only, unless the proportions are fixed; the middle button
    pans, and the left one while `panning` is set. Otherwise the left button is
    the tool's, which `app.views.mouse_tool` serves.

    Ranges and places are those of the section, columns as x and rows as y. With
    `swapped` rows are drawn to the right and columns downwards; that is done
    here alone, in the matrix under which all items lie.
    """

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.swapped = False
        self.panning = False
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

    def set_swapped(self, *, swapped: bool) -> None:
        """Draw rows to the right and columns downwards, or as usual."""
        if swapped != self.swapped:
            self.swapped = swapped
            self._matrixNeedsUpdate = True
            self.updateMatrix()
            self.sigRangeChanged.emit(self, self.viewRange(), [True, True])

    def ends(self, *, vertical: bool) -> tuple[float, float]:
        """Return the positions at the lower and upper, or left and right edge of the view."""
        (left, right), (first, last) = self.viewRange()
        if self.swapped:
            return (right, left) if vertical else (first, last)
        if not vertical:
            return left, right
        return (last, first) if self.yInverted() else (first, last)

    def updateMatrix(self, changed: Any = None) -> None:
        """Lay what is drawn into the view."""
        seen = self.viewRect()
        if not (self.swapped and self._matrixNeedsUpdate and seen.width() and seen.height()):
            super().updateMatrix(changed)
            return
        room = self.rect()
        per_col, per_row = room.height() / seen.width(), room.width() / seen.height()
        to_middle = QTransform.fromTranslate(-seen.center().x(), -seen.center().y())
        swap = QTransform(0, per_col, per_row, 0, 0, 0)
        back = QTransform.fromTranslate(room.center().x(), room.center().y())
        self.childGroup.setTransform(to_middle * swap * back)
        self._matrixNeedsUpdate = False
        self.sigTransformChanged.emit(self)

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
        cols, rows = (vertical, horizontal) if self.swapped else (horizontal, vertical)
        self.scaleBy((factor if cols else 1.0, factor if rows else 1.0), center=centre)
        ev.accept()

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        """Pan with the middle button, or with the left one while `panning` is set."""
        middle, left = (
            ev.button() == button
            for button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton)
        )
        if not (middle or (self.panning and left)):
            ev.ignore()
            return
        ev.accept()
        moved = self.mapToView(ev.lastPos()) - self.mapToView(ev.pos())
        self.translateBy(x=moved.x(), y=moved.y())

    def mouseClickEvent(self, ev: Any) -> None:
        """Leave clicks to tools."""
        ev.ignore()
