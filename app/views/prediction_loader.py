"""Has the slice on the screen segmented, on demand or live."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.session_model import SessionModel
from app.views.navigator import in_sentence, position_text
from app.views.placing import large_image
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.segmenting import SegmentRequest
from app.workers.slices import SliceImage
from app.workers.work import Work
from engine.core.arbitrary_line import ARBITRARY
from engine.core.image_window import ImageWindow
from engine.jobs.runner import JobEvent, JobState
from engine.session.predictions import Prediction, PredictionKey

LONGEST_WINDOW = 4096
"""Pixels of an image that are segmented at once: at most this number squared."""


class PredictionLoader(QObject):
    """Asks the model on the compute lane; only the newest question counts.

    Parameters
    ----------
    model : SessionModel
        Gets the predictions.
    jobs : JobBridge
        The compute lane.
    work : Work
        The jobs.
    parent : QObject or None
        The usual Qt owner.
    """

    state_changed = Signal(str)
    """What is going on, for the section's badge; empty when nothing is."""
    finished = Signal(object)
    """A `Prediction` that has just been made."""
    failed = Signal(object)

    def __init__(
        self, model: SessionModel, jobs: JobBridge, work: Work, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._work = work
        self._shown: SliceImage | None = None
        self._beside: tuple[SliceImage, ...] = ()
        self._asked_beside: set[PredictionKey] = set()
        self._seen: ImageWindow | None = None
        self._wanted: tuple[PredictionKey, ImageWindow | None] | None = None
        self._where = ""
        self._latest = Latest(jobs, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.failed.connect(self._on_failed)
        self._latest.progressed.connect(self._on_progressed)
        self._latest.busy_changed.connect(self._on_busy)
        model.volume_changed.connect(self._on_volume)
        model.position_changed.connect(self._drop_other)
        model.lines_changed.connect(self._on_lines)
        model.model_changed.connect(self._on_model)
        model.live_changed.connect(self._follow)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._latest.busy

    def follow_slice(self, shown: SliceImage) -> None:
        """Take the slice that is now on the screen; segment it when live."""
        self._shown = shown
        image = large_image(shown)
        if image is not None and self._seen is None:
            rows, cols = image.shape
            self._seen = ImageWindow(slice(0, rows), slice(0, cols))
        self._follow()

    def follow_beside(self, images: tuple[SliceImage, ...]) -> None:
        """Take the slices in the other sections; segment them when live, after the active one."""
        self._beside = tuple(image for image in images if image.unfinished is None)
        self._asked_beside.clear()
        self._follow()

    def follow_window(self, seen: ImageWindow | None) -> None:
        """Take what is now seen of a large image; segment it when live and not too large."""
        self._seen = seen
        self._follow()

    def segment(self) -> None:
        """Segment the slice on the screen, unless that was done before.

        Of an image that is too large to be shown whole, the visible part is
        segmented at full resolution, or the middle of it if it is too large.
        """
        self._model.set_instant_on(False)
        key = self._key(self._shown)
        if self._shown is None or key is None:
            return
        if self._is_known(key, self._window):
            self._latest.cancel()
            self._model.set_overlay(visible=True)
        else:
            self._ask(self._shown, key, self._window)

    def _ask(self, shown: SliceImage, key: PredictionKey, window: ImageWindow | None) -> None:
        session = self._model.session
        wanted = (key, window)
        if session.model is None or session.opened is None:
            return
        if self._latest.busy and wanted == self._wanted:
            return
        self._wanted = wanted
        seen = session.processed_for_models
        request = SegmentRequest(
            key,
            session.model,
            session.device,
            shown.section,
            session.opened.statistics if seen is None else seen.statistics,
            session.opened.volume.path,
            shown.request.volume if seen is None else seen.volume,
            window,
            as_recorded=seen is None,
        )
        axis = shown.request.volume.axis_along(key.direction)
        self._where = in_sentence(position_text(axis, key.direction, key.index))
        self._latest.request(
            partial(self._work.segment, request),
            title=self.tr("Segment {0}").format(self._where),
        )

    @property
    def _window(self) -> ImageWindow | None:
        """The part of a large image to segment."""
        return None if self._seen is None else self._seen.cut(LONGEST_WINDOW)

    def _is_known(self, key: PredictionKey, window: ImageWindow | None = None) -> bool:
        prediction = self._model.session.predictions.find(key)
        return prediction is not None and prediction.holds(window)

    def _key(self, shown: SliceImage | None) -> PredictionKey | None:
        if shown is None:
            return None
        request = shown.request
        return self._model.session.key_of(request.volume_number, request.direction, request.index)

    def _follow(self) -> None:
        session = self._model.session
        if self._seen != self._window:
            return  # the middle of it alone is segmented on demand only
        if not session.live or session.model is None or not session.model.available:
            return
        if self._shown is not None and self._shown.unfinished is not None:
            return  # the whole of it is on its way
        key = self._key(self._shown)
        if key is not None and not self._is_known(key, self._window):
            self.segment()
        elif not self._latest.busy:
            self._follow_beside()

    def _follow_beside(self) -> None:
        """Segment the next of the other sections' slices that is not known yet.

        Each once: large ones may not all be kept, and would be made for ever.
        """
        for image in self._beside:
            key = self._key(image)
            if key is not None and key not in self._asked_beside and not self._is_known(key):
                self._asked_beside.add(key)
                self._ask(image, key, None)
                return

    def _drop_other(self) -> None:
        """Stop asking live about a slice that one has left; what was asked for is kept."""
        if (
            self._model.session.live
            and self._latest.busy
            and self._wanted is not None
            and self._model.session.key() != self._wanted[0]
        ):
            self._latest.cancel()

    def _on_volume(self) -> None:
        self._latest.cancel()
        self._shown = self._seen = None
        self._beside = ()

    def _on_lines(self) -> None:
        if self._wanted is not None and self._wanted[0].direction == ARBITRARY:
            self._latest.cancel()

    def _on_model(self) -> None:
        self._latest.cancel()
        key, wanted = self._key(self._shown), self._wanted
        before = None if key is None or wanted is None else replace(wanted[0], options=key.options)
        if before == key and key is not None:
            # Only how it is predicted has changed: the answer is wanted that way too.
            self.segment()
        else:
            self._follow()

    def _on_progressed(self, event: JobEvent) -> None:
        if event.state is JobState.QUEUED:
            self.state_changed.emit(self.tr("waiting to segment {0}…").format(self._where))
            return
        if event.message:
            self.state_changed.emit(f"{event.message}…")
            return
        share = f" {event.done / event.total:.0%}" if event.total else ""
        self.state_changed.emit(self.tr("segmenting {0}…{1}").format(self._where, share))

    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - a slot
        if not busy:
            self.state_changed.emit("")

    def _on_arrived(self, prediction: Prediction) -> None:
        self._model.add_prediction(prediction)
        self.finished.emit(prediction)
        self._follow()

    def _on_failed(self, error: BaseException) -> None:
        # Otherwise every further slice would put up the same message.
        self._model.set_live(False)
        self.failed.emit(error)
