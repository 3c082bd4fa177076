"""Opening and closing files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.actions.writing_place import WritingPlace
from app.session_model import SessionModel
from app.workers.lanes import Lanes
from app.workers.latest import Latest
from app.workers.work import Opened, Work
from engine.jobs.context import JobContext
from engine.jobs.runner import JobEvent, JobState
from engine.session.project_file import SUFFIX


class FileCommands(QObject):
    """Opens files on the read lane and hands them to the session.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.
    model : SessionModel
        Gets the volume.
    lanes : Lanes
        Opening runs on the read lane, making the demo survey on the other.
    work : Work
        The jobs.

    Attributes
    ----------
    place : WritingPlace
        Where files are proposed to be written.
    """

    opened = Signal(object)
    """The path of a file that is now open."""
    refused = Signal(object, object)
    """The path of a file that could not be opened, and the error."""
    failed = Signal(object)
    """The error of a demo survey that could not be made."""
    project_chosen = Signal(object)
    """The folder of a project that is to be opened."""
    told = Signal(str)
    """What opening waits for, for the status bar; empty when it does not wait any more."""
    busy_changed = Signal(bool)

    def __init__(self, window: QWidget, model: SessionModel, lanes: Lanes, work: Work) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._lanes = lanes
        self._work = work
        self._path = Path()
        self._awaited = ""
        self.last_folder = ""
        self.place = WritingPlace(model, lanes.read, self)
        self._opening = Latest(lanes.read, self)
        self._opening.arrived.connect(self._on_opened)
        self._opening.failed.connect(self._on_failed)
        self._opening.busy_changed.connect(self.busy_changed)
        self._opening.progressed.connect(self._on_progressed)
        self._making = Latest(lanes.compute, self)
        self._making.arrived.connect(self.open_path)
        self._making.failed.connect(self.failed)
        lanes.read.job_changed.connect(self._close_unwanted)

    @property
    def window(self) -> QWidget:
        """Owner of dialogs."""
        return self._window

    def choose(self) -> None:
        """Ask for a file and open it."""
        self.choose_for(self.open_path)

    def choose_for(self, use: Callable[[Path], None]) -> None:
        """Ask for a file and do something with it."""
        dialog = QFileDialog(self._window, self.tr("Open"), self.last_folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [
                self.tr("SEG-Y (*.sgy *.segy *.SGY *.SEGY)"),
                self.tr("DAS records (*.h5 *.hdf5 *.tdms *.das *.raw *.H5 *.HDF5 *.TDMS)"),
                self.tr(
                    "Images (*.tif *.tiff *.png *.jpg *.jpeg *.jp2 *.cub *.img *.lbl *.xml *.vic"
                    " *.vicar *.TIF *.TIFF *.PNG *.JPG *.JP2 *.CUB *.IMG *.LBL *.XML)"
                ),
                self.tr("ZGY (*.zgy *.ZGY)"),
                self.tr("NetCDF (*.nc *.nc4 *.cdf *.netcdf *.NC)"),
                self.tr("Arrays (*.npy *.h5 *.hdf5)"),
                self.tr("All files (*)"),
            ]
        )
        dialog.fileSelected.connect(lambda name: use(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def choose_folder(self) -> None:
        """Ask for a folder that is one data set, and open it."""
        dialog = QFileDialog(self._window, self.tr("Open a folder"), self.last_folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.open_path(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open_path(self, path: Path, options: Mapping[str, Any] | None = None) -> None:
        """Open a file.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        options : mapping of str to object, optional
            For the reader.
        """
        if path.suffix == SUFFIX:
            self.project_chosen.emit(path)
            return
        self._path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would read the disk on the GUI thread
        self.last_folder = str(self._path.parent)
        self._opening.request(
            partial(self._work.open_file, self._path, dict(options or {})),
            title=self.tr("Open {0}").format(self._path.name),
        )

    def open_demo(self) -> None:
        """Make the demo survey, unless it was made before, and open it."""
        self._making.request(self._work.demo_survey, title=self.tr("Make the demo survey"))

    def close(self) -> None:
        """Close the present volume."""
        volume = self._model.close_volume()
        if volume is not None:
            self._lanes.read.submit(lambda _job: volume.close())

    def show(self, opened: Opened) -> None:
        """Show a volume that is open already instead of the present one."""
        self.close()
        self._model.open_volume(
            opened.volume,
            opened.statistics,
            description=opened.description,
            reader_options=opened.options,
        )

    def _on_progressed(self, event: JobEvent) -> None:
        # What tells how far it is has a bar among the jobs.
        if event.message and not event.total and event.message != self._awaited:
            self._awaited = event.message
            self.told.emit(f"{event.title}: {event.message}")

    def _await_nothing(self) -> None:
        if self._awaited:
            self._awaited = ""
            self.told.emit("")

    def _on_failed(self, error: BaseException) -> None:
        self._await_nothing()
        self.refused.emit(self._path, error)

    def _on_opened(self, opened: Opened) -> None:
        self._await_nothing()
        self.show(opened)
        self.opened.emit(self._path)

    def _close_unwanted(self, event: JobEvent) -> None:
        """Close a volume whose opening was overtaken by a newer request."""
        if event.state is not JobState.SUCCEEDED or not isinstance(event.result, Opened):
            return
        present = self._model.session.opened
        if present is None or present.volume is not event.result.volume:
            self._lanes.read.submit(partial(_close, event.result))


def _close(opened: Opened, _job: JobContext) -> None:
    opened.volume.close()
