"""Shows the card of a model."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QTextCursor, QTextDocument, QTextTable
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

_SIZE = (720, 640)
_FEATURES = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)
_CELL_PADDING = 4


class _CardText(QTextBrowser):
    """Draws Markdown; loads nothing that it names."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> Any:
        """Leave pictures and other files alone: the GUI thread reads no file."""
        return None


class ModelCardDialog(QDialog):
    """The whole card, to be read and copied.

    Parameters
    ----------
    name : str
        Of the model.
    card : str
        Markdown.
    parent : QWidget or None
        The usual Qt owner.
    """

    folder_clicked = Signal()

    def __init__(self, name: str, card: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Model card of {0}").format(name))
        self._text = _CardText()
        self._text.setAccessibleName(self.windowTitle())
        self._text.setOpenLinks(False)
        self._text.anchorClicked.connect(_open_page)
        document = self._text.document()
        document.setMarkdown(card, _FEATURES)
        document.setDocumentMargin(14)
        _draw_tables(document)
        self._text.moveCursor(QTextCursor.MoveOperation.Start)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        folder = buttons.addButton(self.tr("Show folder"), QDialogButtonBox.ButtonRole.ActionRole)
        folder.clicked.connect(self.folder_clicked)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._text)
        layout.addWidget(buttons)
        self.resize(*_SIZE)


def _open_page(url: QUrl) -> None:
    if url.scheme() in {"http", "https"}:
        QDesktopServices.openUrl(url)


def _draw_tables(document: QTextDocument) -> None:
    """Give tables lines and room; Markdown's have neither."""
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            form = frame.format()
            form.setCellPadding(_CELL_PADDING)
            form.setCellSpacing(0)
            form.setBorder(1)
            form.setBorderCollapse(True)
            frame.setFormat(form)
