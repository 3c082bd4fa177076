"""Has the model loaded before it is asked for, while nobody moves."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer

from app.session_model import SessionModel
from app.workers.job_bridge import JobBridge
from app.workers.work import Work

IDLE_MS = 2000
"""Importing torch holds the interpreter now and then, so it waits for a pause this long."""


class WarmUp(QObject):
    """Loads the current model once, when a volume is open and the window has been idle.

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
        self._jobs = jobs
        self._work = work
        self._done = False
        self._pause = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._pause.timeout.connect(self._start)
        model.volume_changed.connect(self.wait)
        model.position_changed.connect(self.wait)
        model.display_changed.connect(self.wait)
        model.model_changed.connect(self.wait)

    def wait(self) -> None:
        """Begin the pause anew, because the user has just done something."""
        if not self._done:
            self._pause.start()

    def _start(self) -> None:
        session = self._model.session
        chosen = session.model
        if session.opened is None or chosen is None or not chosen.available or self._jobs.closed:
            return
        self._done = True
        title = self.tr("Load {0}").format(chosen.name)
        self._jobs.submit(partial(self._work.prepare, chosen, session.device), title=title)
