"""Segmenting and exporting a whole volume."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.actions.files import FileCommands
from app.actions.result_files import RESULT_FILES, ResultFiles, ask_for_file
from app.dialogs.export_dialog import ExportDialog
from app.dialogs.export_report import ExportReportDialog
from app.dialogs.instant_choice import ask_which_model
from app.dialogs.replacing import ask_to_replace
from app.session_model import SessionModel
from app.views.navigator import direction_title
from app.workers.exporting import CRATERS, ExportChoice
from app.workers.lanes import Lanes
from app.workers.latest import Latest
from app.workers.work import Work
from engine.core.lined_volume import without_lines
from engine.exporters.base import ExportLayers, existing_output, record_path
from engine.exporters.events.table import EVENTS, output_paths
from engine.exporters.image_registry import image_exporter
from engine.exporters.registry import exporter_for
from engine.jobs.runner import JobEvent, JobState
from engine.preprocessing.das_chain import DasChain
from engine.session.model_info import ModelInfo
from engine.session.open_volume import OpenVolume


class ExportCommands(QObject):
    """Asks what to export, runs it on the compute lane and shows the result.

    Parameters
    ----------
    files : FileCommands
        Knows the window, and where to write.
    model : SessionModel
        Volume and model at hand.
    lanes : Lanes
        Exports run on the compute lane; the read lane looks for existing files.
    work : Work
        The jobs.
    """

    failed = Signal(object)
    instant_wanted = Signal()
    """The instant model is to be kept; `choose_with` is called with what was kept."""
    ended = Signal(bool)
    """The last of the running exports has ended; whether there is no failure to be read."""

    def __init__(self, files: FileCommands, model: SessionModel, lanes: Lanes, work: Work) -> None:
        super().__init__(files.window)
        self._window = files.window
        self._place = files.place
        self._model = model
        self._lanes = lanes
        self._work = work
        self._running: set[int] = set()
        self._wanted: ExportChoice | None = None
        self._looking = Latest(lanes.read, self)
        self._looking.arrived.connect(self._on_looked)
        self._looking.failed.connect(self.failed)
        lanes.compute.job_changed.connect(self._on_job)

    @property
    def running(self) -> bool:
        """Whether an export has not ended yet."""
        return bool(self._running)

    def choose(self) -> None:
        """Open the dialog, after asking for the model where the instant one is shown."""
        session = self._model.session
        model = session.model
        if session.opened is None or model is None:
            return
        if session.instant is None:
            self.choose_with(model)
            return
        other = partial(self.choose_with, model)
        ask_which_model(self._window, model.name, self.instant_wanted.emit, other)

    def choose_with(self, model: ModelInfo) -> None:
        """Open the dialog for a model.

        Parameters
        ----------
        model : ModelInfo
            Segments what is exported.
        """
        session, opened = self._model.session, self._model.session.opened
        if opened is None:
            return
        volume = opened.volume
        if volume.kind in RESULT_FILES:
            self._choose_file(opened, model, RESULT_FILES[volume.kind])
            return
        directions = []
        for name in sorted(without_lines(volume).directions, key=lambda d: d != opened.direction):
            n_slices = volume.axis_along(name).size
            title = direction_title(name)
            directions.append((name, title if n_slices == 1 else f"{title} ({n_slices})"))
        names = model.classes.names if model.classes else ()
        chosen = session.prediction_options
        dialog = ExportDialog(volume.path, model.name, directions, names, chosen, self._window)
        dialog.propose_folder(self._place.folder)
        options = dict(opened.reader_options)
        dialog.chosen.connect(
            lambda: self.start(
                ExportChoice(
                    source=volume.path,
                    reader_options=options,
                    model=model,
                    device=session.device,
                    direction=dialog.direction,
                    content=dialog.content,
                    path=dialog.path,
                    nan_as_no_data=dialog.nan_as_no_data,
                    options=dialog.options,
                )
            )
        )
        dialog.open()

    def _choose_file(self, opened: OpenVolume, model: ModelInfo, files: ResultFiles) -> None:
        """Ask where the one file of a result is to go."""
        seen = self._model.session.processed_for_models
        base = ExportChoice(
            source=opened.volume.path,
            reader_options=dict(opened.reader_options),
            model=model,
            device=self._model.session.device,
            direction=opened.direction,
            content=files.content,
            path=opened.volume.path,
            chain=DasChain() if seen is None else seen.chain,
            options=self._model.session.prediction_options,
        )
        ask_for_file(
            self._window,
            self._place.folder / f"{_name(base.source.stem, model.name)}-{files.content}",
            base.source.name,
            files,
            lambda path: self.start(replace(base, path=path)),
        )

    def start(self, choice: ExportChoice) -> None:
        """Export, after asking whether an existing file may be replaced."""
        self._wanted = choice
        self._place.remember(choice.path)
        self._looking.request(lambda _job: _existing(choice))

    def _on_looked(self, existing: Path | None) -> None:
        choice = self._wanted
        if choice is None:
            return
        if existing is None:
            self._submit(choice)
            return
        overwriting = replace(choice, overwrite=True)
        ask_to_replace(self._window, existing, partial(self._submit, overwriting))

    def _submit(self, choice: ExportChoice) -> None:
        title = self.tr("Export {0}").format(choice.path.name)
        self._running.add(
            self._lanes.compute.submit(partial(self._work.export, choice), title=title)
        )

    def _on_job(self, event: JobEvent) -> None:
        if event.job_id not in self._running or not event.state.final:
            return
        self._running.discard(event.job_id)
        if event.state is JobState.SUCCEEDED:
            ExportReportDialog(event.result, self._window).open()
        elif event.state is JobState.FAILED:
            self.failed.emit(event.error)
        if not self._running:
            self.ended.emit(event.state is not JobState.FAILED)


def _name(data: str, model: str) -> str:
    """Name a result after data and model; a model that tells the data does for both."""
    return model if model.startswith(data) else f"{data}-{model}"


def _existing(choice: ExportChoice) -> Path | None:
    """Return an output that is already there."""
    if choice.content == EVENTS:
        return next((path for path in output_paths(choice.path) if path.exists()), None)
    if choice.content == CRATERS:
        files = (*image_exporter(choice.path).outputs(choice.path), record_path(choice.path))
        return next((path for path in files if path.exists()), None)
    if choice.model.classes is None:
        return choice.path if choice.path.exists() else None
    layers = ExportLayers(choice.model.classes, choice.content)
    return existing_output(exporter_for(choice.path), choice.path, layers)
