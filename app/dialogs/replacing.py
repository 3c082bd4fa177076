"""Asks whether a file may be replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget


def ask_to_replace(window: QWidget, path: Path, replace: Callable[[], object]) -> None:
    """Ask, and go on only if the answer is yes.

    Parameters
    ----------
    window : QWidget
        Owner of the question.
    path : pathlib.Path
        What is there already.
    replace : callable
        Called if it may be replaced.
    """
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(_tr("Outcrop"))
    box.setText(_tr("{0} exists. Replace it?").format(path))
    replacing = box.addButton(_tr("Replace"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    replacing.clicked.connect(lambda _checked=False: replace())
    box.finished.connect(box.deleteLater)
    box.open()


def _tr(text: str) -> str:
    return QCoreApplication.translate("ask_to_replace", text)
