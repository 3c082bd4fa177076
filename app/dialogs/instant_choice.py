"""Asks which model a volume is exported with while instant mode is on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget


def ask_which_model(
    window: QWidget, model: str, keep: Callable[[], object], other: Callable[[], object]
) -> None:
    """Ask, and go on with the one that is chosen.

    Parameters
    ----------
    window : QWidget
        Owner of the question.
    model : str
        Name of the model that the instant one stands in for.
    keep : callable
        Called if the instant model is to be kept and used.
    other : callable
        Called if `model` is to be used.
    """
    box = QMessageBox(window)
    box.setObjectName("which_model")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Outcrop")
    box.setText(_tr("The section shows the instant model. Export with it?"))
    box.setInformativeText(_tr("It is kept among your models as it is now; instant mode goes on."))
    keeping = box.addButton(_tr("Keep and export"), QMessageBox.ButtonRole.AcceptRole)
    others = box.addButton(
        _tr("Export with {0}").format(model), QMessageBox.ButtonRole.DestructiveRole
    )
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(keeping)
    keeping.clicked.connect(lambda _checked=False: keep())
    others.clicked.connect(lambda _checked=False: other())
    box.finished.connect(box.deleteLater)
    box.open()


def _tr(text: str) -> str:
    return QCoreApplication.translate("ask_which_model", text)
