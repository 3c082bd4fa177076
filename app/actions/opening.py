"""What belongs to opening a file besides reading it: questions, refusals, second looks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.arrays import ArrayCommands
from app.actions.confirming import Confirming
from app.actions.files import FileCommands
from app.actions.headers import HeaderCommands
from app.actions.preferences import Preferences
from app.session_model import SessionModel
from app.workers.lanes import Lanes
from app.workers.work import Work
from engine.errors import EngineError


class Opening(QObject):
    """Asks what a file does not tell, and confirms what it was opened by.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.
    model : SessionModel
        Says which volume is open.
    files : FileCommands
        Opens the files.
    lanes : Lanes
        Headers are read on one, all headers of large files on another.
    work : Work
        The jobs.
    preferences : Preferences
        Keeps the list of recent files.

    Attributes
    ----------
    headers : HeaderCommands
        Opens SEG-Y files by their headers.
    arrays : ArrayCommands
        Asks for the axes of arrays.
    """

    failed = Signal(object)
    """The error that something cannot be read or written down."""
    told = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        window: QWidget,
        model: SessionModel,
        files: FileCommands,
        lanes: Lanes,
        work: Work,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._preferences = preferences
        self.headers = HeaderCommands(window, files, lanes.read, work)
        self.arrays = ArrayCommands(window, model, files, lanes.read)
        confirming = Confirming(self, model, files, lanes.copy)
        confirming.told.connect(self.told)
        for part in (self.headers, self.arrays):
            part.failed.connect(self.failed)
        files.refused.connect(self._on_refused)

    def _on_refused(self, path: Path, error: BaseException) -> None:
        if self._preferences.drop_recent(path):
            text = self.tr("{0} was taken off the list of recent files.")
            self.told.emit(text.format(path.name))
        if isinstance(error, EngineError) and self.headers.can_help(error):
            self.headers.show_headers(path, error)
        elif self.arrays.can_help(error):
            self.arrays.show_axes(path)
        else:
            self.failed.emit(error)
