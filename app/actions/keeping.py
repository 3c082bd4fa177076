"""Keeps what is labelled on disk, behind the user's back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.session_model import SessionModel
from app.workers.lanes import Lanes
from app.workers.projects import DataAtHand, FoundLabels, KeptProject, recognise
from engine.jobs.context import JobContext
from engine.jobs.runner import JobEvent, JobState
from engine.session.journal import Record
from engine.session.label_scheme import FIRST_CLASSES, LabelScheme
from engine.session.labels import LabelDocument
from engine.session.project import LoadedLabels
from engine.session.recorder import EditRecorder, LabelSnapshot

_AUTOSAVE_MS = 20_000
_RETRY_MS = 5_000
_CHECK_S = 0.05


class Keeper(QObject):
    """Writes each step of the present document at once, and saves it now and then.

    Steps go to the journal on a lane of their own, so that neither a large save nor
    reading ever delays them. Labels of data without a project go to an untitled one.

    Parameters
    ----------
    model : SessionModel
        Its document is kept.
    lanes : Lanes
        Those for the journal and for saving.
    parent : QObject
        The usual Qt owner.
    """

    failed = Signal(object)
    """The error of a step that could not be written, or of a save."""
    recognised = Signal(object)
    """Labels that nobody has given a name, of the data that were opened: `FoundLabels`."""
    state_changed = Signal()
    """Another project, or there are steps to save, or no more."""

    def __init__(self, model: SessionModel, lanes: Lanes, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._journal, self._save = lanes.journal, lanes.save
        self._arriving: tuple[LabelDocument, KeptProject, LoadedLabels | None] | None = None
        self._kept: KeptProject | None = None
        self._recorder: EditRecorder | None = None
        self._view: dict[str, Any] = {}
        self._writing = 0
        self._saves: dict[int, tuple[EditRecorder, LabelSnapshot]] = {}
        self._leaving: set[int] = set()
        self._left: list[threading.Event] = []
        self._looking = 0
        self._save_wanted = False
        self._autosave = _timer(self, _AUTOSAVE_MS, self.save)
        self._retry = _timer(self, _RETRY_MS, self._write)
        self._journal.job_changed.connect(self._on_journal)
        self._save.job_changed.connect(self._on_saved)
        model.labels_replaced.connect(self._on_replaced)
        for signal in (
            model.position_changed,
            model.lines_changed,
            model.display_changed,
            model.overlay_changed,
            model.views_changed,
            model.class_changed,
        ):
            signal.connect(self._note_view)

    @property
    def kept(self) -> KeptProject | None:
        """The project of the present document; None while nothing is open."""
        return self._kept

    @property
    def modified(self) -> bool:
        """Whether there are steps that are in the journal only."""
        return self._recorder is not None and self._recorder.modified

    def expect(self, found: FoundLabels) -> None:
        """Keep these labels in their project when they become the present document."""
        self._arriving = (found.loaded.document, found.kept, found.loaded)

    def expect_new(self, document: LabelDocument, kept: KeptProject) -> None:
        """Keep a document without labels in a project when it becomes the present one."""
        self._arriving = (document, kept, None)

    def save(self) -> None:
        """Save labels and view as soon as all steps are written."""
        self._save_wanted = True
        self._write()

    def finish(self, timeout_s: float) -> None:
        """Write and save everything and give all projects up; when the window closes.

        Parameters
        ----------
        timeout_s : float
            How long to wait for the disk.
        """
        self._let_go()
        end_s = time.monotonic() + timeout_s
        for left in self._left:
            left.wait(max(0.0, end_s - time.monotonic()))

    def _on_replaced(self) -> None:
        self._let_go()
        session, arriving = self._model.session, self._arriving
        document, self._arriving = session.labels, None
        if document is None or session.opened is None:
            self.state_changed.emit()
            return
        if arriving is not None and arriving[0] is document:
            self._kept = arriving[1]
            if not document.read_only:
                self._follow(document, arriving[2])
        else:
            data = DataAtHand(session.opened.volume.path, dict(session.opened.reader_options))
            self._kept = KeptProject(data)
            self._follow(document, None)
            # Labels that were given a name are opened by that name.
            work = partial(recognise, data, session.opened.volume.section_shape)
            self._looking = 0 if self._save.closed else self._save.submit(work)
        self._note_view()
        self.state_changed.emit()

    def _follow(self, document: LabelDocument, loaded: LoadedLabels | None) -> None:
        self._recorder = EditRecorder(
            document,
            lambda: self._model.session.author,
            sequence=loaded.sequence if loaded else 0,
            saved=loaded.sequence - loaded.recovered if loaded else 0,
            noted=self._on_step,
        )
        if loaded is not None:
            self._recorder.touch(loaded.changed)
            if loaded.recovered:
                self._autosave.start()

    def _on_step(self) -> None:
        if not self._autosave.isActive():
            self._autosave.start()
        self._write()
        self.state_changed.emit()

    def _write(self) -> None:
        recorder, kept = self._recorder, self._kept
        if recorder is None or kept is None or self._writing or self._journal.closed:
            return
        records, scheme = recorder.take_records(), self._scheme()
        if records or kept.waiting:
            self._writing = self._journal.submit(lambda _job: kept.append(records, scheme))
        elif self._save_wanted and not self._save.closed:
            self._save_wanted = False
            self._autosave.stop()
            snapshot, view, models = recorder.snapshot(), self._view, self._models()
            job_id = self._save.submit(lambda _job: kept.save(snapshot, view, models))
            self._saves[job_id] = (recorder, snapshot)

    def _on_journal(self, event: JobEvent) -> None:
        if not event.state.final:
            return
        if event.job_id == self._writing:
            self._writing = 0
            self.state_changed.emit()
            if event.state is JobState.SUCCEEDED:
                self._write()
            else:
                self._retry.start()
                self.failed.emit(event.error)
        elif event.job_id in self._leaving:
            self._leaving.discard(event.job_id)
            if event.error is not None:
                self.failed.emit(event.error)

    def _on_recognised(self, result: tuple[str, FoundLabels | None]) -> None:
        fingerprint, found = result
        labels, kept = self._model.session.labels, self._kept
        if kept is not None:
            kept.data = DataAtHand(kept.data.path, kept.data.options, fingerprint)
        if found is None:
            return
        if labels is not None and labels.pristine:
            self.recognised.emit(found)
        else:
            self._save.submit(lambda _job: found.kept.close())

    def _on_saved(self, event: JobEvent) -> None:
        if event.job_id == self._looking and event.state is JobState.SUCCEEDED:
            self._on_recognised(event.result)
        if not event.state.final or event.job_id not in self._saves:
            return
        recorder, snapshot = self._saves.pop(event.job_id)
        if event.state is JobState.SUCCEEDED:
            recorder.saved = snapshot.sequence
            self.state_changed.emit()
            return
        recorder.touch(snapshot.blocks)
        if event.error is not None:
            self.failed.emit(event.error)

    def _let_go(self) -> None:
        """Write and save what is left of the present document, and give its project up."""
        recorder, kept = self._recorder, self._kept
        self._recorder = self._kept = None
        self._autosave.stop()
        self._retry.stop()
        self._save_wanted = False
        self._looking = self._writing = 0
        if kept is None or self._journal.closed:
            return
        records: tuple[Record, ...] = ()
        snapshot: LabelSnapshot | None = None
        if recorder is not None:
            recorder.stop()
            records, snapshot = recorder.take_records(), recorder.snapshot()
        scheme = snapshot.scheme if snapshot is not None else self._scheme()
        written, left = threading.Event(), threading.Event()
        self._leaving.add(
            self._journal.submit(partial(_write_last, kept, (records, scheme), written))
        )
        shown = (self._view, self._models())
        self._save.submit(partial(_leave, kept, snapshot, shown, written, left))
        self._left = [*(event for event in self._left if not event.is_set()), left]

    def _note_view(self) -> None:
        if self._kept is not None:
            self._view = self._model.view_state().to_json()

    def _scheme(self) -> LabelScheme:
        labels = self._model.session.labels
        return labels.scheme if labels is not None else LabelScheme(FIRST_CLASSES)

    def _models(self) -> list[Path]:
        model = self._model.session.model
        return [] if model is None or model.shipped else [model.path]


def _write_last(
    kept: KeptProject,
    last: tuple[tuple[Record, ...], LabelScheme],
    written: threading.Event,
    _job: JobContext,
) -> None:
    try:
        kept.append(*last)
    finally:
        written.set()


def _leave(
    kept: KeptProject,
    snapshot: LabelSnapshot | None,
    shown: tuple[dict[str, Any], list[Path]],
    written: threading.Event,
    left: threading.Event,
    job: JobContext,
) -> None:
    try:
        # What is saved must be in the journal before. Its lane may be shut down instead.
        while not written.wait(_CHECK_S):
            job.check()
        if snapshot is not None and not kept.waiting:
            kept.save(snapshot, *shown)
    finally:
        kept.close()
        left.set()


def _timer(parent: QObject, interval_ms: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(interval_ms)
    timer.timeout.connect(slot)
    return timer
