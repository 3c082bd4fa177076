"""Asking for the axes of plain arrays, whose files do not tell them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.files import FileCommands
from app.dialogs.array_axes import ArrayAxesDialog
from app.session_model import SessionModel
from app.workers.arrays import remember_choice
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from engine.errors import ReadError


class ArrayCommands(QObject):
    """Shows the dialog for arrays without named axes, opens them as chosen, has it remembered.

    Parameters
    ----------
    window : QWidget
        Owner of the dialog.
    model : SessionModel
        Says what was opened.
    files : FileCommands
        Opens the file.
    jobs : JobBridge
        The read lane.
    """

    failed = Signal(object)
    """The error that a file cannot be read, or a choice not be written down."""

    def __init__(
        self, window: QWidget, model: SessionModel, files: FileCommands, jobs: JobBridge
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._files = files
        self._jobs = jobs
        self._wanted: tuple[Path, dict[str, Any]] | None = None
        self._remembering = Latest(jobs, self)
        self._remembering.failed.connect(self.failed)
        files.opened.connect(self._on_opened)

    def can_help(self, error: BaseException) -> bool:
        """Tell whether a file was refused because one of its arrays has to be chosen."""
        return isinstance(error, ReadError) and "--dataset" in error.hint

    def show_axes(self, path: Path) -> None:
        """Ask which array of a file to open, and for its axes."""
        dialog = ArrayAxesDialog(path, self._jobs, self._window)
        dialog.chosen.connect(partial(self._on_chosen, path))
        dialog.failed.connect(self.failed)
        dialog.open()

    def _on_chosen(self, path: Path, options: dict[str, Any], remember: bool) -> None:  # noqa: FBT001 - a slot
        self._files.open_path(path, options)
        self._wanted = (path, options) if remember else None

    def _on_opened(self, path: Path) -> None:
        """Remember a choice the file was opened with; ask where its axes are only counted."""
        if self._wanted is not None and self._wanted[0] == path:
            _, options = self._wanted
            self._wanted = None
            self._remembering.request(partial(remember_choice, path, options))
        opened = self._model.session.opened
        array = {} if opened is None else opened.description.get("array") or {}
        if array.get("axes_named") is False:
            self.show_axes(path)
