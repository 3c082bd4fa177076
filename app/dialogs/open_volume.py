"""Opens a SEG-Y file by its headers: shows them, and lets the user say where the geometry is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QListWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.geometry_choice import likely_options
from app.dialogs.geometry_tab import GeometryTab
from app.dialogs.header_tables import (
    HeaderTable,
    TextHeaderView,
    binary_rows,
    trace_heads,
    trace_rows,
)
from app.workers.headers import Headers, HeaderWork
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from engine.errors import EngineError
from engine.readers.segy.header_report import HeaderReport

_SIZE = (1080, 780)
_LIST_HEIGHT = 76


class OpenVolumeDialog(QDialog):
    """All headers of a file, and the choice of its geometry with the grid that it makes.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    jobs : JobBridge
        The lane on which files are read.
    work : HeaderWork
        The jobs.
    error : EngineError or None
        Why the file was refused, if it was.
    parent : QWidget or None
        The usual Qt owner.
    """

    chosen = Signal(dict, bool)
    """Options for the reader, and whether to remember them for the file."""
    failed = Signal(object)
    """The error that the headers cannot be read, or a geometry file read or written."""

    def __init__(
        self,
        path: Path,
        jobs: JobBridge,
        work: HeaderWork,
        error: EngineError | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open {0}").format(path.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._path, self._work = path, work
        self._folder = path.parent
        self._facts = _wrapped_label(self.tr("Reading the headers…"))
        self._error = _wrapped_label("" if error is None else str(error))
        self._error.setVisible(error is not None)
        self.geometry_tab = GeometryTab()
        self._text = TextHeaderView()
        self._binary = HeaderTable(self.tr("Binary header"))
        self._traces = HeaderTable(self.tr("Trace headers"))
        self._tabs = QTabWidget()
        self._tabs.addTab(self.geometry_tab, self.tr("&Geometry"))
        self._tabs.addTab(self._text, self.tr("&Text header"))
        self._tabs.addTab(self._binary, self.tr("&Binary header"))
        self._tabs.addTab(self._traces, self.tr("T&race headers"))
        self._odd_title = QLabel(self.tr("What does not fit together:"))
        self._odd = QListWidget()
        self._odd.setAccessibleName(self.tr("What does not fit together"))
        self._odd.setWordWrap(True)
        self._odd.setMaximumHeight(_LIST_HEIGHT)
        self._remember = QCheckBox(self.tr("Open this file so &from now on"))
        self._remember.setChecked(True)
        self._lay_out()
        self._reading = Latest(jobs, self)
        self._previewing = Latest(jobs, self)
        self._carrying = Latest(jobs, self)
        self._connect()
        self._reading.request(partial(work.read, path), title=self.windowTitle())

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.addWidget(self._error)
        layout.addWidget(self._facts)
        layout.addWidget(self._tabs, 1)
        for widget in (self._odd_title, self._odd):
            widget.hide()
            layout.addWidget(widget)
        layout.addWidget(self._remember)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel
        )
        for text, slot in (
            (self.tr("&Import geometry…"), self._choose_import),
            (self.tr("&Export geometry…"), self._choose_export),
        ):
            button = buttons.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.resize(*_SIZE)

    def _connect(self) -> None:
        self._reading.arrived.connect(self._on_headers)
        self._reading.failed.connect(self._on_unreadable)
        self._previewing.arrived.connect(self.geometry_tab.show_preview)
        self._previewing.failed.connect(lambda error: self.geometry_tab.show_problem(str(error)))
        self._carrying.arrived.connect(self._on_carried)
        self._carrying.failed.connect(self.failed)
        self.geometry_tab.changed.connect(self._preview)
        self.accepted.connect(self._on_accepted)

    @property
    def busy(self) -> bool:
        """Whether headers or a preview are awaited."""
        return self._reading.busy or self._previewing.busy

    def propose_folder(self, folder: Path) -> None:
        """Propose to write a geometry file elsewhere than beside the data."""
        self._folder = folder

    def options(self) -> dict[str, Any]:
        """Return what was chosen, as options for the reader."""
        return self.geometry_tab.choice.options()

    def done(self, result: int) -> None:
        """Give up what is still being read, then close."""
        self._reading.cancel()
        self._previewing.cancel()
        super().done(result)

    def _on_headers(self, headers: Headers) -> None:
        report = headers.report
        self._facts.setText(_facts_text(report))
        self._text.show_report(report)
        heads = [self.tr("Byte"), self.tr("Field"), self.tr("Value")]
        self._binary.show_rows(heads, binary_rows(report))
        self._traces.show_rows(trace_heads(report), trace_rows(report))
        self.geometry_tab.show_candidates(report)
        self._odd.addItems(report.contradictions)
        for widget in (self._odd_title, self._odd):
            widget.setVisible(bool(report.contradictions))
        self.geometry_tab.choice.set_options(headers.remembered or likely_options(report))

    def _on_unreadable(self, error: BaseException) -> None:
        self._facts.setText(str(error))

    def _preview(self) -> None:
        work = partial(self._work.preview, self._path, self.options())
        self._previewing.request(work)

    def _choose_export(self) -> None:
        suggested = self._folder / f"{self._path.stem}.geometry.json"
        dialog = self._file_dialog(self.tr("Export geometry"), str(suggested))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(self.export_geometry)
        dialog.open()

    def _choose_import(self) -> None:
        dialog = self._file_dialog(self.tr("Import geometry"), str(self._path.parent))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.import_geometry)
        dialog.open()

    def _file_dialog(self, title: str, place: str) -> QFileDialog:
        dialog = QFileDialog(self, title, place, self.tr("Geometry (*.json)"))
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def export_geometry(self, name: str) -> None:
        """Write the present choice to a geometry file."""
        work = partial(self._work.write, Path(name), self.options(), self._path)
        self._carrying.request(work)

    def import_geometry(self, name: str) -> None:
        """Take over the choice in a geometry file."""
        self._carrying.request(partial(self._work.load, Path(name)))

    def _on_carried(self, result: dict[str, Any] | Path) -> None:
        if isinstance(result, dict):
            self.geometry_tab.choice.set_options(result)
        else:
            self._facts.setText(self.tr("The geometry was written to {0}").format(result))

    def _on_accepted(self) -> None:
        self.chosen.emit(self.options(), self._remember.isChecked())


def _facts_text(report: HeaderReport) -> str:
    layout = report.layout
    text = f"SEG-Y revision {report.revision}, {report.byte_order} endian, {report.encoding} text"
    if layout is None:
        return text
    return (
        f"{text}; {layout.n_traces} traces of {layout.n_samples} samples, "
        f"{layout.sample_format.name}"
    )


def _wrapped_label(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
