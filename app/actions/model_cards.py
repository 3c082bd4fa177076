"""Opens the card and the folder of the current model."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.dialogs.model_card import ModelCardDialog
from app.session_model import SessionModel
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.work import Work
from engine.session.model_info import ModelInfo


class ModelCards(QObject):
    """Has cards read, and shows them.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.
    model : SessionModel
        Says which model is meant.
    jobs : JobBridge
        The read lane.
    work : Work
        The jobs.
    """

    failed = Signal(object)
    """The error that a card cannot be read."""

    def __init__(self, window: QWidget, model: SessionModel, jobs: JobBridge, work: Work) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._work = work
        self._wanted: ModelInfo | None = None
        self._latest = Latest(jobs, self)
        self._latest.arrived.connect(self._on_read)
        self._latest.failed.connect(self.failed)

    def show_card(self) -> None:
        """Read the card of the current model and show it."""
        present = self._model.session.model
        if present is not None:
            self._wanted = present
            self._latest.request(partial(self._work.read_card, present.path))

    def show_folder(self) -> None:
        """Open the folder of the current model in the file browser."""
        present = self._model.session.model
        if present is not None:
            _open_folder(present)

    def _on_read(self, card: str) -> None:
        if self._wanted is None:
            return
        dialog = ModelCardDialog(self._wanted.name, card, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.folder_clicked.connect(partial(_open_folder, self._wanted))
        dialog.open()


def _open_folder(entry: ModelInfo) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(entry.path)))
