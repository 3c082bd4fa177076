"""Shows errors: what failed, what to do, and the details for a report."""

from __future__ import annotations

import logging
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from engine.errors import EngineError

_log = logging.getLogger(__name__)

_DEFECT = "This is a defect of Outcrop. Please report it with the details."

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
}


class ErrorPresenter(QObject):
    """Puts errors before the user without stopping the program.

    Parameters
    ----------
    window : QWidget
        The window that the messages belong to.
    """

    _raised = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._raised.connect(self.show_error, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def show_error(self, error: BaseException) -> None:
        """Open a message box; the program goes on meanwhile.

        Parameters
        ----------
        error : BaseException
            An `EngineError` is shown with its hint, a refusal of the system with
            what to look at; anything else is called a defect.
        """
        hint = _hint(error)
        known = hint is not _DEFECT
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning if known else QMessageBox.Icon.Critical)
        box.setWindowTitle(self.tr("Outcrop"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(_message(error))
        box.setInformativeText(self.tr(hint))
        details = "".join(traceback.format_exception(error))
        box.setDetailedText(details)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        copy = box.addButton(self.tr("Copy details"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Close)
        box.setDefaultButton(QMessageBox.StandardButton.Close)
        # Only the connection that closes the box is taken off the copy button.
        copy.clicked.disconnect()
        copy.clicked.connect(lambda: QApplication.clipboard().setText(details))
        box.open()

    def excepthook(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Log and show what nothing else caught; fits `sys.excepthook`."""
        _log.error("not caught", exc_info=(kind, error, trace))
        if issubclass(kind, Exception):
            self._raised.emit(error)

    def thread_excepthook(self, caught: threading.ExceptHookArgs) -> None:
        """Do the same for other threads; fits `threading.excepthook`."""
        error = caught.exc_value or RuntimeError(f"a thread ended with {caught.exc_type.__name__}")
        self.excepthook(caught.exc_type, error, caught.exc_traceback)


def route_qt_messages() -> None:
    """Send what Qt has to say to the log."""
    qInstallMessageHandler(_log_qt_message)


def _log_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    level = _QT_LEVELS.get(kind, logging.ERROR)
    # The offscreen platform says so of every window with a minimum size.
    harmless = message.startswith("This plugin does not support propagateSizeHints")
    _log.log(logging.DEBUG if harmless else level, "Qt: %s", message)


def _message(error: BaseException) -> str:
    if isinstance(error, EngineError):
        return str(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory."
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return f"{type(error).__name__}: {error}"


def _hint(error: BaseException) -> str:
    if isinstance(error, EngineError):
        return error.hint
    if isinstance(error, MemoryError):
        return "Close other programs, then try again."
    if isinstance(error, OSError) and error.filename is not None:
        return "Check the path, its permissions and the room on the disk."
    return _DEFECT
