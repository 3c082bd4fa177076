"""Steps of labelling: large ones, and back and forth through all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.session_model import SessionModel
from app.workers.job_bridge import JobBridge
from app.workers.label_desk import LabelDesk
from engine.session.edits import Edit


class LabelSteps(QObject):
    """Has the session's large steps worked out, and takes steps back.

    Parameters
    ----------
    model : SessionModel
        Its labels are changed.
    jobs : JobBridge
        The lane for it.
    painting : callable
        Tells whether a stroke is under way.
    parent : QObject
        The usual Qt owner.
    """

    failed = Signal(object)
    """The error of a step; it left nothing."""
    told = Signal(str)
    """What was undone or done again, or why a step was dropped or refused."""

    def __init__(
        self,
        model: SessionModel,
        jobs: JobBridge,
        painting: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.desk = LabelDesk(jobs, painting, self)
        self.desk.failed.connect(self.failed)
        self.desk.told.connect(self.told)
        model.step_wanted.connect(self.desk.do)
        model.labels_replaced.connect(self.desk.drop)
        model.labelling_refused.connect(
            lambda: self.told.emit(self.tr("The project is open for reading only."))
        )

    @property
    def callbacks(self) -> dict[str, Callable[..., object]]:
        """What the actions do, by their keys."""
        return {"undo": self.undo, "redo": self.redo}

    def undo(self) -> None:
        """Take the last edit back and say so."""
        labels = self._model.session.labels
        if labels is not None:
            self.desk.undo(labels, lambda edit: self._tell(self.tr("Undone: {0}"), edit))

    def redo(self) -> None:
        """Do the last undone edit again and say so."""
        labels = self._model.session.labels
        if labels is not None:
            self.desk.redo(labels, lambda edit: self._tell(self.tr("Done again: {0}"), edit))

    def _tell(self, text: str, edit: Edit | None) -> None:
        if edit is not None:
            self.told.emit(text.format(edit.title))
