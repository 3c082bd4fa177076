"""What the program is, and which version."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from engine.core.provenance import program_version

_WIDTH = 360
_TEXT = (
    "Segments seismic sections with vision transformers of the DINOv2 family. Apache License 2.0."
)


def show_about(parent: QWidget) -> None:
    """Open the box.

    Parameters
    ----------
    parent : QWidget
        The window.
    """
    box = QDialog(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(QCoreApplication.translate("About", "About Outcrop"))
    title = QLabel(QCoreApplication.translate("About", "Outcrop {0}").format(program_version()))
    font = title.font()
    font.setBold(True)
    title.setFont(font)
    text = QLabel(QCoreApplication.translate("About", _TEXT))
    text.setWordWrap(True)
    text.setMinimumWidth(_WIDTH)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(box.reject)
    layout = QVBoxLayout(box)
    for label in (title, text):
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(label)
    layout.addWidget(buttons)
    box.open()
