"""Opening files by their headers."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.files import FileCommands
from app.dialogs.open_volume import OpenVolumeDialog
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from app.workers.work import Work
from engine.errors import EngineError, ReadError

_CHOICES = ("--iline", "--interval")
"""Readers name these options in a hint when a choice of the dialog may help."""


class HeaderCommands(QObject):
    """Shows the dialog for a file, opens it as chosen and has the choice remembered.

    Parameters
    ----------
    window : QWidget
        Owner of the dialog.
    files : FileCommands
        Opens the file.
    jobs : JobBridge
        The read lane.
    work : Work
        The jobs.
    """

    failed = Signal(object)
    """The error that headers cannot be read, or that a choice cannot be written down."""

    def __init__(self, window: QWidget, files: FileCommands, jobs: JobBridge, work: Work) -> None:
        super().__init__(window)
        self._window = window
        self._files = files
        self._jobs = jobs
        self._work = work
        self._wanted: tuple[Path, dict[str, Any]] | None = None
        self._remembering = Latest(jobs, self)
        self._remembering.failed.connect(self.failed)
        files.opened.connect(self._on_opened)

    def choose(self) -> None:
        """Ask for a file and show its headers."""
        self._files.choose_for(self.show_headers)

    def can_help(self, error: BaseException) -> bool:
        """Tell whether a file that was refused may open with another choice."""
        return isinstance(error, ReadError) and any(name in error.hint for name in _CHOICES)

    def show_headers(self, path: Path, error: EngineError | None = None) -> None:
        """Show the headers of a file, and why it was refused if it was."""
        dialog = OpenVolumeDialog(path, self._jobs, self._work.headers, error, self._window)
        dialog.propose_folder(self._files.place.folder)
        dialog.chosen.connect(partial(self._on_chosen, path))
        dialog.failed.connect(self.failed)
        dialog.open()

    def _on_chosen(self, path: Path, options: dict[str, Any], remember: bool) -> None:  # noqa: FBT001 - a slot
        self._files.open_path(path, options)
        self._wanted = (path, options if remember else {})

    def _on_opened(self, path: Path) -> None:
        """Remember a choice once the file was opened with it."""
        if self._wanted is None or self._wanted[0] != path:
            return
        _, options = self._wanted
        self._wanted = None
        self._remembering.request(partial(self._work.headers.remember, path, options))
