"""Segmenting and exporting a whole volume."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.dialogs.export_dialog import ExportDialog
from app.dialogs.export_report import ExportReportDialog
from app.dialogs.replacing import ask_to_replace
from app.session_model import SessionModel
from app.views.navigator import direction_title
from app.workers.exporting import ExportChoice
from app.workers.lanes import Lanes
from app.workers.latest import Latest
from app.workers.work import Work
from engine.exporters.base import ExportLayers, existing_output
from engine.exporters.events.table import EVENTS, output_paths
from engine.exporters.events.table import SUFFIXES as TABLES
from engine.exporters.registry import exporters
from engine.jobs.runner import JobEvent, JobState
from engine.session.session import ModelInfo, OpenVolume


class ExportCommands(QObject):
    """Asks what to export, runs it on the compute lane and shows the result.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.
    model : SessionModel
        Volume and model at hand.
    lanes : Lanes
        Exports run on the compute lane; the read lane looks for existing files.
    work : Work
        The jobs.
    """

    failed = Signal(object)
    ended = Signal(bool)
    """The last of the running exports has ended; whether there is no failure to be read."""

    def __init__(self, window: QWidget, model: SessionModel, lanes: Lanes, work: Work) -> None:
        super().__init__(window)
        self._window = window
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
        """Open the dialog."""
        session = self._model.session
        opened, model = session.opened, session.model
        if opened is None or model is None:
            return
        volume = opened.volume
        if volume.kind == "record":
            self._choose_table(opened, model)
            return
        directions = []
        for name in sorted(volume.directions, key=lambda d: d != opened.direction):
            n_slices = volume.axis_along(name).size
            title = direction_title(name)
            directions.append((name, title if n_slices == 1 else f"{title} ({n_slices})"))
        names = model.classes.names if model.classes else ()
        dialog = ExportDialog(volume.path, model.name, directions, names, self._window)
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
                )
            )
        )
        dialog.open()

    def _choose_table(self, opened: OpenVolume, model: ModelInfo) -> None:
        """Ask where the table of a record's events is to go."""
        source = opened.volume.path
        suggested = source.with_name(f"{source.stem}-{model.name}-events.csv")
        title = self.tr("Find the events of {0}").format(source.name)
        dialog = QFileDialog(self._window, title, str(suggested.parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # It is asked once, for all the files of the export.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setNameFilters(
            [self.tr("Table of events (*.csv)"), self.tr("Events as JSON (*.json)")]
        )
        dialog.selectFile(suggested.name)
        base = ExportChoice(
            source=source,
            reader_options=dict(opened.reader_options),
            model=model,
            device=self._model.session.device,
            direction=opened.direction,
            content=EVENTS,
            path=suggested,
        )
        dialog.fileSelected.connect(
            lambda name: self.start(
                replace(base, path=_with_suffix(Path(name), dialog.selectedNameFilter()))
            )
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def start(self, choice: ExportChoice) -> None:
        """Export, after asking whether an existing file may be replaced."""
        self._wanted = choice
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


def _with_suffix(path: Path, name_filter: str) -> Path:
    """Return a path that ends as tables do; as the filter says where it does not."""
    if path.suffix.lower() in TABLES:
        return path
    return path.with_name(path.name + (".json" if "json" in name_filter else ".csv"))


def _existing(choice: ExportChoice) -> Path | None:
    """Return an output that is already there."""
    if choice.content == EVENTS:
        return next((path for path in output_paths(choice.path) if path.exists()), None)
    if choice.model.classes is None:
        return choice.path if choice.path.exists() else None
    layers = ExportLayers(choice.model.classes, choice.content)
    return existing_output(exporters().load("segy")(), choice.path, layers)
