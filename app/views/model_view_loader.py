"""Has computed what the chosen view of the model needs and is not known yet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.session_model import SessionModel
from app.views.slice_request import request_of
from app.workers.features import FeatureWork
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.segmenting import SegmentRequest
from app.workers.slices import SliceImage
from app.workers.work import Work
from engine.jobs.context import JobContext
from engine.session.model_info import ModelInfo
from engine.session.predictions import FeaturePicture, Prediction, PredictionKey

Job = Callable[[JobContext], Any]


class ModelViewLoader(QObject):
    """Asks for features as colours, and for what two models say that are compared.

    Parameters
    ----------
    model : SessionModel
        Gets the answers.
    jobs : JobBridge
        The compute lane.
    work : Work
        The jobs.
    parent : QObject or None
        The usual Qt owner.
    """

    failed = Signal(object)

    def __init__(
        self, model: SessionModel, jobs: JobBridge, work: Work, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._work = work
        self._features: FeatureWork = work.features
        self._shown: SliceImage | None = None
        self._wanted: tuple[str, PredictionKey] | None = None
        self._refused: set[tuple[str, PredictionKey]] = set()
        self._latest = Latest(jobs, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.failed.connect(self._on_failed)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        for signal in (model.overlay_changed, model.model_changed, model.prediction_added):
            signal.connect(self._soon.start)
        model.volume_changed.connect(self._forget)

    def follow_slice(self, shown: SliceImage) -> None:
        """Take the slice that is now on the screen."""
        self._shown = shown
        self._soon.start()

    def _forget(self) -> None:
        self._latest.cancel()
        self._shown = self._wanted = None
        self._refused.clear()

    def _ask(self) -> None:
        session = self._model.session
        shown = request_of(self._shown, session)
        if shown is None or not session.overlay.visible or not self._wants_more():
            self._latest.cancel()
            return
        if session.overlay.kind == "features":
            if session.pictures.find(shown.key) is None:
                ask = partial(self._features.picture, shown)
                self._request(("features", shown.key), ask, self.tr("Colour the features"))
            return
        compared = session.compared
        sides = (session.model, compared) if session.instant is None else (compared,)
        for side in sides if compared is not None else ():
            if side is not None and side.available:
                key = self._key(shown.key, side)
                if session.predictions.find(key) is None:
                    self._segment(key, side)
                    return

    def _wants_more(self) -> bool:
        """Tell whether the view needs more than the model's own prediction."""
        overlay = self._model.session.overlay
        return overlay.kind in {"features", "difference"} or overlay.swipe

    def _key(self, key: PredictionKey, model: ModelInfo) -> PredictionKey:
        options = self._model.session.prediction_options
        place = (key.volume, key.direction, key.index)
        return PredictionKey(*place, model.identity, model.pipeline, options)

    def _segment(self, key: PredictionKey, model: ModelInfo) -> None:
        session, shown = self._model.session, self._shown
        if session.opened is None or shown is None:
            return
        request = SegmentRequest(
            key,
            model,
            session.device,
            shown.section,
            session.opened.statistics,
            session.opened.volume.path,
            shown.request.volume,
        )
        title = self.tr("Segment by {0}").format(model.name)
        self._request(("segment", key), partial(self._work.segment, request), title)

    def _request(self, wanted: tuple[str, PredictionKey], ask: Job, title: str) -> None:
        if wanted in self._refused or (self._latest.busy and wanted == self._wanted):
            return
        self._wanted = wanted
        self._latest.request(ask, title=title)

    def _on_arrived(self, answer: Prediction | FeaturePicture) -> None:
        if isinstance(answer, FeaturePicture):
            self._model.add_picture(answer)
        else:
            self._model.add_prediction(answer)

    def _on_failed(self, error: BaseException) -> None:
        if self._wanted is not None:
            # Otherwise the same message would come again with every change.
            self._refused.add(self._wanted)
        self.failed.emit(error)
