"""Making display copies in the background, and showing volumes from them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.preferences import Preferences
from app.dialogs.display_copies import DisplayCopiesDialog
from app.session_model import SessionModel
from app.workers.lanes import Lanes
from app.workers.latest import Latest
from app.workers.work import Work
from engine.core.lined_volume import without_lines
from engine.readers.display.copied_volume import CopiedVolume
from engine.readers.display.display_copy import DisplayCopy

_GB = 1e9


class DisplayCopyCommands(QObject):
    """Has copies made on their own lane; the open volume is shown from its copy once it is there.

    Parameters
    ----------
    window : QWidget
        Owner of the dialog.
    model : SessionModel
        Says which volume is open.
    lanes : Lanes
        Copies are made on one, measured on the lane for reading.
    work : Work
        The jobs.
    preferences : Preferences
        Remembers the limit.
    """

    failed = Signal(object)
    """The error that a copy cannot be made."""
    told = Signal(str)
    """A sentence for the status bar."""

    def __init__(
        self,
        window: QWidget,
        model: SessionModel,
        lanes: Lanes,
        work: Work,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._work = work
        self._preferences = preferences
        self._wanted: CopiedVolume | None = None
        self._making = Latest(lanes.copy, self)
        self._making.arrived.connect(self._on_made)
        self._making.failed.connect(self.failed)
        self._measuring = Latest(lanes.read, self)
        self._measuring.failed.connect(self.failed)

    def show_dialog(self) -> None:
        """Show what the copies take, with what can be done about it."""
        volume = self._open_volume()
        limit_gb = self._preferences.settings.copies_gb
        possible = volume is not None and not volume.has_copy and not self._making.busy
        name = volume.path.name if volume is not None else ""
        title = self.tr("Make a copy of {0}").format(name) if possible else ""
        dialog = DisplayCopiesDialog(limit_gb, title, self._window)
        dialog.make_clicked.connect(self.make)
        dialog.clear_clicked.connect(self._clear)
        dialog.limit_changed.connect(self._preferences.set_copies_gb)
        self._measuring.arrived.connect(dialog.show_use)
        self._measuring.request(partial(self._work.copies.use, self._limit_bytes))
        dialog.open()

    def make(self) -> None:
        """Make the copy of the open volume."""
        volume, opened = self._open_volume(), self._model.session.opened
        if volume is None or opened is None:
            return
        self._wanted = volume
        options = dict(opened.reader_options)
        self._making.request(
            partial(self._work.copies.make, volume.path, options, self._limit_bytes),
            title=self.tr("Display copy of {0}").format(volume.path.name),
        )

    @property
    def _limit_bytes(self) -> int:
        return int(self._preferences.settings.copies_gb * _GB)

    def _open_volume(self) -> CopiedVolume | None:
        opened = self._model.session.opened
        volume = None if opened is None else without_lines(opened.volume)
        return volume if isinstance(volume, CopiedVolume) else None

    def _clear(self) -> None:
        volume = self._open_volume()
        if volume is not None:
            volume.attach(None)
        self._measuring.request(partial(self._work.copies.clear, self._limit_bytes))

    def _on_made(self, copy: DisplayCopy) -> None:
        if self._wanted is not None and self._wanted.axes == copy.record.axes:
            self._wanted.attach(copy)
            size = copy.record.n_bytes / _GB
            text = self.tr("{0} is now shown from its display copy, {1:.2g} GB.")
            self.told.emit(text.format(self._wanted.path.name, size))
        self._wanted = None
