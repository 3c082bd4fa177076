"""Confirms what a large volume was opened by, and shows it as it is where that was wrong."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.actions.files import FileCommands
from app.session_model import SessionModel
from app.workers.confirming import Confirmed, confirm_opened
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from engine.readers.display.copied_volume import CopiedVolume
from engine.readers.segy.volume import SegyVolume


class Confirming(QObject):
    """Has all trace headers read after a volume was opened by some of them.

    Parameters
    ----------
    parent : QObject
        The usual Qt owner.
    model : SessionModel
        Says which volume is open.
    files : FileCommands
        Shows the volume anew where it has another grid, or tells that it has none.
    jobs : JobBridge
        The lane for what takes minutes.
    """

    told = Signal(str)
    """A sentence for the status bar: what is otherwise than it was shown."""

    def __init__(
        self, parent: QObject, model: SessionModel, files: FileCommands, jobs: JobBridge
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._files = files
        self._reading = Latest(jobs, self)
        self._reading.arrived.connect(self._on_confirmed)
        self._reading.failed.connect(self._on_failed)
        model.volume_changed.connect(self._on_volume)

    def _on_volume(self) -> None:
        self._reading.cancel()
        opened = self._model.session.opened
        if opened is None or not isinstance(opened.volume, CopiedVolume):
            return
        exact = opened.volume.exact
        if isinstance(exact, SegyVolume) and exact.presumed:
            self._reading.request(
                partial(confirm_opened, opened.number, exact, opened.reader_options),
                title=self.tr("Read all headers of {0}").format(exact.path.name),
            )

    def _on_confirmed(self, confirmed: Confirmed) -> None:
        opened = self._model.session.opened
        if opened is None or opened.number != confirmed.number:
            return
        found = confirmed.found
        if not found.same_axes:
            self._files.show(confirmed.opened)
        elif isinstance(opened.volume, CopiedVolume):
            # Whoever reads from the presumed one still finishes; it is given up with its last user.
            opened.volume.exact = found.volume
            self._model.confirm_volume(
                confirmed.opened.description, other_sections=bool(found.surprise)
            )
        if found.surprise:
            self.told.emit(found.surprise)

    def _on_failed(self, error: BaseException) -> None:
        opened = self._model.session.opened
        if opened is not None:
            path = opened.volume.path
            self._files.close()
            self._files.refused.emit(path, error)
