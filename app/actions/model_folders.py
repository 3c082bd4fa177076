"""Models of the user's own, wherever they lie."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMainWindow

from app.actions.preferences import Preferences
from app.actions.projects import ProjectCommands
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
    projects : ProjectCommands
        The present project has models of its own.
    """

    failed = Signal(object)
    """The error that a folder holds no model."""
    changed = Signal()
    """There are others."""

    def __init__(
        self,
        window: QMainWindow,
        model: SessionModel,
        jobs: JobBridge,
        work: Work,
        preferences: Preferences,
        projects: ProjectCommands,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._work = work
        self._preferences = preferences
        self._projects = projects
        projects.opened.connect(self.changed)
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
        self._latest.request(partial(self._work.list_models, (folder, *self.all)))

    @property
    def all(self) -> tuple[Path, ...]:
        """Those of the present project and the remembered ones, the newest first."""
        return (*self._projects.model_folders, *self._remembered)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Where new models may lie besides among the user's own: the project, other folders."""
        own = self._projects.output_folder
        return self._remembered if own is None else (own, *self._remembered)

    @property
    def last_output(self) -> Path | None:
        """Where a model was trained last; that of another project is not among `outputs`."""
        last = self._preferences.settings.output_folder
        return Path(last) if last else None

    @property
    def trained_in(self) -> tuple[Path, ...]:
        """Where trainings may have been broken off."""
        last = self.last_output
        return self.all if last is None else (*self.all, last)

    def remember_output(self, folder: Path) -> None:
        """Look for models in a folder that one is trained to, and offer it first next time."""
        self._preferences.set_output_folder(folder)
        if folder not in self.all:
            self._preferences.add_model_folder(folder)

    @property
    def _remembered(self) -> tuple[Path, ...]:
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
        self.changed.emit()
        self._model.set_models(models)
        self._model.set_model(own)
