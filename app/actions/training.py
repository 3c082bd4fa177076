"""Training on the labels: the dialog before, the panel meanwhile, the model after."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.model_folders import ModelFolders
from app.dialogs.cost_text import sentence
from app.dialogs.fine_tune import FineTuneDialog
from app.panels.docks import Docks
from app.session_model import SessionModel
from app.workers.lanes import Lanes
from app.workers.latest import Latest
from app.workers.training_choice import Trained, TrainingChoice
from app.workers.training_feed import KeptEpoch, TrainingFeed
from app.workers.training_labels import collect_labels, train_as_labelled
from app.workers.work import Work
from engine.core.volume import Volume
from engine.jobs.context import JobContext
from engine.jobs.runner import JobEvent, JobState
from engine.session.labels import LabelDocument
from engine.session.model_info import ModelInfo
from engine.session.training_labels import labelled_places
from engine.training.control import RunControl

if TYPE_CHECKING:
    from engine.training.unfinished import UnfinishedRun  # loads torch


class TrainingCommands(QObject):
    """Starts, pauses, ends and resumes trainings, one at a time, on their own lane.

    Parameters
    ----------
    window : QWidget
        Owner of the dialog.
    model : SessionModel
        Gives labels and models; gets the new model.
    lanes : Lanes
        Models are trained on one lane, so that sections are segmented meanwhile.
    work : Work
        The jobs.
    folders : ModelFolders
        Where else models are listed.
    """

    failed = Signal(object)
    """The error that ended a training."""
    told = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        window: QWidget,
        model: SessionModel,
        lanes: Lanes,
        work: Work,
        folders: ModelFolders,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._lanes = lanes
        self._work = work
        self._folders = folders
        self._docks: Docks | None = None
        self._control = RunControl()
        self._job_id: int | None = None
        self._new_model: Path | None = None
        self.feed = TrainingFeed(self)
        self._labels = Latest(lanes.label, self)
        self._defaults = Latest(lanes.train, self)
        self._places = Latest(lanes.read, self)
        self._costs = Latest(lanes.train, self)
        self._listing = Latest(lanes.read, self)
        self._unfinished = Latest(lanes.train, self)
        self._listing.arrived.connect(self._on_models)
        self._unfinished.arrived.connect(self._on_unfinished)
        for latest in (self._listing, self._unfinished):
            latest.failed.connect(self.failed)
        lanes.train.job_changed.connect(self._on_job)
        folders.changed.connect(self._look_for_unfinished)

    @property
    def running(self) -> bool:
        """Whether a model is being trained."""
        return self._job_id is not None

    def attach(self, docks: Docks) -> None:
        """Show trainings in the window's panel, and offer those that were broken off."""
        self._docks = docks
        panel = docks.training_panel
        panel.follow(self.feed)
        panel.pause_clicked.connect(self._pause)
        panel.resume_clicked.connect(self._resume)
        panel.stop_clicked.connect(self._stop)
        panel.back_clicked.connect(self._go_back)
        panel.unfinished.go_on_clicked.connect(self._go_on)
        panel.unfinished.discard_clicked.connect(self._discard)
        self._look_for_unfinished()

    def show_dialog(self) -> None:
        """Ask how to train, starting from the present model."""
        self._ask(self._model.session.model, ())

    def _go_back(self, epoch: KeptEpoch) -> None:
        """Ask how to train on from an epoch that was kept."""
        # Without score and size, which follow in the list.
        name = f"{epoch.model} {epoch.title.partition(',')[0]}"
        kept = ModelInfo(
            name, epoch.path, str(epoch.path), "", "", "", available=True, task_title="kept epoch"
        )
        self._ask(kept, (kept,))

    def _ask(self, base: ModelInfo | None, more: tuple[ModelInfo, ...]) -> None:
        session = self._model.session
        opened, labels = session.opened, session.labels
        if self.running:
            self._show_panel()
            self.told.emit(self.tr("A model is being trained; pause or end it in the panel."))
            return
        if opened is None or labels is None:
            return
        dialog = FineTuneDialog(
            opened,
            (*more, *session.models_by_task()),
            directions={name: len(found) for name, found in labelled_places(labels).items()},
            classes=labels.scheme.classes,
            parent=self._window,
        )
        self._wire(dialog, opened.volume, labels)
        dialog.begin(base, session.device, ((opened.direction, opened.index),))
        self._ask_for_places(self._folders.last_output)
        dialog.open()

    def _ask_for_places(self, chosen: Path | None, *further: Path) -> None:
        folders, look = (*self._folders.outputs, *further), self._work.training.places
        self._places.request(lambda job: (look(folders, job), chosen))

    def _wire(self, dialog: FineTuneDialog, volume: Volume, labels: LabelDocument) -> None:
        training = self._work.training
        classes = dialog.classes
        dialog.direction_changed.connect(
            lambda direction: self._labels.request(
                partial(collect_labels, labels.copy(), direction, volume)
            )
        )
        dialog.base_changed.connect(
            lambda base: self._defaults.request(partial(training.defaults, base.path, classes))
        )
        dialog.settled.connect(
            lambda choice: self._costs.request(partial(training.measure, choice))
        )
        # As they are then: one may have gone on labelling beside the dialog.
        dialog.chosen.connect(lambda choice: self.start(choice, labels.copy()))
        dialog.place_wanted.connect(lambda folder: self._ask_for_places(folder, folder))
        links = [
            self._labels.arrived.connect(dialog.show_labels),
            self._labels.failed.connect(dialog.show_error),
            self._labels.progressed.connect(
                lambda event: dialog.show_collecting(event.done, event.total)
            ),
            self._places.arrived.connect(lambda places: dialog.show_places(*places)),
            self._places.failed.connect(dialog.show_error),
            self._defaults.arrived.connect(dialog.show_defaults),
            self._defaults.failed.connect(dialog.show_error),
            self._costs.arrived.connect(dialog.show_cost),
            self._costs.failed.connect(dialog.show_error),
            self._costs.progressed.connect(lambda event: dialog.show_measuring(event.message)),
        ]

        def part() -> None:
            for latest in (self._labels, self._places, self._defaults, self._costs):
                latest.cancel()
            for link in links:
                QObject.disconnect(link)

        dialog.finished.connect(part)

    def start(self, choice: TrainingChoice, labels: LabelDocument) -> None:
        """Train a model.

        Parameters
        ----------
        choice : TrainingChoice
            From the dialog.
        labels : LabelDocument
            A copy of the labels to train on.
        """
        control = RunControl()
        self._folders.remember_output(choice.out.parent)

        def train(choice: TrainingChoice, job: JobContext) -> Trained:
            return self._work.training.train(choice, control, self.feed, job)

        work = partial(train_as_labelled, labels, choice, train)
        self._begin(work, control, choice.out)

    def _go_on(self, out: Path) -> None:
        if self.running:
            self.told.emit(self.tr("Another model is being trained; wait for its end."))
            return
        control = RunControl()
        device = self._model.session.device
        self._begin(
            partial(self._work.training.go_on, out, device, control, self.feed), control, out
        )

    def _begin(self, work: partial[Trained], control: RunControl, out: Path) -> None:
        self._control = control
        title = self.tr("Train {0}").format(out.name)
        if self._docks is not None:
            self._docks.training_panel.begin(title)
            self._docks.training_panel.unfinished.show_runs(())
        self._show_panel()
        self._job_id = self._lanes.train.submit(work, title=title)

    def _discard(self, out: Path) -> None:
        folders = self._folders.trained_in
        self._unfinished.request(partial(self._work.training.discard, out, folders))

    def _look_for_unfinished(self) -> None:
        if not self.running:
            folders = self._folders.trained_in
            self._unfinished.request(partial(self._work.training.unfinished, folders))

    def _pause(self) -> None:
        self._control.pause()

    def _resume(self) -> None:
        self._control.resume()

    def _stop(self) -> None:
        self._control.stop()

    def _show_panel(self) -> None:
        if self._docks is not None:
            self._docks.show_training()

    def _on_job(self, event: JobEvent) -> None:
        if event.job_id != self._job_id or self._docks is None:
            return
        panel = self._docks.training_panel
        if not event.state.final:
            panel.show_event(event)
            return
        self._job_id = None
        if event.state is JobState.SUCCEEDED:
            self._on_trained(event.result)
        elif event.state is JobState.FAILED:
            panel.end(self.tr("Failed: {0}").format(event.error))
            self.failed.emit(event.error)
        else:
            panel.end(self.tr("Cancelled before the first step; nothing was written."))
        self._look_for_unfinished()

    def _on_trained(self, trained: Trained) -> None:
        if self._docks is None:
            return
        ended = self.tr("Done.") if trained.complete else self.tr("Broken off; it can go on later.")
        told = (sentence(part) for part in (trained.problem, trained.summary) if part)
        text = "\n".join((ended, *told))
        self._docks.training_panel.end(text)
        self._new_model = trained.path
        self._listing.request(partial(self._work.list_models, self._folders.all))

    def _on_models(self, models: tuple[ModelInfo, ...]) -> None:
        self._model.set_models(models)
        new = next((info for info in models if info.path == self._new_model), None)
        if new is not None:
            self._model.set_model(new)
            self.told.emit(self.tr("{0} is trained, and is the present model.").format(new.name))

    def _on_unfinished(self, runs: tuple[UnfinishedRun, ...]) -> None:
        if self._docks is None:
            return
        shown = tuple((run.out, run.epoch, run.n_epochs) for run in runs)
        self._docks.training_panel.unfinished.show_runs(shown)
        if shown:
            self._show_panel()
