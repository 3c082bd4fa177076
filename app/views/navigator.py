"""Which slice: direction, slider and number box."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.session_model import SessionModel
from app.views.axis_text import decimals, value_text
from app.views.label_marks import LabelMarks
from app.views.suggestion_strip import SuggestionStrip
from app.widgets.elided_label import ElidedLabel
from app.widgets.number_box import NumberBox
from app.widgets.own_keys import OwnKeys
from engine.core.axes import Axis
from engine.core.section import Plane
from engine.session.open_volume import OpenVolume

PAGE = 10
"""Slices that a page key moves by."""

_LEAST_SLIDER, _WANTED_SLIDER = 40, 120
"""Pixels; the directions are buttons where the slider is not shorter than the second then."""

# Fusion hardly shows in the dark which button is pressed. Only the buttons are
# styled: a style sheet on their parent would keep the rest from following a new palette.
_BUTTON_STYLE = (
    "QToolButton { padding: 2px 10px; background: palette(button);"
    " color: palette(button-text); border: 1px solid palette(mid); border-radius: 3px; }"
    "QToolButton:hover { border-color: palette(highlight); }"
    "QToolButton:disabled { color: palette(mid); }"
    "QToolButton:checked { background: palette(highlight); color: palette(highlighted-text);"
    " border-color: palette(highlight); }"
)
_TITLES = {
    "inline": "Inline",
    "crossline": "Crossline",
    "twt": "Time slice",
    "depth": "Depth slice",
    "line": "2-D line",
    "cdp": "CDP",
    "ffid": "FFID",
    "arbitrary": "Arbitrary line",
}
ALONE = frozenset({"line", "image", "section"})
"""Directions of one section, which needs no number."""


def direction_title(direction: str) -> str:
    """Return the name of a direction, for people."""
    return _TITLES.get(direction, direction.capitalize())


def position_text(axis: Axis, direction: str, index: int) -> str:
    """Return a position for people, such as ``Inline 1250`` or ``Time slice 812 ms``."""
    if direction in ALONE:
        return direction_title(direction)
    return f"{direction_title(direction)} {value_text(axis, axis.value(index))}"


def plane_text(plane: Plane, axis: Axis) -> str:
    """Return what a section is called: by its own label, such as ``CDP 1204 (3 of 90)``, or place.

    Gathers are counted where their numbers are not even; only the label has the number then.
    """
    if not plane.label:
        return position_text(axis, plane.direction, plane.index)
    key, _, rest = plane.label.partition(" ")
    return f"{direction_title(key)} {rest}"


def short_title(text: str, direction: str) -> str:
    """Return the text of a position or plane with one word for its direction: ``Slice 812 ms``."""
    title = direction_title(direction)
    return text.replace(title, title.split(" ")[-1].capitalize(), 1)


def window_text(opened: OpenVolume) -> str:
    """Return what the number of a window leaves open: ``of 12, from 2023-03-22 12:00:01.2``."""
    windows, time = opened.description["windows"], opened.volume.axes[-1]
    step = windows["samples"] - windows["overlap_samples"]
    row = min(opened.index * step, time.size - windows["samples"])
    return f"of {windows['count']}, from {value_text(time, time.value(row))}"


def in_sentence(text: str) -> str:
    """Return a title as it stands inside a sentence."""
    return text[:1].lower() + text[1:]


class Navigator(QWidget):
    """A row of controls above the section; where it is narrow, directions are in a box.

    Parameters
    ----------
    model : SessionModel
        What it shows and moves.
    parent : QWidget or None
        The usual Qt owner.

    Attributes
    ----------
    strip : SuggestionStrip
        Below the slider.
    """

    left = Signal()
    """The keyboard is not wanted any more."""
    told = Signal(str)
    """Why another slice is shown than the one that was asked for."""

    def __init__(self, model: SessionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("Slice"))
        self._slider.setPageStep(PAGE)
        self._slider.setMinimumWidth(_LEAST_SLIDER)
        self._number = NumberBox()
        self._number.setAccessibleName(self.tr("Line number or time"))
        self._number.setMinimumWidth(90)
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._range = ElidedLabel()
        self._range.setMinimumWidth(1)
        self._choice = QComboBox()
        self._choice.setAccessibleName(self.tr("Direction"))
        self._choice.installEventFilter(OwnKeys(self))
        self._choice.hide()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 6, 8, 4)
        self.strip = SuggestionStrip(self._slider, model)
        self._marks = LabelMarks(model, self._slider)
        self._marks.chosen.connect(model.set_index)
        along = self._along = QVBoxLayout()
        along.setSpacing(0)
        for part in (self._slider, self._marks, self.strip, self.strip.caption):
            along.addWidget(part)
        self._row.addWidget(self._choice)
        self._row.addLayout(along, 1)
        self._row.addWidget(self._number)
        self._row.addWidget(self._range)
        # Keeps the buttons together where there is nothing to slide through.
        self._row.addStretch()
        self._choice.activated.connect(lambda: model.set_direction(self._choice.currentData()))
        self._slider.valueChanged.connect(model.set_index)
        self._number.valueChanged.connect(self._on_number)
        self._number.editingFinished.connect(self._show_position)
        self._number.done.connect(self.left)
        self._number.out_of_range.connect(self._on_out_of_range)
        for signal in (model.volume_changed, model.lines_changed):
            signal.connect(self._on_volume)
        model.position_changed.connect(self._show_position)
        self._on_volume()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change between light and dark, which a style sheet does not do itself."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_buttons"):
            for button in self._buttons.values():
                button.setStyleSheet("")
                button.setStyleSheet(_BUTTON_STYLE)

    @property
    def folded(self) -> bool:
        """Whether the directions are in a box."""
        return not self._choice.isHidden()

    def minimumSizeHint(self) -> QSize:
        """Return the width of the row while the directions are in a box."""
        # Not that of the layout, which changes while one takes the place of the other.
        margins, beside = self._row.contentsMargins(), (self._number, self._range)
        parts = [self._directions_width()]
        if not self._slider.isHidden():
            parts += [self._along.minimumSize().width(), *(w.minimumWidth() for w in beside)]
        width = sum(parts) + self._row.spacing() * (len(parts) - 1)
        height = super().minimumSizeHint().height()
        return QSize(width + margins.left() + margins.right(), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold."""
        super().resizeEvent(event)
        self._fold()

    def _buttons_width(self) -> int:
        gap = self._row.spacing()
        return sum(b.sizeHint().width() + gap for b in self._buttons.values()) - gap

    def _directions_width(self) -> int:
        """Return what the directions need at least."""
        several = len(self._buttons) > 1
        return self._choice.minimumSizeHint().width() if several else self._buttons_width()

    def _fold(self) -> None:
        rest = self.minimumSizeHint().width() - self._directions_width()
        wanted = rest + self._buttons_width() + _WANTED_SLIDER - _LEAST_SLIDER
        folded = len(self._buttons) > 1 and self.width() < wanted
        if folded == self.folded:
            return
        self._choice.setVisible(folded)
        for button in self._buttons.values():
            button.setVisible(not folded)

    def _on_volume(self) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        self._choice.clear()
        opened = self._model.session.opened
        self.setEnabled(opened is not None)
        if opened is None:
            return
        for position, direction in enumerate(opened.volume.directions):
            button = QToolButton(self)
            button.setText(direction_title(direction))
            button.setCheckable(True)
            button.setStyleSheet(_BUTTON_STYLE)
            button.setMinimumHeight(26)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, name=direction: self._model.set_direction(name))
            self._group.addButton(button)
            self._row.insertWidget(position, button)
            self._buttons[direction] = button
            button.setHidden(self.folded)
            self._choice.addItem(direction_title(direction), direction)
        self._show_position()
        self._fold()

    def _show_position(self) -> None:
        opened = self._model.session.opened
        if opened is None:
            return
        axis, index = opened.axis, opened.index
        with QSignalBlocker(self._slider), QSignalBlocker(self._number):
            self._slider.setRange(0, axis.size - 1)
            self._slider.setValue(index)
            self._number.setDecimals(decimals(axis))
            self._number.setRange(*sorted((axis.first, axis.last)))
            self._number.setSingleStep(abs(axis.step))
            self._number.setSuffix("" if axis.unit == "1" else f" {axis.unit}")
            self._number.setValue(axis.value(index))
        several = axis.size > 1
        self.setVisible(several or len(opened.volume.directions) > 1)
        for widget in (self._slider, self._marks, self._number, self._range):
            widget.setVisible(several)
        self._show_range(opened)
        self._choice.setCurrentIndex(self._choice.findData(opened.direction))
        self._buttons[opened.direction].setChecked(True)

    def _show_range(self, opened: OpenVolume) -> None:
        if opened.volume.kind == "record":
            text = window_text(opened)
            self._range.set_texts(text, text.partition(",")[0])
            return
        axis, places = opened.axis, decimals(opened.axis)
        first, last, step = (f"{v:.{places}f}" for v in (axis.first, axis.last, axis.step))
        text = self.tr("{0} to {1}, step {2}").format(first, last, step)
        self._range.set_texts(text, f"{first}–{last}")

    def edit_number(self) -> None:
        """Put the keyboard into the number box, if there are several slices."""
        if self._number.isVisible():
            self._number.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._number.selectAll()

    def _on_out_of_range(self, value: float) -> None:
        opened = self._model.session.opened
        if opened is None:
            return
        axis, places = opened.axis, decimals(opened.axis)
        unit = "" if axis.unit == "1" else f" {axis.unit}"
        shown = position_text(axis, opened.direction, axis.clamp(value))
        self.told.emit(
            self.tr("{0}{1} lies outside {2} to {3}{1}: this is {4}.").format(
                f"{value:.{places}f}",
                unit,
                f"{axis.first:.{places}f}",
                f"{axis.last:.{places}f}",
                in_sentence(shown),
            )
        )

    def _on_number(self, value: float) -> None:
        opened = self._model.session.opened
        if opened is not None:
            self._model.set_index(opened.axis.clamp(value))
