"""Instant mode: each stroke refits a head, and the slice on the screen shows it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.session_model import SessionModel
from app.views.section_words import section_word
from app.views.slice_request import request_of
from app.workers.feature_requests import FitRequest, Fitted
from app.workers.features import FeatureWork
from app.workers.instant_labels import InstantLabels, Place
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.slices import SliceImage
from engine.jobs.context import JobContext
from engine.jobs.runner import JobEvent, JobState
from engine.session.edits import LabelChange
from engine.session.labels import LabelDocument
from engine.session.model_info import InstantModel


class InstantMode(QObject):
    """Asks for a new head when labels changed, and for its view of each slice shown.

    Parameters
    ----------
    model : SessionModel
        Gets head and predictions.
    jobs : JobBridge
        The compute lane.
    work : FeatureWork
        The jobs.
    parent : QObject or None
        The usual Qt owner.
    """

    state_changed = Signal(str)
    """How it stands, for the section's badge; empty while it is off."""
    failed = Signal(object)
    kept = Signal(object)
    """The folder of the bundle that the head was written to."""

    def __init__(
        self, model: SessionModel, jobs: JobBridge, work: FeatureWork, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._work = work
        self._shown: SliceImage | None = None
        self._labels = InstantLabels()
        self._changed: dict[Place, int] = {}
        self._edits = self._fitted = self._asked = 0
        self._n_changes = self._anew = 0
        self._fits = Latest(jobs, self)
        self._fits.arrived.connect(self._on_fitted)
        self._fits.failed.connect(self._on_failed)
        self._fits.progressed.connect(self._on_progressed)
        self._fits.busy_changed.connect(self._on_busy)
        self._keeping = Latest(jobs, self)
        self._keeping.arrived.connect(self.kept)
        self._keeping.failed.connect(self.failed)
        # All that one event changes is one question.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        model.labels_changed.connect(self._on_labels)
        model.labels_replaced.connect(self._start_anew)
        model.model_changed.connect(self._start_anew)
        model.instant_changed.connect(self._on_switch)

    def follow_slice(self, shown: SliceImage) -> None:
        """Take the slice that is now on the screen."""
        self._shown = shown
        self._soon.start()

    def keep(self) -> None:
        """Write the head as a bundle, from which training can go on."""
        shown = request_of(self._shown, self._model.session)
        if shown is not None and self._model.session.instant is not None:
            self._keeping.request(
                partial(self._work.keep, shown), title=self.tr("Keep the instant model")
            )

    def _on_labels(self, change: LabelChange) -> None:
        if change.key is not None:
            self._n_changes += 1
            self._changed[change.key.direction, change.key.index] = self._n_changes
        if change.kind in {"history", "scheme"}:
            self._edits += 1
            self._soon.start()

    def _start_anew(self) -> None:
        self._fits.cancel()
        self._changed.clear()
        self._edits += 1
        self._n_changes += 1
        self._anew = self._n_changes
        self._model.set_instant(None)
        self._soon.start()

    def _on_switch(self) -> None:
        if not self._model.session.instant_on:
            self._fits.cancel()
            self.state_changed.emit("")
        elif self._model.session.instant is None:
            self._fitted = -1
            self._soon.start()

    def _ask(self) -> None:
        session = self._model.session
        shown, labels = request_of(self._shown, session), session.labels
        if not session.instant_on or shown is None or labels is None:
            return
        refit = self._fitted != self._edits
        if refit:
            identity = f"{shown.model.identity}/{shown.volume_number}/{self._edits}"
        elif session.instant is not None:
            identity = session.instant.identity
            key = session.key()
            if key is not None and session.predictions.find(key) is not None:
                return
        else:
            return
        self._asked = self._edits
        options = session.instant_options
        request = FitRequest(shown, (), labels.scheme.classes, identity, refit, options)
        if refit:
            document, changed = labels.copy(), dict(self._changed)
            fit = partial(self._fit, request, document, changed, self._anew)
            self._fits.request(fit, title=self.tr("Refit the instant model"))
        else:
            apply = partial(self._work.fit, request)
            self._fits.request(apply, title=self.tr("Apply the instant model"))

    def _fit(
        self,
        request: FitRequest,
        document: LabelDocument,
        changed: dict[Place, int],
        anew: int,
        job: JobContext,
    ) -> Fitted | None:
        """Merge the labels and fit a head, on the lane; None for less than two classes."""
        sections = self._labels.merged(document, changed, anew, job)
        return self._work.fit(replace(request, labels=sections), job) if sections else None

    def _on_fitted(self, fitted: Fitted | None) -> None:
        self._fitted = self._asked
        if fitted is None:
            self._model.set_instant(None)
            self.state_changed.emit(self.tr("instant mode: paint two classes to begin"))
            return
        prediction = fitted.prediction
        self._model.add_prediction(prediction)
        self._model.set_instant(InstantModel(prediction.key.model, prediction.classes))
        if fitted.n_sections == 1:
            text = self.tr("instant model of one {2}, fitted in {1} s")
        else:
            text = self.tr("instant model of {0} {2}s, fitted in {1} s")
        word = section_word(self._model.session)
        self.state_changed.emit(text.format(fitted.n_sections, f"{fitted.fit_s:.2f}", word))

    def _on_progressed(self, event: JobEvent) -> None:
        if event.state is JobState.QUEUED:
            self.state_changed.emit(self.tr("instant mode: waiting…"))
        else:
            self.state_changed.emit(
                self.tr("instant mode: {0}…").format(event.message or self.tr("computing features"))
            )

    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - a slot
        """Take back what was going on; a result says afterwards how it ended."""
        if not busy:
            self.state_changed.emit("")

    def _on_failed(self, error: BaseException) -> None:
        # Otherwise every further stroke would put up the same message.
        self._model.set_instant_on(False)
        self.failed.emit(error)
