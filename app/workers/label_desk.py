"""Where large steps of labelling are worked out while the window goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.workers.job_bridge import JobBridge
from engine.jobs.context import JobContext
from engine.jobs.runner import JobEvent, JobState
from engine.session.drafts import Draft, LabelStep
from engine.session.edits import Edit
from engine.session.labels import LabelDocument

_WAIT_MS = 30
_AT_ONCE_SAMPLES = 250_000
"""Undoing a step of fewer samples takes a few milliseconds."""

Done = Callable[[Edit | None], object]


class LabelDesk(QObject):
    """Runs steps of labelling one after another on a lane and enters each when it is ready.

    A step is worked out in a draft of the labels. What is painted by hand meanwhile
    stays: then the step is worked out again for these places. A step that is
    cancelled, or whose labels are closed, leaves nothing.

    Parameters
    ----------
    jobs : JobBridge
        The lane.
    painting : callable
        Tells whether a stroke is under way, which has to end first.
    parent : QObject or None
        The usual Qt owner.
    """

    failed = Signal(object)
    """The error of a step; nothing was entered."""
    told = Signal(str)
    """Why a step was dropped."""
    settled = Signal()
    """Nothing is left to do."""

    def __init__(
        self, jobs: JobBridge, painting: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._painting = painting
        self._waiting: deque[LabelStep] = deque()
        self._step: LabelStep | None = None
        self._draft: Draft | None = None
        self._job_id: int | None = None
        self._after_stroke = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._after_stroke.timeout.connect(self._enter)
        jobs.job_changed.connect(self._on_job)

    @property
    def busy(self) -> bool:
        """Whether steps are under way."""
        return self._step is not None

    def do(self, step: LabelStep) -> None:
        """Let a step be done after what is under way."""
        self._waiting.append(step)
        if self._step is None:
            self._begin_next()

    def undo(self, document: LabelDocument, done: Done) -> None:
        """Take the last step back, after what is under way; small ones at once."""
        self._remake("undo", document, done)

    def redo(self, document: LabelDocument, done: Done) -> None:
        """Do the last undone step again, after what is under way; small ones at once."""
        self._remake("redo", document, done)

    def drop(self) -> None:
        """Give everything up; another document is open."""
        self._waiting.clear()
        self._after_stroke.stop()
        if self._job_id is not None:
            self._jobs.cancel(self._job_id)
        busy, self._step, self._draft, self._job_id = self.busy, None, None, None
        if busy:
            self.settled.emit()

    def _remake(self, action: str, document: LabelDocument, done: Done) -> None:
        edit = document.last_steps[0 if action == "undo" else 1]
        if not self.busy and (edit is None or edit.n_samples <= _AT_ONCE_SAMPLES):
            done(document.undo() if action == "undo" else document.redo())
            return

        def work(draft: LabelDocument, job: JobContext) -> Edit | None:
            return draft.undo(job) if action == "undo" else draft.redo(job)

        title = self.tr("Undo") if action == "undo" else self.tr("Redo")
        self.do(LabelStep(document, title, work, done))

    def _begin_next(self) -> None:
        self._step = self._draft = self._job_id = None
        if not self._waiting or self._jobs.closed:
            self._waiting.clear()
            self.settled.emit()
            return
        self._step = step = self._waiting.popleft()
        self._run(step, Draft(step.document), None)

    def _run(self, step: LabelStep, draft: Draft, earlier: Draft | None) -> None:
        self._draft = draft
        if earlier is None:
            job = partial(draft.run, step.work)
        else:
            job = partial(draft.run_after, earlier, step.work)
        self._job_id = self._jobs.submit(job, title=step.title)

    def _on_job(self, event: JobEvent) -> None:
        if event.job_id != self._job_id or not event.state.final:
            return
        self._job_id = None
        if event.state is JobState.SUCCEEDED:
            self._enter()
            return
        if event.state is JobState.FAILED:
            self.failed.emit(event.error)
        self._begin_next()

    def _enter(self) -> None:
        step, draft = self._step, self._draft
        if step is None or draft is None:
            return
        if self._painting():
            self._after_stroke.start()
            return
        if not draft.fits(step.document):
            if draft.remakes_history:
                self.told.emit(
                    self.tr("{0} was dropped: you went on labelling.").format(step.title)
                )
                self._begin_next()
            else:
                self._run(step, Draft(step.document), draft)
            return
        draft.enter(step.document)
        if step.done is not None:
            step.done(draft.result)
        self._begin_next()
