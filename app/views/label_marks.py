"""Marks under the slider at the slices that are labelled."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QStyle, QStyleOptionSlider, QToolTip, QWidget

from app.session_model import SessionModel
from app.views.axis_text import value_text
from engine.session.edits import LabelChange
from engine.session.labelled_slices import labelled_indices

_OWN, _OTHERS = QColor("#e0912f"), QColor("#8b939c")
_HEIGHT, _WIDTH = 8, 4.0
_REACH_PX = 8.0


class LabelMarks(QWidget):
    """A strip as long as a slider, with one mark for each labelled slice.

    One's own are orange, those that only others have labelled are grey. A click
    on a mark goes there.

    Parameters
    ----------
    model : SessionModel
        What is labelled, and where one is.
    slider : QSlider
        Whose handle the marks stand under.
    parent : QWidget or None
        The usual Qt owner.
    """

    chosen = Signal(int)
    """Index of a slice whose mark was clicked."""

    def __init__(self, model: SessionModel, slider: QSlider, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._slider = slider
        self._own: tuple[int, ...] = ()
        self._all: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Labelled slices"))
        self.setMouseTracking(True)
        model.labels_changed.connect(self._on_change)
        for signal in (model.labels_replaced, model.position_changed, model.class_changed):
            signal.connect(self._read)
        self._read()

    @property
    def indices(self) -> tuple[int, ...]:
        """The slices that have a mark, in order."""
        return self._all

    def sizeHint(self) -> QSize:
        """Return the height of a mark."""
        return QSize(40, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the height of a mark."""
        return QSize(0, _HEIGHT)

    def place(self, index: int) -> float:
        """Return how far from the left the mark of a slice stands, in pixels."""
        style, option = self._slider.style(), QStyleOptionSlider()
        self._slider.initStyleOption(option)
        handle = style.pixelMetric(QStyle.PixelMetric.PM_SliderLength, option, self._slider)
        low, high = self._slider.minimum(), self._slider.maximum()
        span = self._slider.width() - handle
        return handle / 2 + QStyle.sliderPositionFromValue(low, high, index, span)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the marks, one's own over the others'."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for color, indices in ((_OTHERS, self._all), (_OWN, self._own)):
            painter.setBrush(color)
            for index in indices:
                middle = QPointF(self.place(index), _HEIGHT / 2)
                mark = QRectF(0, 0, _WIDTH, _HEIGHT - 1)
                mark.moveCenter(middle)
                painter.drawRoundedRect(mark, 1.5, 1.5)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the slice of a mark."""
        index = self._nearest(event.position().x())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that a mark can be clicked."""
        near = self._nearest(event.position().x()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if near else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """Name the slice of a mark."""
        opened = self._model.session.opened
        if isinstance(event, QHelpEvent) and opened is not None:
            index = self._nearest(event.pos().x())
            if index is None:
                QToolTip.hideText()
            else:
                number = value_text(opened.axis, opened.axis.value(index))
                words = self.tr("labelled") if index in self._own else self.tr("labelled by others")
                QToolTip.showText(event.globalPos(), f"{number}: {words}", self)
            return True
        return super().event(event)

    def _nearest(self, x: float) -> int | None:
        nearest = min(self._all, key=lambda index: abs(self.place(index) - x), default=None)
        if nearest is None or abs(self.place(nearest) - x) > _REACH_PX:
            return None
        return nearest

    def _on_change(self, change: LabelChange) -> None:
        if change.kind == "history":  # which follows all that one step has changed
            self._read()

    def _read(self) -> None:
        session = self._model.session
        opened, labels = session.opened, session.labels
        own: tuple[int, ...] = ()
        every: tuple[int, ...] = ()
        if opened is not None and labels is not None:
            own = labelled_indices(labels, opened.direction, session.author)
            every = labelled_indices(labels, opened.direction)
        if (own, every) != (self._own, self._all):
            self._own, self._all = own, every
        self.update()
