"""The scale of the amplitude colours, with its polarity; its ends can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.area_items import paint_no_data
from app.views.color_maps import COLOR_MAPS
from engine.core.levels import Levels
from engine.session.display_settings import DisplaySettings

_ENDS = {
    "unstated": ("peak +", "trough −"),
    "normal": ("peak +\nharder", "trough −\nsofter"),
    "reverse": ("peak +\nsofter", "trough −\nharder"),
}
_NAMES = {
    "unstated": "polarity\nnot stated",
    "normal": "SEG\nnormal",
    "reverse": "SEG\nreverse",
}
_PLAIN_ENDS = ("high", "low")
_SPAN = 1.2
"""The strip reaches beyond the levels, so that they can be dragged apart."""
_LEAST_SHARE = 0.02
"""Of their distance, below which levels cannot be dragged together."""
_GRIP_PX = 12.0
_LEFT, _WIDTH, _GAP = 6, 18, 11
_MARKED = (1.0, 0.5, 0.0, -0.5, -1.0)
"""Where numbers stand, in halves of the distance between the levels from their middle."""


def amplitude_text(value: float) -> str:
    """Return an amplitude with four significant digits, without needless zeros."""
    if value != 0 and not 1e-3 <= abs(value) < 1e6:
        return f"{value:.3e}"
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"


def levels_text(levels: Levels) -> str:
    """Return levels for people: ``±4393``, or ``12 to 240``."""
    if levels.is_symmetric:
        return f"±{amplitude_text(levels.limit)}"
    ends = (amplitude_text(value).replace("-", "−") for value in (levels.low, levels.high))
    return " to ".join(ends)


def scale_words(display: DisplaySettings, levels: Levels) -> tuple[str, str, str]:
    """Return what stands above the colours, below them, and the name of the polarity.

    Parameters
    ----------
    display : DisplaySettings
        The polarity, and whether the display is reversed.
    levels : Levels
        Peaks and troughs are named only where zero is in the middle.

    Returns
    -------
    tuple of str
        Lines are separated; the last may be empty.
    """
    symmetric = levels.is_symmetric
    above, below = _ENDS[display.polarity] if symmetric else _PLAIN_ENDS
    notes = [_NAMES[display.polarity]] if symmetric else []
    if display.flipped:
        notes.append("display\nreversed")
    return above, below, "\n".join(notes)


class ColorBar(QWidget):
    """Draws the colours from the largest amplitude down to the smallest.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    dragged = Signal(object)
    """Other `Levels`, while one of the ends is dragged."""
    double_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._levels = self._shown = Levels.symmetric(1.0)
        self._grip: str = ""
        self._display = DisplaySettings()
        self._strip = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Colour bar"))
        self.setMouseTracking(True)
        self.show_scale(self._display, self._levels)

    def show_scale(self, display: DisplaySettings, levels: Levels) -> None:
        """Draw other colours or another range.

        Parameters
        ----------
        display : DisplaySettings
            Colour map and polarity.
        levels : Levels
            Amplitudes between which colours change.
        """
        self._levels, self._display = levels, display
        if not self._grip:
            # While an end is dragged the scale must not move under the mouse.
            half = levels.half * _SPAN
            self._shown = Levels(levels.centre - half, levels.centre + half)
        table = COLOR_MAPS[display.color_map].table(flipped=display.flipped)[:0:-1].copy()
        self._strip = QImage(
            table.tobytes(), 1, len(table), 4, QImage.Format.Format_RGBA8888
        ).copy()
        self.setToolTip(
            self.tr(
                "Colours end at {0}. Drag an end; double-click for the automatic clip (C)."
            ).format(levels_text(levels))
        )
        self.updateGeometry()
        self.update()

    def place_of(self, amplitude: float) -> QPointF:
        """Return where an amplitude stands on the strip, in pixels."""
        strip = self._rect()
        share = (self._shown.high - amplitude) / (2 * self._shown.half)
        return QPointF(strip.center().x(), strip.top() + share * strip.height())

    def sizeHint(self) -> QSize:
        """Return a width that holds the numbers of the usual length, and longer ones if need be."""
        texts = ("−0.00639", *(text for _, text in self._numbers()))
        widest = max(self.fontMetrics().horizontalAdvance(text) for text in texts)
        return QSize(_LEFT + _WIDTH + _GAP + widest + 6, 300)

    def _numbers(self) -> list[tuple[float, str]]:
        """Return the amplitudes that are written beside the strip, and how."""
        values = [self._levels.centre + share * self._levels.half for share in _MARKED]
        return [(value, amplitude_text(value).replace("-", "−")) for value in values]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the end that is near."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = self._near(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the end; both ends where zero is in the middle."""
        if not self._grip:
            near = self._near(event.position())
            self.setCursor(Qt.CursorShape.SizeVerCursor if near else Qt.CursorShape.ArrowCursor)
            return
        strip = self._rect()
        share = (event.position().y() - strip.top()) / strip.height()
        shown = self._shown
        value = shown.high - min(max(share, 0.0), 1.0) * 2 * shown.half
        self.dragged.emit(self._moved(value))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go, and fit the scale to the levels."""
        if self._grip:
            self._grip = ""
            self.show_scale(self._display, self._levels)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the automatic clip."""
        self.double_clicked.emit()

    def _near(self, place: QPointF) -> str:
        near = {
            name: abs(place.y() - self.place_of(value).y())
            for name, value in (("high", self._levels.high), ("low", self._levels.low))
        }
        name = min(near, key=lambda end: near[end])
        return name if near[name] <= _GRIP_PX else ""

    def _moved(self, value: float) -> Levels:
        least = 2 * self._shown.half * _LEAST_SHARE
        if self._levels.is_symmetric:
            return Levels.symmetric(max(value if self._grip == "high" else -value, least))
        if self._grip == "high":
            return Levels(self._levels.low, max(value, self._levels.low + least))
        return Levels(min(value, self._levels.high - least), self._levels.high)

    def _rect(self) -> QRectF:
        line = self.fontMetrics().height()
        below_px = (8 if self._display.flipped else 6) * line + 8
        top, bottom = 3 * line + 8, self.height() - below_px
        return QRectF(_LEFT, top, _WIDTH, max(bottom - top, 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw strip, numbers and polarity."""
        painter = QPainter(self)
        line = self.fontMetrics().height()
        strip = self._rect()
        self._paint_strip(painter, strip)
        text = self.palette().color(QPalette.ColorRole.WindowText)
        painter.setPen(text)
        left = strip.right() + _GAP
        for value, label in self._numbers():
            y = self.place_of(value).y()
            painter.drawLine(QPointF(strip.right() + 1, y), QPointF(strip.right() + 4, y))
            self._text(painter, QRectF(left, y - line / 2, self.width() - left, line), label)
        self._paint_words(painter, strip, line)
        swatch = QRectF(_LEFT, self.height() - line, 12, line - 5)
        paint_no_data(painter, swatch)
        self._text(painter, QRectF(23, self.height() - line - 2, 80, line), self.tr("no data"))
        painter.end()

    def _paint_strip(self, painter: QPainter, strip: QRectF) -> None:
        """Draw the colours between the levels, those of the ends beyond, and the grips."""
        top, bottom = (self.place_of(v).y() for v in (self._levels.high, self._levels.low))
        for end, row in ((strip.top(), 0), (strip.bottom(), self._strip.height() - 1)):
            edge = top if row == 0 else bottom
            beyond = QRectF(QPointF(_LEFT, min(end, edge)), QPointF(strip.right(), max(end, edge)))
            painter.fillRect(beyond, self._strip.pixelColor(0, row))
        painter.drawImage(
            QRectF(QPointF(_LEFT, top), QPointF(strip.right(), bottom)).intersected(strip),
            self._strip,
        )
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(strip)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.WindowText))
        for y in (top, bottom):
            tip = QPointF(strip.right(), y)
            grip = [tip, tip + QPointF(8, -5), tip + QPointF(8, 5)]
            painter.drawPolygon(QPolygonF(grip))

    def _paint_words(self, painter: QPainter, strip: QRectF, line: int) -> None:
        above, below, notes = scale_words(self._display, self._levels)
        left = Qt.AlignmentFlag.AlignLeft
        top, bottom = strip.top(), strip.bottom()
        above_rect = QRectF(4, 0, 90, top - 4)
        self._text(painter, above_rect, above, left | Qt.AlignmentFlag.AlignBottom)
        below_rect = QRectF(4, bottom + 4, 90, 2 * line)
        self._text(painter, below_rect, below, left | Qt.AlignmentFlag.AlignTop)
        muted = QColor(self.palette().color(QPalette.ColorRole.WindowText))
        muted.setAlpha(170)
        painter.setPen(muted)
        notes_rect = QRectF(4, bottom + 3 * line, 90, (notes.count("\n") + 1) * line)
        self._text(painter, notes_rect, notes, left)

    @staticmethod
    def _text(
        painter: QPainter,
        rect: QRectF,
        text: str,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
    ) -> None:
        painter.drawText(rect, int(align), text)
