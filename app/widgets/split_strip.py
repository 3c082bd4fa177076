"""A strip that shows which part of an axis is for what, with borders to drag."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

TRAINING, VALIDATION = QColor("#3b7fc4"), QColor("#dd8a1c")
"""Colours of the parts, told apart also by most people who see colours differently."""

_MARGIN, _BAR_TOP, _BAR, _MARKS = 8, 4, 26, 15
_GRAB = 7
_PALE = 90
_MARK = 4.0
"""Half the height of the mark of a labelled place."""
_ARROW = 3.0


class SplitStrip(QWidget):
    """Draws training, buffer and validation along an axis, and the places that are labelled.

    The parts are named where there is room, the buffer is hatched and validation is
    ruled; labelled places are discs for training, diamonds for validation and crosses
    where they are left out. An arrow spans the least distance of both parts.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    changed = Signal()
    """A border was dragged."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: tuple[float, ...] = ()
        self._size = 1
        self._text: Callable[[int], str] = str
        self._first, self._last, self._buffer = 0, 0, 0
        self._nearest: tuple[float, float] | None = None
        self._dragged = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Split along the axis"))
        self.setToolTip(self.tr("Drag the borders of validation and of the buffer beside it"))

    @property
    def split(self) -> tuple[int, int, int]:
        """First and last place of validation, and the width of the buffer beside it."""
        return self._first, self._last, self._buffer

    def sizeHint(self) -> QSize:
        """Return the size it is drawn for."""
        return QSize(420, self.minimumHeight())

    def minimumHeight(self) -> int:
        """Return the height of bar, marks and numbers."""
        return _BAR_TOP + _BAR + _MARKS + self.fontMetrics().height() + 4

    def minimumSizeHint(self) -> QSize:
        """Return the least size that can be read."""
        return QSize(240, self.minimumHeight())

    def show_axis(self, places: tuple[float, ...], size: int, text: Callable[[int], str]) -> None:
        """Take another axis.

        Parameters
        ----------
        places : tuple of float
            What is labelled, positions from 0.
        size : int
            Number of positions.
        text : callable
            Turns a position into a text.
        """
        self._places, self._size, self._text = places, max(1, size), text
        self.update()

    def show_split(self, first: int, last: int, buffer: int) -> None:
        """Draw another split."""
        end = self._size - 1
        self._first = min(max(first, 0), end)
        self._last = min(max(last, self._first), end)
        self._buffer = min(max(buffer, 0), end)
        self.update()

    def show_nearest(self, pair: tuple[float, float] | None) -> None:
        """Draw an arrow between two labelled places, or none."""
        self._nearest = pair
        self.update()

    def place_at(self, x: float) -> int:
        """Return the position below a pixel."""
        share = (x - _MARGIN) / max(1.0, self.width() - 2 * _MARGIN)
        return min(max(int(share * self._size), 0), self._size - 1)

    def x_of(self, border: float) -> float:
        """Return the pixel of a border; position ``n`` lies between ``n`` and ``n + 1``."""
        return _MARGIN + border / self._size * (self.width() - 2 * _MARGIN)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw bar, borders, labelled places and numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        if self.isEnabled():
            self._draw_parts(painter)
        else:
            self._draw_part(painter, 0, self._size, QBrush(_pale(self._grey)))
        self._draw_places(painter)
        self._draw_nearest(painter)
        self._draw_numbers(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the nearest border."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragged = self._border_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the border that is held."""
        if not self._dragged:
            near = bool(self._border_at(event.position()))
            self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)
            return
        place = self.place_at(event.position().x())
        first, last, buffer = self.split
        match self._dragged:
            case "first":
                first = min(place, last)
            case "last":
                last = max(place, first)
            case "before":
                buffer = max(0, first - place)
            case _:
                buffer = max(0, place - last)
        if (first, last, buffer) != self.split:
            self.show_split(first, last, buffer)
            self.changed.emit()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._dragged = ""

    def _borders(self) -> dict[str, int]:
        """Return the borders; of two in one place the outer one can be held."""
        return {
            "before": self._first - self._buffer,
            "after": self._last + 1 + self._buffer,
            "first": self._first,
            "last": self._last + 1,
        }

    def _border_at(self, point: QPointF) -> str:
        borders = self._borders()
        if not self._buffer:
            # Without a buffer its borders lie below those of validation, at the lower half.
            upper = point.y() < _BAR_TOP + _BAR / 2
            names = ("first", "last") if upper else ("before", "after")
            borders = {name: borders[name] for name in names}
        name = min(borders, key=lambda key: abs(self.x_of(borders[key]) - point.x()))
        return name if abs(self.x_of(borders[name]) - point.x()) <= _GRAB else ""

    def _draw_part(self, painter: QPainter, low: float, high: float, brush: QBrush) -> None:
        left, right = self.x_of(max(low, 0)), self.x_of(min(high, self._size))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush)
        painter.drawRect(QRectF(left, _BAR_TOP, max(0.0, right - left), _BAR))

    @property
    def _grey(self) -> QColor:
        return self.palette().color(QPalette.ColorRole.Mid)

    def _draw_parts(self, painter: QPainter) -> None:
        """Draw training, buffer and validation with their names and borders."""
        window = self.palette().color(QPalette.ColorRole.Window)
        low, high = self._first - self._buffer, self._last + 1 + self._buffer
        self._draw_part(painter, 0, self._size, QBrush(_pale(TRAINING)))
        first, last = self._first, self._last + 1
        for brush in (QBrush(window), QBrush(self._grey, Qt.BrushStyle.BDiagPattern)):
            self._draw_part(painter, low, high, brush)
        rules = QBrush(_pale(VALIDATION), Qt.BrushStyle.VerPattern)
        for brush in (QBrush(window), QBrush(_pale(VALIDATION)), rules):
            self._draw_part(painter, first, last, brush)
        for text, parts in (
            (self.tr("validation"), ((first, last),)),
            (self.tr("training"), ((0, low), (high, self._size))),
            (self.tr("buffer"), ((low, first), (last, high))),
        ):
            for part in parts:
                self._name_part(painter, *part, text)
        self._draw_borders(painter)

    def _name_part(self, painter: QPainter, low: float, high: float, text: str) -> None:
        """Write what a part is for, where there is room."""
        left, right = self.x_of(max(low, 0)), self.x_of(min(high, self._size))
        width = self.fontMetrics().horizontalAdvance(text) + 8
        if right - left < width:
            return
        box = QRectF((left + right - width) / 2, _BAR_TOP + 4, width, _BAR - 8)
        painter.setPen(Qt.PenStyle.NoPen)
        plain = self.palette().color(QPalette.ColorRole.Window)
        plain.setAlpha(200)
        painter.setBrush(plain)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_places(self, painter: QPainter) -> None:
        y = _BAR_TOP + _BAR + _MARKS / 2
        for place in self._places:
            inside = self._first <= place <= self._last
            kept = inside or not (self._first - self._buffer <= place <= self._last + self._buffer)
            x, half = self.x_of(place + 0.5), _MARK
            if not self.isEnabled():
                inside, kept = False, True
            color = VALIDATION if inside else TRAINING
            if not kept:
                painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1.5))
                half -= 1
                painter.drawLine(QPointF(x - half, y - half), QPointF(x + half, y + half))
                painter.drawLine(QPointF(x - half, y + half), QPointF(x + half, y - half))
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            if inside:
                corners = ((0, -half), (half, 0), (0, half), (-half, 0))
                painter.drawPolygon(QPolygonF([QPointF(x + i, y + j) for i, j in corners]))
            else:
                painter.drawEllipse(QPointF(x, y), half - 0.5, half - 0.5)

    def _draw_nearest(self, painter: QPainter) -> None:
        """Draw an arrow with two heads between the marks, where there is room."""
        if self._nearest is None:
            return
        ends = sorted(self.x_of(place + 0.5) for place in self._nearest)
        left, right = ends[0] + _MARK + 2, ends[1] - _MARK - 2
        if right - left < 3 * _ARROW:
            return
        y = _BAR_TOP + _BAR + _MARKS / 2
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.WindowText), 1))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for x, inwards in ((left, _ARROW), (right, -_ARROW)):
            for up in (_ARROW, -_ARROW):
                painter.drawLine(QPointF(x, y), QPointF(x + inwards, y + up))

    def _draw_borders(self, painter: QPainter) -> None:
        text = self.palette().color(QPalette.ColorRole.WindowText)
        for name, border in self._borders().items():
            if not 0 <= border <= self._size:
                continue
            painter.setPen(QPen(text, 2 if name in {"first", "last"} else 1))
            x = self.x_of(border)
            painter.drawLine(QPointF(x, _BAR_TOP - 2), QPointF(x, _BAR_TOP + _BAR + 2))

    def _draw_numbers(self, painter: QPainter) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        top = _BAR_TOP + _BAR + _MARKS
        box = QRectF(_MARGIN, top, self.width() - 2 * _MARGIN, self.fontMetrics().height() + 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft, self._text(0))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight, self._text(self._size - 1))


def _pale(color: QColor) -> QColor:
    pale = QColor(color)
    pale.setAlpha(_PALE)
    return pale
