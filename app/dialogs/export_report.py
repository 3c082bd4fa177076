"""Shows what an export has written."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.workers.exporting import Exported


class ExportReportDialog(QDialog):
    """The files of an export, and how they compare with the source or what was found.

    Parameters
    ----------
    exported : Exported
        What was written.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, exported: Exported, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export finished"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folder: Path = exported.paths[0].parent
        layout = QVBoxLayout(self)
        compared = exported.is_compared
        title = self.tr("Reopened and compared with the source:") if compared else self.tr("Found:")
        mark = "\u2713 " if compared else ""
        for text, bold in (
            ("\n".join(str(path) for path in exported.paths), True),
            (title, False),
            ("\n".join(f"{mark}{line}" for line in exported.lines), False),
        ):
            label = QLabel(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            font = label.font()
            font.setBold(bold)
            label.setFont(font)
            layout.addWidget(label)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        show = buttons.addButton(self.tr("Show in folder"), QDialogButtonBox.ButtonRole.ActionRole)
        show.clicked.connect(self._show_in_folder)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def _show_in_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
