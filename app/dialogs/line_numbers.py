"""Asks where the line numbers stand, when the reader could not find out."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError

_LAST_BYTE = 237


class LineNumbersDialog(QDialog):
    """Byte positions of inline and crossline numbers in the trace header.

    Parameters
    ----------
    file_name : str
        The file.
    error : EngineError
        Why it was refused.
    parent : QWidget or None
        The usual Qt owner.
    """

    chosen = Signal(dict)
    """Options for the reader."""

    def __init__(self, file_name: str, error: EngineError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open {0}").format(file_name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QVBoxLayout(self)
        for text in (str(error), self.tr("Say what the file holds:")):
            label = QLabel(text)
            label.setWordWrap(True)
            label.setMinimumWidth(420)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(label)
        self._volume = QRadioButton(self.tr("3-D volume with the line numbers at"))
        self._volume.setChecked(True)
        self._line = QRadioButton(self.tr("2-D line"))
        self._iline = _byte_box(189, self.tr("Byte of the inline number"))
        self._xline = _byte_box(193, self.tr("Byte of the crossline number"))
        form = QFormLayout()
        form.setContentsMargins(24, 0, 0, 0)
        form.addRow(self.tr("Inline, byte"), self._iline)
        form.addRow(self.tr("Crossline, byte"), self._xline)
        layout.addWidget(self._volume)
        layout.addLayout(form)
        layout.addWidget(self._line)
        for box in (self._iline, self._xline):
            self._volume.toggled.connect(box.setEnabled)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.accepted.connect(lambda: self.chosen.emit(self.options()))

    def options(self) -> dict[str, Any]:
        """Return what was chosen, as options for the reader."""
        if self._line.isChecked():
            return {"geometry": "line"}
        return {
            "geometry": "volume",
            "iline": self._iline.value(),
            "xline": self._xline.value(),
        }


def _byte_box(value: int, name: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(1, _LAST_BYTE)
    box.setValue(value)
    box.setAccessibleName(name)
    return box
