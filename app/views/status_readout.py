"""The readout in the status bar."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.views.readout import Readout
from app.widgets.elided_label import ElidedLabel


class StatusReadout(QWidget):
    """Five fields of fixed place: position, coordinates, amplitude, class, label.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Readout"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(24)
        self._fields = tuple(ElidedLabel(n_characters) for n_characters in (66, 30, 21, 16, 26))
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPointSizeF(self.font().pointSizeF())
        for field in self._fields:
            field.setFont(fixed)
            layout.addWidget(field)
        layout.addStretch(1)

    def show_readout(self, readout: Readout | None) -> None:
        """Show what lies under the pointer, or nothing."""
        texts = ("",) * len(self._fields)
        if readout is not None:
            amplitude = self.tr("Amplitude {0}").format(readout.amplitude)
            drawn = self.tr("Label {0}").format(readout.drawn) if readout.drawn else ""
            texts = (readout.place, readout.coordinates, amplitude, readout.label, drawn)
        for field, text in zip(self._fields, texts, strict=True):
            field.setText(text)

    @property
    def text(self) -> str:
        """All fields in one line."""
        return "  ".join(field.text() for field in self._fields if field.text())
