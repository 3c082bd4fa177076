"""A small plot of one curve in the colours of the window."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from app.widgets.plot_colors import dress_plot

_LEAST_HEIGHT = 110
_SIZE = (260, 170)
_FILL_ALPHA = 70
_DOT, _DOT_ALONE = 5, 8
_EDGE = 7
_LEAST_APART = 32.0
"""Pixels from number to number below a small plot."""


class CountAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of steps or epochs, which have no fractions."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return the distance of whole numbers that fit beside each other."""
        (major, offset), *_ = super().tickSpacing(minVal, maxVal, size)
        apart = max(round(major), 1.0)
        while apart * size < _LEAST_APART * (maxVal - minVal):
            apart *= 2
        return [(apart, offset)]


class SmallAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis of small numbers, written short, such as ``5e-4``."""

    def tickStrings(self, values: list[float], scale: float, _spacing: float) -> list[str]:
        """Return the numbers with their powers of ten."""
        texts = (f"{value * scale:.1e}" for value in values)
        return [
            "0" if float(text) == 0 else text.replace(".0e", "e").replace("e-0", "e-")
            for text in texts
        ]


class CurvePlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws a curve or the steps of a histogram, filled to a base line; one value is a dot.

    Parameters
    ----------
    counted : bool, default False
        Whether places are counted, so that only whole numbers stand below.
    dotted : bool, default False
        Whether each value has a dot.
    small : bool, default False
        Whether values are small numbers such as rates.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(
        self,
        *,
        counted: bool = False,
        dotted: bool = False,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        across = CountAxis("bottom") if counted else pg.AxisItem("bottom")
        upwards = SmallAxis("left") if small else pg.AxisItem("left")
        axes = {"bottom": across, "left": upwards}
        super().__init__(parent, enableMenu=False, axisItems=axes)
        # The half of a number at either end lies outside the axes.
        self.getPlotItem().layout.setContentsMargins(1, _EDGE, _EDGE, 1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        self._symbol = "o" if dotted else None
        self._curve = pg.PlotDataItem()
        self.addItem(self._curve)
        self._marks: list[pg.InfiniteLine] = []
        for side in ("bottom", "left"):
            self.getAxis(side).enableAutoSIPrefix(enable=False)
        self._dress()

    def sizeHint(self) -> QSize:
        """Return a size that leaves room to the section."""
        return QSize(*_SIZE)

    def name_axes(self, across: str, upwards: str) -> None:
        """Write quantities and units beside the axes."""
        self.setLabel("bottom", across)
        self.setLabel("left", upwards)

    def show_curve(
        self,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        base: float,
        *,
        top: float | None = None,
    ) -> None:
        """Draw another curve, or steps if there is one more place than values.

        Parameters
        ----------
        x : ndarray of float, shape (n,) or (n + 1,)
            Places, ascending.
        y : ndarray of float, shape (n,)
            Values.
        base : float
            Down to where the area is filled.
        top : float, optional
            Up to where there is room; the largest value, one above `base` at least,
            when left out.
        """
        steps = "center" if len(x) > len(y) else None
        alone = len(x) == 1
        symbol, size = ("o", _DOT_ALONE) if alone else (self._symbol, _DOT)
        self._curve.setData(x, y, stepMode=steps, fillLevel=base, symbol=symbol, symbolSize=size)
        self.set_places(float(x[0]), float(x[-1]))
        upper = max(float(y.max()), base + 1) if top is None else top
        self.setYRange(base, upper, padding=0.03)

    def set_places(self, first: float, last: float) -> None:
        """Reach from one place to another; one alone stands in the middle."""
        beside = 0.5 if first == last else 0.0
        self.setXRange(first - beside, last + beside, padding=0)

    def clear_curve(self) -> None:
        """Draw nothing."""
        self._curve.setData([], [], stepMode=None)
        self.mark(())

    def mark(self, places: tuple[float, ...]) -> None:
        """Draw upright lines at places."""
        for line in self._marks:
            self.removeItem(line)
        color = self.palette().color(QPalette.ColorRole.WindowText)
        pen = pg.mkPen(color, width=1, style=Qt.PenStyle.DashLine)
        self._marks = [pg.InfiniteLine(place, angle=90, pen=pen) for place in places]
        for line in self._marks:
            self.addItem(line, ignoreBounds=True)

    @property
    def marks(self) -> tuple[float, ...]:
        """Places that are marked."""
        return tuple(float(line.value()) for line in self._marks)

    @property
    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Places and values that are drawn."""
        x, y = self._curve.getOriginalDataset()
        return (x, y) if x is not None else (np.empty(0), np.empty(0))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_curve"):
            self._dress()

    def _dress(self) -> None:
        axes = (self.getAxis(side) for side in ("bottom", "left"))
        dress_plot(self, axes, self.palette().color(QPalette.ColorRole.Mid))
        color = self.palette().color(QPalette.ColorRole.Highlight)
        self._curve.setPen(pg.mkPen(color, width=1))
        self._curve.setSymbolPen(None)
        self._curve.setSymbolBrush(pg.mkBrush(color))
        color.setAlpha(_FILL_ALPHA)
        self._curve.setBrush(color)
