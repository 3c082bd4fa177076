"""Results that go to one file whose name says the format: events of records, craters of images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.workers.exporting import CRATERS
from engine.exporters.events.table import EVENTS


@dataclass(frozen=True, slots=True)
class ResultFiles:
    """What is written of one kind of data.

    Parameters
    ----------
    content : str
        As `ExportChoice` has it.
    question : str
        Title of the dialog, with ``{0}`` for the file.
    formats : tuple of (str, str)
        Titles and extensions, the usual one first.
    """

    content: str
    question: str
    formats: tuple[tuple[str, str], ...]

    def with_extension(self, path: Path, chosen: str) -> Path:
        """Return a path with a known extension; that of the chosen filter where it has none."""
        if path.suffix.lower() in {extension for _, extension in self.formats}:
            return path
        found = (extension for title, extension in self.formats if chosen.startswith(title))
        return path.with_name(path.name + next(found, self.formats[0][1]))


RESULT_FILES = {
    "record": ResultFiles(
        EVENTS, "Find the events of {0}", (("Table of events", ".csv"), ("Events as JSON", ".json"))
    ),
    "image": ResultFiles(
        CRATERS,
        "Find the craters of {0}",
        (
            ("Outlines and ellipses, GeoPackage", ".gpkg"),
            ("Outlines and ellipses, GeoJSON", ".geojson"),
            ("Outlines and ellipses, shapefile", ".shp"),
            ("Table of craters", ".csv"),
            ("CraterStats diameters", ".diam"),
            ("CraterStats spatial count", ".scc"),
            ("Mask, GeoTIFF", ".tif"),
        ),
    ),
}
"""By `Volume.kind`; other kinds are exported as volumes."""


def ask_for_file(
    window: QWidget, suggested: Path, name: str, files: ResultFiles, chosen: Callable[[Path], None]
) -> None:
    """Ask where a result is to go.

    Parameters
    ----------
    window : QWidget
        Owner of the dialog.
    suggested : pathlib.Path
        What is proposed, without an extension.
    name : str
        Of the data.
    files : ResultFiles
        What is written.
    chosen : callable
        Called with the path.
    """
    title = QCoreApplication.translate("ResultFiles", files.question).format(name)
    dialog = QFileDialog(window, title, str(suggested.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    # It is asked once, for all the files of the export.
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setNameFilters([f"{kind} (*{extension})" for kind, extension in files.formats])
    dialog.selectFile(suggested.name + files.formats[0][1])
    dialog.fileSelected.connect(
        lambda path: chosen(files.with_extension(Path(path), dialog.selectedNameFilter()))
    )
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
