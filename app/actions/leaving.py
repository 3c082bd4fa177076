"""Asks whether a running export may be stopped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.actions.export import ExportCommands


def ask_to_stop(window: QWidget, exports: ExportCommands, leave: Callable[[], None]) -> None:
    """Ask, and leave if that is the answer, or if the exports end well meanwhile.

    Parameters
    ----------
    window : QWidget
        The window that is to be closed; it is asked for once at a time.
    exports : ExportCommands
        What would be stopped.
    leave : callable
        Stops and closes.
    """
    if window.findChild(QMessageBox, "leaving") is not None:
        return
    box = QMessageBox(window)
    box.setObjectName("leaving")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Outcrop")
    box.setText(_tr("An export is running. Stop it and quit?"))
    box.setInformativeText(_tr("What it has written so far is removed."))
    stop = box.addButton(_tr("Stop and quit"), QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    stop.clicked.connect(leave)
    answer = exports.ended.connect(lambda well: _leave_now(box, leave if well else None))
    box.finished.connect(lambda _result: exports.ended.disconnect(answer))
    box.open()


def _leave_now(box: QMessageBox, leave: Callable[[], None] | None) -> None:
    box.close()
    if leave is not None:
        leave()


def _tr(text: str) -> str:
    return QCoreApplication.translate("Leaving", text)
