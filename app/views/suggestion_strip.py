"""A strip along the slice slider: what to label next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QStyle, QStyleOptionSlider, QToolTip, QWidget

from app.session_model import SessionModel
from app.views.axis_text import value_text
from app.widgets.elided_label import ElidedLabel
from engine.inference.suggestion import Suggestion, best

_HEIGHT = 14
_WORTH = QColor("#e69f00")
_MARK = 5.0


class SuggestionStrip(QWidget):
    """Draws one column for each slice, the higher the more labelling it is worth.

    Parameters
    ----------
    slider : QSlider
        Above it; columns stand below its handle's places.
    model : SessionModel
        Names the slices, and moves to the one that is clicked.
    parent : QWidget or None
        The usual Qt owner.

    Attributes
    ----------
    caption : ElidedLabel
        What high and low mean, to stand below.
    """

    def __init__(self, slider: QSlider, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = slider
        self._model = model
        self._suggestions: tuple[Suggestion, ...] = ()
        self._labelled: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What to label next"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.caption = ElidedLabel()
        self.caption.setText(self.tr("High: much to learn, low: little; ▼ N"))
        self.caption.setToolTip(
            self.tr(
                "The higher a column, the more is gained by labelling its slice.\n"
                "High: the model is unsure there and around, and labels are far away.\n"
                "Low: the model is sure, labels are near, or the data are poor.\n"
                "▼ marks the best, to which N goes; a click on a column goes there."
            )
        )
        self.caption.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for part in (self, self.caption):
            part.hide()

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """What is drawn."""
        return self._suggestions

    def show_suggestions(
        self, suggestions: tuple[Suggestion, ...], labelled: tuple[int, ...]
    ) -> None:
        """Draw other suggestions; none hides the strip."""
        self._suggestions, self._labelled = suggestions, labelled
        for part in (self, self.caption):
            part.setVisible(bool(suggestions))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a few lines of pixels."""
        return QSize(40, _HEIGHT)

    def text_at(self, index: int) -> str:
        """Explain the suggestion for a slice.

        Parameters
        ----------
        index : int
            Position along the direction.

        Returns
        -------
        str
            Empty if there is none.
        """
        opened = self._model.session.opened
        if opened is None or not 0 <= index < len(self._suggestions):
            return ""
        item, axis = self._suggestions[index], opened.axis
        place = f"{axis.label.split(' (')[0]} {value_text(axis, axis.value(index))}"
        if index in self._labelled:
            return self.tr("{0}: labelled").format(place)
        lines = [self.tr("{0}: worth {1} of the best").format(place, f"{item.score:.0%}")]
        lines.append(
            self.tr("The model is {0} as unsure as anywhere").format(f"{item.uncertainty:.0%}")
        )
        if item.n_away is None:
            lines.append(self.tr("No slice is labelled yet"))
        else:
            lines.append(self.tr("{0} slices from the nearest labels").format(item.n_away))
        lines.append(self.tr("{0} of the samples are good").format(f"{item.quality:.0%}"))
        chosen = best(self._suggestions)
        if chosen is not None and chosen.index == index:
            lines.append(self.tr("The next one to label (N)"))
        return "\n".join(lines)

    def index_at(self, x: float) -> int:
        """Return the slice whose column is nearest to a place, in pixels of the strip."""
        left, width = self._span()
        last = max(len(self._suggestions) - 1, 1)
        return min(max(round((x - left) / max(width, 1.0) * last), 0), last)

    def x_of(self, index: int) -> float:
        """Return the middle of a slice's column, in pixels of the strip."""
        left, width = self._span()
        return left + width * index / max(len(self._suggestions) - 1, 1)

    def _span(self) -> tuple[float, float]:
        """Return where the middle of the slider's handle begins, and how far it goes."""
        option = QStyleOptionSlider()
        self._slider.initStyleOption(option)
        style, slider = self._slider.style(), QStyle.ComplexControl.CC_Slider
        handle = style.subControlRect(
            slider, option, QStyle.SubControl.SC_SliderHandle, self._slider
        )
        groove = style.subControlRect(
            slider, option, QStyle.SubControl.SC_SliderGroove, self._slider
        )
        return groove.left() + handle.width() / 2, float(groove.width() - handle.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw columns and the mark of the best."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = self.palette().color(QPalette.ColorRole.Mid)
        base = self.height() - 1.0
        room = base - _MARK
        _, width = self._span()
        column = max(width / max(len(self._suggestions) - 1, 1), 1.0)
        painter.fillRect(QRectF(self.x_of(0), base, width, 1), ground)
        top = max((item.score for item in self._suggestions), default=0.0) or 1.0
        for item in self._suggestions:
            x, high = self.x_of(item.index), room * item.score / top
            painter.fillRect(QRectF(x - column / 2, base - high, column, high), _WORTH)
        chosen = best(self._suggestions)
        if chosen is not None:
            x = self.x_of(chosen.index)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.WindowText))
            corners = (QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, _MARK))
            painter.drawPolygon(QPolygonF(corners))
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Explain the column under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.text_at(self.index_at(event.pos().x())), self)
            return True
        return bool(super().event(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the slice that is clicked."""
        self._model.set_index(self.index_at(event.position().x()))
        event.accept()
