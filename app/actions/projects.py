"""Making, opening and naming projects."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMainWindow

from app.actions.files import FileCommands
from app.actions.keeping import Keeper
from app.actions.label_files import LabelFileCommands
from app.dialogs.project_questions import ask_for_data, offer_reading, project_dialog
from app.session_model import SessionModel
from app.workers.lanes import Lanes
from app.workers.latest import Latest
from app.workers.projects import DataAtHand, FoundLabels, KeptProject, open_project
from app.workers.work import Work
from engine.errors import WriteError
from engine.jobs.context import JobContext
from engine.jobs.runner import JobEvent, JobState
from engine.session.labels import LabelDocument
from engine.session.project import MODELS
from engine.session.project_data import DataMovedError
from engine.session.project_file import SUFFIX
from engine.session.view_state import ViewState


class ProjectCommands(QObject):
    """Opens projects, gives them names, and tells which one is open.

    Parameters
    ----------
    window : QMainWindow
        Owner of the dialogs; gets the title.
    model : SessionModel
        Gets data, labels and view.
    files : FileCommands
        Opens data files.
    lanes : Lanes
        Projects are opened on the lane for saving, after the last one was left there.
    work : Work
        The jobs.
    """

    failed = Signal(object)
    """An error that the user should see."""
    told = Signal(str)
    """Something to tell in passing."""
    opened = Signal()
    """A project is open; models may lie in it."""

    def __init__(
        self,
        window: QMainWindow,
        model: SessionModel,
        files: FileCommands,
        lanes: Lanes,
        work: Work,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._files = files
        self._work = work
        self._folder = Path()
        self._models_used: tuple[Path, ...] = ()
        self.keeper = Keeper(model, lanes, self)
        self.keeper.failed.connect(self.failed)
        self.keeper.state_changed.connect(self._set_title)
        self.keeper.recognised.connect(self._on_recognised)
        files.project_chosen.connect(self.open)
        # Later, when the model that was chosen before was looked for in the new list.
        model.models_changed.connect(self._use_model, Qt.ConnectionType.QueuedConnection)
        model.volume_changed.connect(self._set_title)
        self._opening = Latest(lanes.save, self)
        self._opening.arrived.connect(self._on_opened)
        self._opening.failed.connect(self._on_refused)
        self._naming = Latest(lanes.save, self)
        self._naming.arrived.connect(self._on_named)
        self._naming.failed.connect(self.failed)
        self.label_files = LabelFileCommands(window, model, files, lanes.save)
        self.label_files.failed.connect(self.failed)
        self.label_files.told.connect(self.told)
        self._lane = lanes.save
        self._lane.job_changed.connect(self._close_unwanted)
        self._set_title()

    @property
    def model_folders(self) -> tuple[Path, ...]:
        """Where the models of the present project lie."""
        folder = self.keeper.kept.folder if self.keeper.kept is not None else None
        return () if folder is None else (folder / MODELS,)

    @property
    def output_folder(self) -> Path | None:
        """Where new models may lie in the present project; None while it has no name."""
        kept = self.keeper.kept
        return None if kept is None or kept.untitled else next(iter(self.model_folders), None)

    def save(self) -> None:
        """Save, under a new name if there is none yet."""
        kept = self.keeper.kept
        if kept is None:
            return
        if kept.untitled:
            self.choose_name()
        else:
            self.keeper.save()
            self.told.emit(self.tr("{0} is saved.").format(self._name()))

    def choose_new(self) -> None:
        """Ask for a name and begin to label the open data anew."""
        self._ask_for_name(self.tr("New project"), self.begin)

    def choose_name(self) -> None:
        """Ask for a name and go on in a project of that name."""
        self._ask_for_name(self.tr("Save project as"), self.go_on_in)

    def choose(self) -> None:
        """Ask for a project and open it."""
        dialog = project_dialog(self._window, self.tr("Open project"), self._files.last_folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def open(self, folder: Path, data: Path | None = None, *, read_only: bool = False) -> None:
        """Open a project.

        Parameters
        ----------
        folder : pathlib.Path
            Its folder.
        data : pathlib.Path, optional
            Where its data are now, if they moved.
        read_only : bool, default False
            Whether another window may have it.
        """
        folder = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would read the disk on the GUI thread
        self._folder = folder
        self._files.last_folder = str(folder.parent)
        kept = self.keeper.kept
        if kept is not None and kept.folder == folder:
            self.told.emit(self.tr("{0} is open already.").format(folder.name))
            return
        self._opening.request(
            partial(_open, folder, self._work, data=data, read_only=read_only),
            title=self.tr("Open {0}").format(folder.name),
        )

    def begin(self, folder: Path) -> None:
        """Begin to label the open data anew, in a project of that name."""
        session = self._model.session
        if session.opened is None or session.labels is None:
            return
        volume, scheme = session.opened.volume, session.labels.scheme
        present = self.keeper.kept
        fingerprint = present.data.fingerprint if present is not None else None
        options = dict(session.opened.reader_options)
        kept = KeptProject(DataAtHand(volume.path, options, fingerprint))
        blank = LabelDocument(volume.section_shape, scheme)

        def make(_job: JobContext) -> tuple[KeptProject, LabelDocument | None]:
            kept.move_to(folder, scheme)
            return kept, blank

        self._naming.request(make, title=self.tr("New project"))

    def go_on_in(self, folder: Path) -> None:
        """Go on in a copy of the project in another folder."""
        kept, labels = self.keeper.kept, self._model.session.labels
        if kept is None or labels is None:
            return
        scheme = labels.scheme

        def move(_job: JobContext) -> tuple[KeptProject, LabelDocument | None]:
            kept.move_to(folder, scheme)
            return kept, None

        self._naming.request(move, title=self.tr("Save {0}").format(folder.name))

    def _ask_for_name(self, title: str, use: Callable[[Path], None]) -> None:
        kept, opened = self.keeper.kept, self._model.session.opened
        if kept is None or opened is None:
            return
        name = opened.volume.path.stem + SUFFIX
        dialog = project_dialog(self._window, title, str(self._files.place.folder))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.lstrip("."))
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda chosen: self._files.place.remember(Path(chosen)))
        dialog.fileSelected.connect(lambda chosen: use(_with_suffix(Path(chosen))))
        dialog.open()

    def _on_opened(self, found: FoundLabels) -> None:
        self._files.close()
        self.keeper.expect(found)
        opened = found.opened
        self._model.open_volume(
            opened.volume,
            opened.statistics,
            description=opened.description,
            reader_options=opened.options,
            labels=found.loaded.document,
        )
        self._show_again(ViewState.from_json(found.view), found.models)
        self._files.opened.emit(self._folder)
        self._tell_notes(found)
        if found.loaded.recovered:
            when = _day_and_time(found.changed_at)
            self.told.emit(self.tr("Labels from {0} were recovered.").format(when))

    def _show_again(self, view: ViewState, models: tuple[Path, ...]) -> None:
        self._model.apply_view(view)
        if self._model.session.opened is None:
            return
        # Models are listed meanwhile, those in the project's own folder only now.
        self._models_used = models
        self.opened.emit()

    def _use_model(self) -> None:
        """Use the model of the project, as soon as it is listed."""
        listed = {known.path: known for known in self._model.session.models}
        for path in self._models_used:
            used = listed.get(Path(os.path.normpath(path)))
            if used is not None:
                self._models_used = ()
                self._model.set_model(used)

    def _on_recognised(self, found: FoundLabels) -> None:
        self.keeper.expect(found)
        self._model.set_labels(found.loaded.document)
        when = _day_and_time(found.changed_at)
        self.told.emit(self.tr("Labels from {0} were recovered.").format(when))
        self._tell_notes(found)

    def _tell_notes(self, found: FoundLabels) -> None:
        if found.loaded.notes:
            self.told.emit(" ".join(found.loaded.notes))

    def _on_refused(self, error: BaseException) -> None:
        folder = self._folder
        if isinstance(error, WriteError):
            read = partial(self.open, folder, read_only=True)
            offer_reading(self._window, folder, error, read)
        elif isinstance(error, DataMovedError):
            ask_for_data(self._window, error, partial(self.open, folder))
        else:
            self._files.refused.emit(folder, error)

    def _on_named(self, named: tuple[KeptProject, LabelDocument | None]) -> None:
        kept, blank = named
        if blank is not None:
            self.keeper.expect_new(blank, kept)
            self._model.set_labels(blank)
        elif kept is self.keeper.kept:
            self.keeper.save()
        if kept.folder is not None:
            self._files.opened.emit(kept.folder)
            self.told.emit(self.tr("{0} is saved.").format(kept.folder.name))
        # The folder is known here before whoever else hears of it.
        QTimer.singleShot(0, self, self._set_title)

    def _close_unwanted(self, event: JobEvent) -> None:
        """Close a project whose opening was overtaken by a newer request."""
        found = event.result
        if event.state is JobState.SUCCEEDED and isinstance(found, FoundLabels):
            present = self._model.session.opened
            if present is None or present.volume is not found.opened.volume:
                self._lane.submit(lambda _job: _close(found))

    def _name(self) -> str:
        kept = self.keeper.kept
        folder = kept.folder if kept is not None else None
        return folder.stem if folder is not None and kept is not None and not kept.untitled else ""

    def _set_title(self) -> None:
        models = self.output_folder
        self._files.place.project = None if models is None else models.parent.parent
        opened, labels = self._model.session.opened, self._model.session.labels
        parts = []
        if opened is not None:
            star = "*" if self.keeper.modified else ""
            named = [part for part in (self._name(), opened.volume.path.name) if part]
            parts.append(" – ".join(named) + star)
            if labels is not None and labels.read_only:
                parts.append(self.tr("reading only"))
        self._window.setWindowTitle(" – ".join([*parts, "Outcrop"]))


def project_callbacks(projects: ProjectCommands) -> dict[str, Callable[..., object]]:
    """Return what the actions of projects and label files do, by their keys."""
    return {
        **projects.label_files.callbacks,
        "new_project": projects.choose_new,
        "open_project": projects.choose,
        "save": projects.save,
        "save_as": projects.choose_name,
    }


def _open(
    folder: Path, work: Work, job: JobContext, *, data: Path | None, read_only: bool
) -> FoundLabels:
    return open_project(folder, work.open_file, job, data=data, read_only=read_only)


def _close(found: FoundLabels) -> None:
    found.kept.close()
    found.opened.volume.close()


def _with_suffix(path: Path) -> Path:
    return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)


def _day_and_time(utc: str) -> str:
    """Return a time as people say it, in their own time zone: ``Saturday 14:02``."""
    try:
        then = dt.datetime.fromisoformat(utc).astimezone()
    except ValueError:
        return utc
    days = (dt.datetime.now(dt.UTC).astimezone().date() - then.date()).days
    return then.strftime("%A %H:%M") if days < 7 else then.strftime("%Y-%m-%d %H:%M")
