"""What digit keys say that belong to no class."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.actions.label_table import N_CLASS_KEYS
from app.session_model import SessionModel
from engine.session.edits import LabelChange


class ClassKeys(QObject):
    """Answers a digit without a class: which classes there are, and how to add one.

    Digits of classes are the shortcuts of their actions.

    Parameters
    ----------
    window : QWidget
        Where the keys are pressed.
    model : SessionModel
        Its classes.
    """

    told = Signal(str)
    """Something for the status bar."""

    def __init__(self, window: QWidget, model: SessionModel) -> None:
        super().__init__(window)
        self._model = model
        self._shortcuts = [
            QShortcut(QKeySequence(str(number)), window, partial(self._tell, number))
            for number in range(N_CLASS_KEYS)
        ]
        model.labels_replaced.connect(self._show)
        model.labels_changed.connect(self._on_labels)
        self._show()

    def _on_labels(self, change: LabelChange) -> None:
        if change.kind == "scheme":
            self._show()

    def _show(self) -> None:
        labels = self._model.session.labels
        for number, shortcut in enumerate(self._shortcuts):
            shortcut.setEnabled(labels is not None and number >= len(labels.scheme))

    def _tell(self, number: int) -> None:
        labels = self._model.session.labels
        if labels is None:
            return
        known = ", ".join(f"{key} {name}" for key, name in enumerate(labels.scheme.names))
        text = self.tr("There is no class {0}, but {1}. Add one with + in the panel Labels.")
        self.told.emit(text.format(number, known))
