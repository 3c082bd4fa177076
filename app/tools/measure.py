"""Measures distance, dip and apparent velocity along a line drawn on the section."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QColor

from app.views.mouse_tool import MouseTool, ToolPointer
from app.views.section_view import SectionView
from engine.core.axes import Axis
from engine.core.measure import Measurement
from engine.core.scale import metres_per_unit

MEASURE = "measure"
"""Name of the tool in the session."""
_LINE = QColor("#ffd60a")
_EDGE = QColor(20, 20, 20, 220)
_PAPER = QColor(20, 24, 28, 225)
_DEPTH = 50


class MeasureTool(QObject, MouseTool):
    """Dragging with the left button draws a line.

    The line stays until another is drawn, another slice is shown or the tool
    is left.

    Parameters
    ----------
    view : SectionView
        Where it measures.
    """

    measured = Signal(object)
    """A `Measurement` that has ended."""

    def __init__(self, view: SectionView) -> None:
        super().__init__(view)
        self._view = view
        self._start: QPointF | None = None
        self._line = pg.PlotCurveItem(
            pen=pg.mkPen(_LINE, width=2), shadowPen=pg.mkPen(_EDGE, width=4)
        )
        self._text = pg.TextItem(color=_LINE, fill=pg.mkBrush(_PAPER))
        for item in (self._line, self._text):
            item.setZValue(_DEPTH)
            item.hide()
            view.view_box.addItem(item, ignoreBounds=True)

    @property
    def text(self) -> str:
        """What stands beside the line; empty while there is none."""
        return self._text.toPlainText() if self._text.isVisible() else ""

    def pressed(self, at: ToolPointer) -> None:
        """Begin a line."""
        self._start = at.point

    def dragged(self, at: ToolPointer) -> None:
        """Draw the line to a place."""
        if self._start is not None:
            self._draw(self._start, at.point)

    def released(self, at: ToolPointer) -> None:
        """Tell of the line, if it is more than a click."""
        start, self._start = self._start, None
        if start is not None and start != at.point:
            measurement = self._draw(start, at.point)
            if measurement is not None:
                self.measured.emit(measurement)

    def left(self) -> None:
        """Take the line away."""
        self._start = None
        self._line.hide()
        self._text.hide()

    def interrupted(self) -> None:
        """Take the line away: it belongs to another slice."""
        self.left()

    def _draw(self, start: QPointF, end: QPointF) -> Measurement | None:
        measurement = self._measure(start, end)
        if measurement is None:
            return None
        self._line.setData([start.x(), end.x()], [start.y(), end.y()])
        self._text.setText("\n".join(measurement_lines(measurement)))
        box = self._view.view_box
        place, middle = box.mapViewToScene(end), box.sceneBoundingRect().center()
        # Towards the middle of the view, so that it is not cut.
        beyond, below = place.x() > middle.x(), place.y() > middle.y()
        self._text.setAnchor((1.06 if beyond else -0.06, 1.2 if below else -0.2))
        self._text.setPos(end)
        self._line.show()
        self._text.show()
        return measurement

    def _measure(self, start: QPointF, end: QPointF) -> Measurement | None:
        shown = self._view.shown
        if shown is None:
            return None
        section = shown.section
        across, down = end.x() - start.x(), end.y() - start.y()
        # Of pixels only the proportions are known.
        lengths = None if section.cols.unit == "px" else self._view.lengths
        return Measurement(section.rows, section.cols, across, down, lengths)


def measurement_lines(measurement: Measurement) -> tuple[str, ...]:
    """Return a measurement in words.

    Parameters
    ----------
    measurement : Measurement
        The line.

    Returns
    -------
    tuple of str
        Extent along both axes in their units and in metres, then slope or
        dip, and the apparent velocity where there is one.
    """
    metres = measurement.metres
    lines = [
        _extent(measurement.cols, measurement.across, None if metres is None else metres[0]),
        _extent(measurement.rows, measurement.down, None if metres is None else metres[1]),
    ]
    if measurement.dip_deg is not None:
        lines.append(f"{measurement.distance_m:.4g} m, dip {measurement.dip_deg:.1f}°")
    elif measurement.slope is not None:
        down, across = _unit(measurement.rows), _unit(measurement.cols)
        lines.append(f"Slope {measurement.slope:.3g} {down} per {across}")
    metres_across = metres_per_unit(measurement.cols, None, 1.0)
    velocity = measurement.apparent_velocity(metres_across)
    if velocity is not None:
        lines.append(f"Apparent velocity {velocity:.4g} m/s")
    return tuple(line.replace("-", "−") for line in lines)


def _extent(axis: Axis, extent: float, metres: float | None) -> str:
    name = axis.label.split(" (")[0]
    unit = "" if axis.unit == "1" else f" {axis.unit}"
    text = f"Δ {name} {extent:.4g}{unit}"
    return text if metres is None or axis.unit == "m" else f"{text} ({abs(metres):.4g} m)"


def _unit(axis: Axis) -> str:
    if axis.unit != "1":
        return axis.unit
    return axis.label if axis.label.isupper() else axis.label.lower()
