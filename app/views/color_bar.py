"""The scale of the amplitude colours, with its polarity."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.area_items import paint_no_data
from app.views.color_maps import COLOR_MAPS
from engine.session.session import DisplaySettings

POLARITY_ENDS = {
    "unstated": ("peak +", "trough −"),
    "normal": ("peak +\nharder", "trough −\nsofter"),
    "reverse": ("peak +\nsofter", "trough −\nharder"),
}
POLARITY_NAMES = {
    "unstated": "polarity\nnot stated",
    "normal": "SEG\nnormal",
    "reverse": "SEG\nreverse",
}


def amplitude_text(value: float) -> str:
    """Return an amplitude with four significant digits, without needless zeros."""
    if value != 0 and not 1e-3 <= abs(value) < 1e6:
        return f"{value:.3e}"
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"


class ColorBar(QWidget):
    """Draws the colours from the largest amplitude down to the smallest.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = 1.0
        self._display = DisplaySettings()
        self._strip = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Colour bar"))
        self.show_scale(self._display, 1.0)

    def show_scale(self, display: DisplaySettings, limit: float) -> None:
        """Draw other colours or another range.

        Parameters
        ----------
        display : DisplaySettings
            Colour map and polarity.
        limit : float
            Amplitude at which colours saturate.
        """
        self._limit, self._display = limit, display
        table = COLOR_MAPS[display.color_map].table(flipped=display.flipped)[:0:-1].copy()
        self._strip = QImage(
            table.tobytes(), 1, len(table), 4, QImage.Format.Format_RGBA8888
        ).copy()
        self.setToolTip(
            self.tr("Amplitudes beyond ±{0} have the colour of the ends.").format(
                amplitude_text(limit)
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        """Return a width that holds the numbers."""
        return QSize(self.fontMetrics().horizontalAdvance("polarity") + 38, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw strip, numbers and polarity."""
        painter = QPainter(self)
        line = self.fontMetrics().height()
        below_px = (8.5 if self._display.flipped else 6) * line + 8
        top, bottom = 3 * line + 8, self.height() - below_px
        strip = QRectF(6, top, 18, max(bottom - top, 1))
        painter.drawImage(strip, self._strip)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(strip)
        text = self.palette().color(QPalette.ColorRole.WindowText)
        painter.setPen(text)
        for share in (1.0, 0.5, 0.0, -0.5, -1.0):
            y = strip.center().y() - share * strip.height() / 2
            painter.drawLine(QPointF(strip.right() + 1, y), QPointF(strip.right() + 4, y))
            label = amplitude_text(share * self._limit).replace("-", "−")
            self._text(painter, QRectF(strip.right() + 11, y - line / 2, 80, line), label)
        above, below = POLARITY_ENDS[self._display.polarity]
        left = Qt.AlignmentFlag.AlignLeft
        self._text(
            painter,
            QRectF(4, 0, 90, top - line / 2 - 2),
            above,
            left | Qt.AlignmentFlag.AlignBottom,
        )
        self._text(
            painter,
            QRectF(4, bottom + line / 2 + 2, 90, 2 * line),
            below,
            left | Qt.AlignmentFlag.AlignTop,
        )
        muted = QColor(text)
        muted.setAlpha(170)
        painter.setPen(muted)
        y = bottom + 3 * line
        self._text(
            painter, QRectF(4, y, 90, 2 * line), POLARITY_NAMES[self._display.polarity], left
        )
        if self._display.flipped:
            y += 2.5 * line
            self._text(painter, QRectF(4, y, 90, 2 * line), self.tr("display\nreversed"), left)
        swatch = QRectF(6, self.height() - line, 12, line - 5)
        paint_no_data(painter, swatch)
        self._text(painter, QRectF(23, self.height() - line - 2, 80, line), self.tr("no data"))
        painter.end()

    @staticmethod
    def _text(
        painter: QPainter,
        rect: QRectF,
        text: str,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
    ) -> None:
        painter.drawText(rect, int(align), text)
