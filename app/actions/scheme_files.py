"""Reading and writing class schemes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.session_model import SessionModel
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from engine.errors import EngineError
from engine.session.label_scheme import LabelScheme
from engine.session.scheme_file import read_scheme, write_scheme


class SchemeFiles(QObject):
    """Asks for a JSON file and reads or writes the classes on a lane.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.
    model : SessionModel
        Whose classes they are.
    jobs : JobBridge
        The lane.
    """

    failed = Signal(object)
    told = Signal(str)
    """Something for the status bar."""

    def __init__(self, window: QWidget, model: SessionModel, jobs: JobBridge) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._reading, self._writing = Latest(jobs, self), Latest(jobs, self)
        self._reading.arrived.connect(self._on_read)
        self._writing.arrived.connect(self._on_written)
        for latest in (self._reading, self._writing):
            latest.failed.connect(self.failed)

    def choose_to_read(self) -> None:
        """Ask for a file, then label with its classes."""
        dialog = self._dialog(self.tr("Read classes"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.open()

    def choose_to_write(self) -> None:
        """Ask for a file, then write the classes."""
        dialog = self._dialog(self.tr("Write classes"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile("classes.json")
        dialog.fileSelected.connect(lambda name: self.write(Path(name)))
        dialog.open()

    def read(self, path: Path) -> None:
        """Label with the classes of a file."""
        self._reading.request(lambda _job: read_scheme(path))

    def write(self, path: Path) -> None:
        """Write the classes to a file."""
        labels = self._model.session.labels
        if labels is not None:
            self._writing.request(partial(_write, path, labels.scheme))

    def _dialog(self, title: str) -> QFileDialog:
        opened = self._model.session.opened
        folder = "" if opened is None else str(opened.volume.path.parent)
        dialog = QFileDialog(self._window, title, folder)
        dialog.setNameFilter(self.tr("Class schemes (*.json)"))
        return dialog

    def _on_read(self, scheme: LabelScheme) -> None:
        labels = self._model.session.labels
        if labels is None:
            return
        try:
            labels.set_scheme(scheme, title=self.tr("Read classes"))
        except EngineError as error:
            self.failed.emit(error)
        else:
            self.told.emit(self.tr("{0} classes to label with.").format(len(scheme)))

    def _on_written(self, path: Path) -> None:
        self.told.emit(self.tr("{0} is written.").format(path))


def _write(path: Path, scheme: LabelScheme, _job: object) -> Path:
    return write_scheme(path, scheme)
