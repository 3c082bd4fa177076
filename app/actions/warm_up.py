"""Has the model loaded before it is asked for, while nobody moves."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer

from app.session_model import SessionModel
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.work import Work

IDLE_MS = 2000
"""Importing torch holds the interpreter now and then, so it waits for a pause this long."""


class WarmUp(QObject):
    """Loads the current model when a volume is open and the window has been idle.

    Once that is done, another model that is chosen is loaded at once.

    Parameters
    ----------
    model : SessionModel
        Says what is open and which model is current.
    jobs : JobBridge
        The compute lane.
    work : Work
        The jobs.
    parent : QObject or None
        The usual Qt owner.
    """

    def __init__(
        self, model: SessionModel, jobs: JobBridge, work: Work, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._work = work
        self._done = False
        self._encoders: set[tuple[str, str]] = set()
        self._pause = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._pause.timeout.connect(self._start)
        model.volume_changed.connect(self.wait)
        model.position_changed.connect(self.wait)
        model.display_changed.connect(self.wait)
        model.model_changed.connect(self._on_model)
        model.prediction_added.connect(self._on_prediction)
        self._latest = Latest(jobs, self)

    def wait(self) -> None:
        """Begin the pause anew, because the user has just done something."""
        if not self._done:
            self._pause.start()

    def _on_model(self) -> None:
        if self._done:
            self._start()
        else:
            self.wait()

    def _on_prediction(self) -> None:
        """Take it that what has just been used is loaded."""
        self._done = True
        self._pause.stop()
        session = self._model.session
        if session.model is not None:
            self._encoders.add((session.model.encoder, session.device))

    def _start(self) -> None:
        session = self._model.session
        chosen = session.model
        if session.opened is None or chosen is None or not chosen.available:
            return
        self._done = True
        # One on an encoder that is in memory is there before a job could be read about.
        encoder = (chosen.encoder, session.device)
        title = "" if encoder in self._encoders else self.tr("Load {0}").format(chosen.name)
        self._encoders.add(encoder)
        self._latest.request(partial(self._work.prepare, chosen, session.device), title=title)
