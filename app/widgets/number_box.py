"""A number field that says when a number is out of its range, and gives the keyboard back."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NumberBox(QDoubleSpinBox):
    """Takes any number, and goes to the nearest end of its range for one outside.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    done = Signal()
    """Return took the number over, or Escape restored the one before."""
    out_of_range = Signal(float)
    """A number outside the range was typed; the value is the nearest end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setKeyboardTracking(False)

    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        """Accept every finite number, whether inside the range or not."""
        if self._number(text) is not None:
            return QValidator.State.Acceptable, text, pos
        if text.removesuffix(self.suffix()).strip() in {"", "-"}:
            return QValidator.State.Intermediate, text, pos
        return QValidator.State.Invalid, text, pos

    def valueFromText(self, text: str) -> float:
        """Return the number, whether inside the range or not; the value is held inside."""
        number = self._number(text)
        return self.value() if number is None else number

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take over on Return, restore on Escape; both give the keyboard back."""
        if event.key() == Qt.Key.Key_Escape:
            self.setValue(self.value())
            self.done.emit()
            return
        typed = self._number(self.text())
        super().keyPressEvent(event)
        if event.key() in _RETURN:
            self._tell(typed)
            self.done.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take over, as on Return."""
        typed = self._number(self.text())
        super().focusOutEvent(event)
        self._tell(typed)

    def _number(self, text: str) -> float | None:
        number, ok = self.locale().toDouble(text.removesuffix(self.suffix()).strip())
        return number if ok and math.isfinite(number) else None

    def _tell(self, typed: float | None) -> None:
        slack = 0.5 * 10.0 ** -self.decimals()
        if typed is not None and not (self.minimum() - slack <= typed <= self.maximum() + slack):
            self.out_of_range.emit(typed)
