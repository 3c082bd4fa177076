"""Labels in the files of other programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.actions.files import FileCommands
from app.dialogs.replacing import ask_to_replace
from app.session_model import SessionModel
from app.workers.job_bridge import JobBridge
from app.workers.label_files import LabelExport, add_labels, plan_export, write_labels
from app.workers.latest import Latest
from engine.session.exchange.base import WrittenLabels
from engine.session.exchange.titles import TITLES, titles_for


class LabelFileCommands(QObject):
    """Imports and exports labels of the open data.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.
    model : SessionModel
        Its labels.
    files : FileCommands
        Knows the folders used last.
    jobs : JobBridge
        The lane on which labels are written.
    """

    failed = Signal(object)
    """The error of an export."""
    told = Signal(str)
    """What was imported or exported."""

    def __init__(
        self, window: QWidget, model: SessionModel, files: FileCommands, jobs: JobBridge
    ) -> None:
        super().__init__(window)
        self._window = window
        self._model = model
        self._files = files
        self._typed = Path()
        self._planning, self._writing = Latest(jobs, self), Latest(jobs, self)
        self._planning.arrived.connect(self._on_planned)
        self._writing.arrived.connect(self._on_written)
        for work in (self._planning, self._writing):
            work.failed.connect(self.failed)

    @property
    def callbacks(self) -> dict[str, Callable[..., object]]:
        """What the actions do, by their keys."""
        return {"import_labels": self.choose_import, "export_labels": self.choose_export}

    def choose_import(self) -> None:
        """Ask for a file and add what is in it."""
        dialog = self._dialog(self.tr("Import labels"), self._files.last_folder, folders=False)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._import_named(dialog, names))
        dialog.open()

    def choose_export(self) -> None:
        """Ask for a place and a format and write the labels there."""
        dialog = self._dialog(self.tr("Export labels"), str(self._files.place.folder), folders=True)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        opened = self._model.session.opened
        if opened is not None:
            dialog.selectFile(f"{opened.volume.path.stem}-labels")
        dialog.fileSelected.connect(lambda name: self.write(Path(name), _key(dialog)))
        dialog.open()

    def read(self, paths: tuple[Path, ...], key: str = "") -> None:
        """Add the labels of files.

        Parameters
        ----------
        paths : tuple of pathlib.Path
            Files of one format.
        key : str, default ""
            The format; by the name of each file when empty.
        """
        session = self._model.session
        if session.opened is None or session.labels is None:
            return
        if session.labels.read_only:
            self.told.emit(self.tr("The project is open for reading only."))
            return
        work = partial(add_labels, paths, key, session.opened.volume, session.author)
        self._model.label_later(
            self.tr("Import {0}").format(paths[0].name), work, self._on_imported
        )

    def write(self, path: Path, key: str = "") -> None:
        """Write all labels.

        Parameters
        ----------
        path : pathlib.Path
            File, or new folder; gets the format's extension if it has none.
        key : str, default ""
            The format, unless the name has the extension of another; by the name when empty.
        """
        session = self._model.session
        if session.opened is None or session.labels is None:
            return
        self._typed = path
        work = partial(plan_export, session.labels.copy(), session.opened.volume, path, key)
        self._planning.request(work)

    def _on_planned(self, export: LabelExport) -> None:
        """Ask before a file is replaced whose name nobody typed in full."""
        if export.exists and export.path != self._typed:
            ask_to_replace(self._window, export.path, partial(self._write, export))
        else:
            self._write(export)

    def _write(self, export: LabelExport) -> None:
        title = self.tr("Export {0}").format(export.path.name)
        self._writing.request(partial(write_labels, export), title=title)

    def _import_named(self, dialog: QFileDialog, names: list[str]) -> None:
        if names:
            self.read(tuple(Path(name) for name in names), _key(dialog))

    def _dialog(self, title: str, place: str, *, folders: bool) -> QFileDialog:
        dialog = QFileDialog(self._window, title, place)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, folders)
        opened = self._model.session.opened
        titles = TITLES if opened is None else titles_for(opened.volume.kind)
        filters = list(titles.values())
        dialog.setNameFilters(filters if folders else [_any_of(filters), *filters])
        return dialog

    def _on_imported(self, imported: tuple[int, tuple[str, ...]]) -> None:
        n_changed, notes = imported
        told = self.tr("Sections and picks changed: {0}.").format(n_changed)
        self.told.emit(" ".join([told, *notes]))

    def _on_written(self, written: WrittenLabels) -> None:
        paths = written.paths
        self._files.place.remember(written.place)
        if len(paths) == 1:
            told = self.tr("Labels were written to {0}.").format(paths[0])
        else:
            text = self.tr("Labels were written to the folder {0}: {1} files, {2} to {3}.")
            told = text.format(written.place, len(paths), paths[0].name, paths[-1].name)
        self.told.emit(" ".join([told, *written.notes]))


def _any_of(filters: list[str]) -> str:
    """Return a filter of all their patterns; which format a file has is known by its name."""
    patterns = " ".join(text.partition("(")[2].rstrip(")") for text in filters)
    return QCoreApplication.translate("LabelFileCommands", "All labels ({0})").format(patterns)


def _key(dialog: QFileDialog) -> str:
    chosen = dialog.selectedNameFilter()
    return next((key for key, title in TITLES.items() if title == chosen), "")
