"""The export dialog, its questions and its result."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QMessageBox, QPushButton, QRadioButton

from app.composition import compose
from app.dialogs.export_dialog import ExportDialog
from app.dialogs.export_report import ExportReportDialog
from app.widgets.path_edit import PathEdit
from app.workers.exporting import Exported
from engine.errors import ReadError, WriteError
from tests.app.fakes import FakeWork


class ExportingWork(FakeWork):
    """Exports by writing the choice down."""

    def __init__(self):
        super().__init__()
        self.choices = []
        self.failure = None

    def export(self, choice, job):
        while not self.gate.wait(0.005):
            job.check()
        if self.failure is not None:
            raise self.failure
        self.choices.append(choice)
        return Exported((choice.path,), ("axes equal", "33 000 trace headers equal"))

    def open_file(self, path, options, job):
        if "odd" in path.name and not options:
            raise ReadError(path, "no line numbers", hint="Name the bytes with --iline.")
        self.options = dict(options)
        return super().open_file(path, options, job)


@pytest.fixture
def work():
    return ExportingWork()


@pytest.fixture
def dialog(qtbot, opened):
    opened._actions.actions["export"].trigger()
    return opened.findChild(ExportDialog)


def click(qtbot, widget, text):
    button = next(b for b in widget.findChildren(QPushButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_is_chosen_is_exported_and_the_comparison_shown(qtbot, opened, dialog, work, tmp_path):
    out = tmp_path / "out.sgy"
    dialog.findChild(PathEdit).findChild(QLineEdit).setText(str(out))
    nan = next(b for b in dialog.findChildren(QCheckBox) if "NaN" in b.text())
    nan.setChecked(True)
    click(qtbot, dialog, "Export")
    qtbot.waitUntil(lambda: opened.findChild(ExportReportDialog) is not None, timeout=3000)
    (choice,) = work.choices
    assert (choice.path, choice.content, choice.direction) == (out, "classes", "inline")
    assert choice.nan_as_no_data
    assert not choice.overwrite
    opened.findChild(ExportReportDialog).close()


def test_the_suggested_name_follows_the_content_and_is_not_the_source(opened, dialog):
    line = dialog.findChild(PathEdit).findChild(QLineEdit)
    folder = opened.files.place.folder
    assert line.text() == str(folder / "fake-faults-classes.sgy")
    dialog.findChildren(QRadioButton)[1].setChecked(True)
    assert line.text() == str(folder / "fake-faults-probabilities.sgy")
    dialog.close()


@pytest.mark.parametrize("text", ["", "/survey/fake.sgy", "relative.sgy"])
def test_an_output_that_cannot_be_is_refused_in_the_dialog(dialog, text):
    dialog.findChild(PathEdit).findChild(QLineEdit).setText(text)
    export = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Export")
    assert not export.isEnabled()
    dialog.close()


@pytest.mark.parametrize("name", ["out.sgy", "out.sgy.json"])
@pytest.mark.parametrize(("answer", "n_exports"), [("Replace", 1), ("Cancel", 0)])
def test_an_existing_file_is_replaced_only_when_asked(
    qtbot, opened, dialog, work, tmp_path, answer, n_exports, name
):
    out = tmp_path / "out.sgy"
    (tmp_path / name).write_bytes(b"old")
    dialog.findChild(PathEdit).findChild(QLineEdit).setText(str(out))
    click(qtbot, dialog, "Export")
    qtbot.waitUntil(lambda: opened.findChild(QMessageBox) is not None, timeout=3000)
    box = opened.findChild(QMessageBox)
    assert str(tmp_path / name) in box.text()
    click(qtbot, box, answer)
    if n_exports:
        qtbot.waitUntil(lambda: len(work.choices) == n_exports, timeout=3000)
        assert work.choices[0].overwrite
        qtbot.waitUntil(lambda: opened.findChild(ExportReportDialog) is not None, timeout=3000)
        opened.findChild(ExportReportDialog).close()
    assert len(work.choices) == n_exports


def test_closing_during_an_export_asks_first(qtbot, opened, dialog, work, tmp_path):
    work.gate.clear()
    dialog.findChild(PathEdit).findChild(QLineEdit).setText(str(tmp_path / "out.sgy"))
    click(qtbot, dialog, "Export")
    qtbot.waitUntil(lambda: opened.exports.running, timeout=3000)
    opened.close()
    assert opened.isVisible()
    box = opened.findChild(QMessageBox)
    assert "An export is running" in box.text()
    click(qtbot, box, "Stop and quit")
    qtbot.waitUntil(lambda: not opened.isVisible(), timeout=3000)
    assert opened.lanes_ended


@pytest.mark.parametrize("fails", [False, True])
def test_the_question_goes_when_the_export_ends_meanwhile(
    qtbot, opened, dialog, work, tmp_path, fails
):
    work.gate.clear()
    work.failure = WriteError(tmp_path, "the disk is full") if fails else None
    dialog.findChild(PathEdit).findChild(QLineEdit).setText(str(tmp_path / "out.sgy"))
    click(qtbot, dialog, "Export")
    qtbot.waitUntil(lambda: opened.exports.running, timeout=3000)
    opened.close()
    opened.close()
    assert len(opened.findChildren(QMessageBox, "leaving")) == 1
    work.gate.set()
    qtbot.waitUntil(lambda: not opened.findChildren(QMessageBox, "leaving"), timeout=3000)
    assert opened.isVisible() is fails
    for box in (*opened.findChildren(QMessageBox), *opened.findChildren(ExportReportDialog)):
        assert fails or isinstance(box, ExportReportDialog)
        box.close()


def test_scrolling_goes_on_while_an_export_runs(qtbot, opened, dialog, work, tmp_path):
    work.gate.clear()
    dialog.findChild(PathEdit).findChild(QLineEdit).setText(str(tmp_path / "out.sgy"))
    click(qtbot, dialog, "Export")
    qtbot.waitUntil(lambda: opened.exports.running, timeout=3000)
    opened._model.step(1)
    qtbot.waitUntil(lambda: opened.pane.view.shown.request.index == 16, timeout=3000)
    work.gate.set()
    qtbot.waitUntil(lambda: opened.findChild(ExportReportDialog) is not None, timeout=3000)
    opened.findChild(ExportReportDialog).close()


def test_closing_the_file_during_an_export_empties_the_section_at_once(
    qtbot, opened, dialog, work, tmp_path
):
    work.gate.clear()
    dialog.findChild(PathEdit).findChild(QLineEdit).setText(str(tmp_path / "out.sgy"))
    click(qtbot, dialog, "Export")
    opened._actions.actions["close"].trigger()
    assert opened.session.opened is None
    assert opened._welcome.isVisible()
    assert opened.pane.view.shown is None
    work.gate.set()
    qtbot.waitUntil(lambda: opened.findChild(ExportReportDialog) is not None, timeout=3000)
    opened.findChild(ExportReportDialog).close()


def test_threads_end_with_the_window(qtbot, qapp):
    window = compose(qapp, FakeWork())
    qtbot.addWidget(window)
    window.close()
    names = {thread.name for thread in threading.enumerate()}
    assert not {"outcrop-read", "outcrop-compute"} & names
