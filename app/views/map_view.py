"""The survey seen from above, north up."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from app.views.map_lines import MapLines, node_near, paint_lines
from engine.core.axes import Axis
from engine.core.round_numbers import round_length
from engine.core.survey import Survey
from engine.core.ticks import nice_step

INLINE_COLOR, CROSSLINE_COLOR = QColor("#d9480f"), QColor("#1f6feb")
_MARGIN_PX = 34
_N_GRID_LINES = 6
_KILOMETRE = 1000


@dataclass(frozen=True, slots=True)
class MapContent:
    """What a map shows.

    Parameters
    ----------
    survey : Survey
        From line numbers to coordinates.
    inlines, crosslines : Axis
        The lines there are.
    inline, crossline : float
        The current numbers.
    current : str
        Direction of the section one looks at.
    lines : MapLines
        Arbitrary lines.
    is_placed : bool
        Whether `survey` tells coordinates; else the map is of line numbers.
    """

    survey: Survey
    inlines: Axis
    crosslines: Axis
    inline: float
    crossline: float
    current: str
    lines: MapLines = field(default_factory=MapLines)
    is_placed: bool = True

    def xy(self, inline: float, crossline: float) -> QPointF:
        """Return the coordinates of a bin."""
        return QPointF(*self.survey.xy(inline, crossline))

    def outline(self) -> list[QPointF]:
        """Return the corners of the survey, in order."""
        (a, b), (c, d) = _ends(self.inlines), _ends(self.crosslines)
        return [self.xy(*corner) for corner in ((a, c), (a, d), (b, d), (b, c))]


class MapView(QWidget):
    """Draws the outline of a survey, its grid and the current lines.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    clicked = Signal(float, float)
    """Inline and crossline number of a place, which may lie outside the survey."""
    hovered = Signal(float, float)
    """The same of the pointer, while no button is pressed."""
    double_clicked = Signal()
    node_dragged = Signal(int, float, float)
    """Which node of the current arbitrary line, and the numbers of its new place."""
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: MapContent | None = None
        self._dragged: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(120, 120)
        self.setAccessibleName(self.tr("Map"))

    def sizeHint(self) -> QSize:
        """Return a size that fits under the tree of data."""
        return QSize(280, 280)

    def show_content(self, content: MapContent | None) -> None:
        """Draw another survey or other lines, or say that there is no map."""
        self._content = content
        cross = Qt.CursorShape.CrossCursor if content else Qt.CursorShape.ArrowCursor
        self.setCursor(cross)
        self.update()

    def place_on_map(self, inline: float, crossline: float) -> QPointF:
        """Return where a bin is drawn, in pixels."""
        if self._content is None:
            return QPointF()
        return self._to_pixels(self._content, self._content.xy(inline, crossline))

    def _frame(self, content: MapContent) -> tuple[QRectF, float]:
        """Return the box round the survey in coordinates and the pixels per unit."""
        box = QPolygonF(content.outline()).boundingRect()
        room_x, room_y = (max(side - 2 * _MARGIN_PX, 1) for side in (self.width(), self.height()))
        return box, min(room_x / max(box.width(), 1e-9), room_y / max(box.height(), 1e-9))

    def _to_pixels(self, content: MapContent, place: QPointF) -> QPointF:
        box, scale = self._frame(content)
        offset = place - box.center()
        return QPointF(
            self.width() / 2 + offset.x() * scale, self.height() / 2 - offset.y() * scale
        )

    def _numbers(self, content: MapContent, at: QPointF) -> tuple[float, float] | None:
        """Return the inline and crossline number of a place in pixels."""
        box, scale = self._frame(content)
        x = box.center().x() + (at.x() - self.width() / 2) / scale
        y = box.center().y() - (at.y() - self.height() / 2) / scale
        return content.survey.lines(x, y)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a node, or tell which lines meet there."""
        content, at = self._content, event.position()
        if content is None or event.button() != Qt.MouseButton.LeftButton:
            return
        nodes = [self.place_on_map(*node) for node in content.lines.movable]
        self._dragged = node_near(nodes, at)
        lines = self._numbers(content, at)
        if self._dragged is None and lines is not None:
            self.clicked.emit(*lines)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the node, or tell where the pointer is."""
        content = self._content
        lines = None if content is None else self._numbers(content, event.position())
        if lines is None:
            return
        if self._dragged is not None:
            self.node_dragged.emit(self._dragged, *lines)
        elif not event.buttons():
            self.hovered.emit(*lines)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the node go."""
        self._dragged = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell of it; its first click was told of before."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the map."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        content = self._content
        if content is None:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            text = self.tr("The open data tell no coordinates.")
            align = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(8, 8, -8, -8), align, text)
        else:
            self._paint_grid(painter, content)
            self._paint_lines(painter, content)
            paint_lines(painter, content.lines, self.place_on_map, self.rect())
            if content.is_placed:
                self._paint_arrow(painter)
                self._paint_scale(painter, content)
        painter.end()

    def _paint_grid(self, painter: QPainter, content: MapContent) -> None:
        palette = self.palette()
        corners = QPolygonF([self._to_pixels(content, corner) for corner in content.outline()])
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        painter.setPen(QPen(palette.color(QPalette.ColorRole.WindowText), 1.2))
        painter.drawPolygon(corners)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Mid), 0.8))
        for inline in _grid(content.inlines):
            self._line(painter, content, "inline", inline)
        for crossline in _grid(content.crosslines):
            self._line(painter, content, "crossline", crossline)

    def _line(self, painter: QPainter, content: MapContent, kind: str, number: float) -> QLineF:
        """Draw one line and return it, in pixels."""
        if kind == "inline":
            places = [content.xy(number, n) for n in _ends(content.crosslines)]
        else:
            places = [content.xy(n, number) for n in _ends(content.inlines)]
        line = QLineF(*(self._to_pixels(content, place) for place in places))
        painter.drawLine(line)
        return line

    def _paint_lines(self, painter: QPainter, content: MapContent) -> None:
        for kind, number, color in (
            ("inline", content.inline, INLINE_COLOR),
            ("crossline", content.crossline, CROSSLINE_COLOR),
        ):
            painter.setPen(QPen(color, 3 if kind == content.current else 1.2))
            self._label(painter, self._line(painter, content, kind, number), f"{number:g}")

    def _label(self, painter: QPainter, line: QLineF, text: str) -> None:
        """Write beyond the end of a line, in its colour."""
        metrics = self.fontMetrics()
        width, height = metrics.horizontalAdvance(text), metrics.height()
        length = max(line.length(), 1e-9)
        along = QPointF(line.dx() / length, line.dy() / length)
        centre = line.p2() + along * (0.5 * (abs(along.x()) * width + abs(along.y()) * height) + 4)
        rect = QRectF(centre.x() - width / 2 - 2, centre.y() - height / 2, width + 4, height)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_arrow(self, painter: QPainter) -> None:
        text = self.palette().color(QPalette.ColorRole.WindowText)
        painter.setPen(QPen(text, 1.2))
        painter.setBrush(text)
        x, y = self.width() - 16.0, 20.0
        tip = [
            QPointF(x, y - 10),
            QPointF(x - 4.5, y + 6),
            QPointF(x, y + 2),
            QPointF(x + 4.5, y + 6),
        ]
        painter.drawPolygon(QPolygonF(tip))
        painter.drawText(QRectF(x - 10, y + 7, 20, 16), int(Qt.AlignmentFlag.AlignCenter), "N")

    def _paint_scale(self, painter: QPainter, content: MapContent) -> None:
        _, scale = self._frame(content)
        length = round_length(max(self.width() / 4 / scale, 1e-9))
        unit = content.survey.unit
        text = f"{length:g} {unit}"
        if unit == "m" and length >= _KILOMETRE:
            text = f"{length / _KILOMETRE:g} km"
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 2))
        x, y = 10.0, self.height() - 8.0
        painter.drawLine(QPointF(x, y), QPointF(x + length * scale, y))
        painter.drawText(QPointF(x, y - 5), text)


def _ends(axis: Axis) -> tuple[float, float]:
    return axis.first, axis.last


def _grid(axis: Axis) -> list[float]:
    """Return round numbers on an axis, a few."""
    low, high = sorted((axis.first, axis.last))
    if high <= low:
        return []
    step = nice_step(high - low, _N_GRID_LINES, abs(axis.step))
    first, last = math.ceil(low / step), math.floor(high / step)
    return [n * step for n in range(first, last + 1)]
