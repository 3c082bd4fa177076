"""Where files that are written are proposed to lie."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths

from app.session_model import SessionModel
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from engine.jobs.context import JobContext


class WritingPlace(QObject):
    """Proposes the folder written to last, that of the project, or that of the data.

    A folder that cannot be written to is passed over; where nothing else is left it
    is the user's documents.

    Parameters
    ----------
    model : SessionModel
        The data that are open.
    jobs : JobBridge
        The read lane, on which folders are looked at.
    parent : QObject or None
        The usual Qt owner.

    Attributes
    ----------
    last : str
        The folder written to last; empty before the first.
    project : pathlib.Path or None
        The folder in which the present project lies, while it has a name.
    """

    def __init__(self, model: SessionModel, jobs: JobBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.last = ""
        self.project: Path | None = None
        self._usable: frozenset[Path] = frozenset()
        self._home = Path.home()
        self._looking = Latest(jobs, self)
        self._looking.arrived.connect(self._on_looked)
        model.volume_changed.connect(self._look)

    @property
    def folder(self) -> Path:
        """The folder to propose."""
        usable = self._usable | {self.project}
        return next((folder for folder in self._wanted() if folder in usable), self._home)

    def remember(self, path: Path) -> None:
        """Take over where a file is written now."""
        self.last = str(path.parent)
        self._usable |= {path.parent}

    def _wanted(self) -> tuple[Path, ...]:
        opened = self._model.session.opened
        data = None if opened is None else opened.volume.path.parent
        wanted = (Path(self.last) if self.last else None, self.project, data)
        return tuple(folder for folder in wanted if folder is not None)

    def _look(self) -> None:
        if self._model.session.opened is not None:
            self._looking.request(partial(_usable_folders, self._wanted()))

    def _on_looked(self, found: tuple[frozenset[Path], Path]) -> None:
        self._usable, self._home = found


def _usable_folders(folders: Iterable[Path], _job: JobContext) -> tuple[frozenset[Path], Path]:
    """Return which folders can be written to, and the user's own."""
    usable = frozenset(f for f in folders if f.is_dir() and os.access(f, os.W_OK))
    place = QStandardPaths.StandardLocation.DocumentsLocation
    documents = Path(QStandardPaths.writableLocation(place) or Path.home())
    return usable, documents if documents.is_dir() else Path.home()
