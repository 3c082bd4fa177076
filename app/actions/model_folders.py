"""Models of the user's own, wherever they lie."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMainWindow

from app.actions.preferences import Preferences
from app.session_model import SessionModel
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.work import Work
from engine.errors import ModelError
from engine.session.model_info import ModelInfo


class ModelFolders(QObject):
    """Lists the models of further folders, and remembers the folders.

    Parameters
    ----------
    window : QMainWindow
        Owner of the dialog.
    model : SessionModel
        Gets the models, the one that was opened as the present one.
    jobs : JobBridge
        The read lane.
    work : Work
        The jobs.
    preferences : Preferences
        Keeps the folders.
    """

    failed = Signal(object)
    """The error that a folder holds no model."""

    def __init__(
        self,
        window: QMainWindow,
        model: SessionModel,
        jobs: JobBridge,
        work: Work,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._work = work
        self._preferences = preferences
        self._wanted = Path()
        self._latest = Latest(jobs, self)
        self._latest.arrived.connect(self._on_listed)
        self._latest.failed.connect(self.failed)

    def choose(self) -> None:
        """Ask for a folder."""
        dialog = QFileDialog(self._window, self.tr("Open a model's folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.add(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add(self, folder: Path) -> None:
        """List the models of a folder, and use the first of them.

        Parameters
        ----------
        folder : pathlib.Path
            A bundle, or a folder of bundles.
        """
        self._wanted = folder
        folders = (folder, *self.remembered)
        self._latest.request(partial(self._work.list_models, folders))

    @property
    def remembered(self) -> tuple[Path, ...]:
        """The folders so far, the newest first."""
        return tuple(Path(name) for name in self._preferences.settings.model_folders)

    def _on_listed(self, models: tuple[ModelInfo, ...]) -> None:
        folder = self._wanted
        own = next((m for m in models if folder in (m.path, m.path.parent)), None)
        if own is None:
            self.failed.emit(
                ModelError(
                    f"{folder}: there is no model in it",
                    hint="Name the folder that 'outcrop train' wrote with --out, or the one above.",
                )
            )
            return
        self._preferences.add_model_folder(folder)
        self._model.set_models(models)
        self._model.set_model(own)
