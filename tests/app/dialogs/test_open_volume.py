"""A file is opened by its headers: they are shown, chosen from, remembered and handed on."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTableWidget,
)

from app.actions.start_up import StartOptions
from app.composition import compose
from app.dialogs.open_volume import OpenVolumeDialog
from app.workers.headers import HeaderWork
from app.workers.job_bridge import JobBridge
from app.workers.work import Work
from engine.readers.geometry_file import recall_options, remember_options
from tests.synthetic import write_segy


@pytest.fixture
def lane():
    jobs = JobBridge("outcrop-read")
    yield jobs
    assert jobs.shutdown()


@pytest.fixture
def show(qtbot, lane):
    def show(path):
        dialog = OpenVolumeDialog(path, lane, HeaderWork())
        qtbot.addWidget(dialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.show()
        settle(qtbot, dialog)
        return dialog

    return show


def settle(qtbot, dialog):
    """Wait until the grid of the present choice is shown."""
    qtbot.waitUntil(lambda: bool(_facts(dialog)) and not dialog.busy, timeout=5000)


def _facts(dialog):
    texts = [label.text() for label in dialog.geometry_tab._facts.findChildren(type(dialog._facts))]
    return [text for text in texts if text]


def _named(dialog, kind, name):
    return next(w for w in dialog.findChildren(kind) if w.accessibleName() == name)


def _click(qtbot, dialog, text):
    buttons = (*dialog.findChildren(QPushButton), *dialog.findChildren(QRadioButton))
    button = next(b for b in buttons if b.text().replace("&", "") == text)
    if isinstance(button, QRadioButton):
        button.click()
    else:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_all_headers_are_shown(qtbot, show, tmp_path):
    write_segy(tmp_path / "a.sgy", trace_fields={117: ("H", 2000)})
    dialog = show(tmp_path / "a.sgy")
    assert dialog.findChild(QPlainTextEdit).toPlainText().startswith("C 1 SYNTHETIC\n")
    binary = _named(dialog, QTableWidget, "Binary header")
    cells = [[binary.item(r, c).text() for c in range(3)] for r in range(binary.rowCount())]
    assert ["3217", "Sample interval", "4000"] in cells
    traces = _named(dialog, QTableWidget, "Trace headers")
    assert [traces.item(0, c).text() for c in range(7)][:3] == [
        "1",
        "Trace sequence number within line",
        "1",
    ]
    odd = dialog.findChild(QListWidget)
    assert odd.count() == 1
    assert "4 in the binary header" in odd.item(0).text()


def test_the_best_bytes_are_chosen_first_and_a_click_chooses_others(qtbot, show, tmp_path):
    write_segy(tmp_path / "a.sgy", iline=9, xline=21)
    dialog = show(tmp_path / "a.sgy")
    assert dialog.options() == {"geometry": "volume", "iline": 9, "xline": 21}
    assert "100 to 104, step 2 (3)" in _facts(dialog)
    table = _named(dialog, QTableWidget, "Bytes that make a grid")
    assert table.item(0, 0).text() == "9, 21"
    last = table.rowCount() - 1
    pair = tuple(int(n) for n in table.item(last, 0).text().split(", "))
    table.cellClicked.emit(last, 0)
    settle(qtbot, dialog)
    assert (dialog.options()["iline"], dialog.options()["xline"]) == pair


def test_bytes_that_make_no_grid_are_explained(qtbot, show, tmp_path):
    write_segy(tmp_path / "a.sgy")
    dialog = show(tmp_path / "a.sgy")
    _named(dialog, QSpinBox, "Byte of the crossline number").setValue(189)
    problem = dialog.geometry_tab._problem
    qtbot.waitUntil(lambda: problem.isVisibleTo(dialog), timeout=3000)
    assert "duplicate traces" in problem.text()
    _named(dialog, QSpinBox, "Byte of the crossline number").setValue(193)
    qtbot.waitUntil(lambda: not problem.isVisibleTo(dialog), timeout=3000)


def test_lines_gathers_coordinates_and_samples_are_chosen(qtbot, show, tmp_path):
    write_segy(tmp_path / "a.sgy")
    dialog = show(tmp_path / "a.sgy")
    _click(qtbot, dialog, "2-D line")
    assert dialog.options() == {"geometry": "line"}
    _named(dialog, QSpinBox, "Byte of the trace number").setValue(1)
    assert dialog.options() == {"geometry": "line", "xline": 1}
    _click(qtbot, dialog, "Pre-stack gathers")
    _named(dialog, QComboBox, "Sort key").setCurrentText("Crossline")
    _named(dialog, QSpinBox, "Byte of CDP X").setValue(181)
    _named(dialog, QSpinBox, "Byte of CDP Y").setValue(185)
    domain = _named(dialog, QComboBox, "Samples run along")
    domain.setCurrentIndex(domain.findData("depth"))
    assert dialog.options() == {
        "sort_key": "crossline",
        "cdp_x": 181,
        "cdp_y": 185,
        "domain": "depth",
    }
    qtbot.waitUntil(lambda: "4 by crossline" in _facts(dialog), timeout=3000)
    _named(dialog, QComboBox, "Sort key").setCurrentText("colour")
    problem = dialog.geometry_tab._problem
    qtbot.waitUntil(lambda: "unknown sort key" in problem.text(), timeout=3000)


def test_geometry_is_exported_and_imported(qtbot, show, tmp_path):
    write_segy(tmp_path / "a.sgy")
    dialog = show(tmp_path / "a.sgy")
    _named(dialog, QSpinBox, "Byte of the inline number").setValue(9)
    wanted = dialog.options()
    dialog.export_geometry(str(tmp_path / "g.json"))
    qtbot.waitUntil((tmp_path / "g.json").exists, timeout=3000)
    assert json.loads((tmp_path / "g.json").read_text())["options"] == wanted
    _click(qtbot, dialog, "2-D line")
    dialog.import_geometry(str(tmp_path / "g.json"))
    qtbot.waitUntil(lambda: dialog.options() == wanted, timeout=3000)
    with qtbot.waitSignal(dialog.failed, timeout=3000) as failed:
        dialog.import_geometry(str(tmp_path / "a.sgy"))
    assert "is not JSON" in str(failed.args[0])


def test_a_damaged_file_shows_what_it_has(qtbot, lane, tmp_path):
    write_segy(tmp_path / "a.sgy", binary_fields={3225: ("h", 77)})
    dialog = OpenVolumeDialog(tmp_path / "a.sgy", lane, HeaderWork())
    qtbot.addWidget(dialog)
    odd = dialog.findChild(QListWidget)
    qtbot.waitUntil(lambda: odd.count() == 1, timeout=3000)
    assert "Unknown sample format code 77" in odd.item(0).text()
    qtbot.waitUntil(lambda: not dialog.busy, timeout=3000)


@pytest.fixture
def window(qtbot, qapp, tmp_path):
    """The whole window with the real jobs, and a file that opens only as chosen."""
    write_segy(tmp_path / "odd.sgy", iline=233, xline=237, coordinates=False)
    window = compose(qapp, Work(), StartOptions())
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def _refused(qtbot, window, path):
    window.files.open_path(path)
    qtbot.waitUntil(lambda: window.findChild(OpenVolumeDialog) is not None, timeout=5000)
    dialog = window.findChild(OpenVolumeDialog)
    settle(qtbot, dialog)
    return dialog


def test_a_refused_file_is_opened_as_chosen_and_from_then_on(qtbot, window, tmp_path):
    path = tmp_path / "odd.sgy"
    dialog = _refused(qtbot, window, path)
    assert "all line numbers" in dialog._error.text()
    _click(qtbot, dialog, "Open")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=5000)
    chosen = {"geometry": "volume", "iline": 233, "xline": 237}
    assert dict(window.session.opened.reader_options) == chosen
    qtbot.waitUntil(lambda: recall_options(path) == chosen, timeout=3000)
    window.files.close()
    window.files.open_path(path)
    qtbot.waitUntil(lambda: window.session.opened is not None, timeout=5000)
    assert dict(window.session.opened.reader_options) == chosen


def test_a_choice_is_not_remembered_unless_wished(qtbot, window, tmp_path):
    path = tmp_path / "odd.sgy"
    remember_options(path, {"geometry": "volume", "iline": 1, "xline": 1})
    window.opening.headers.show_headers(path)
    dialog = window.findChild(OpenVolumeDialog)
    settle(qtbot, dialog)
    assert dialog.options()["iline"] == 1
    dialog.geometry_tab.choice.set_options({"geometry": "line"})
    dialog.findChild(QCheckBox).setChecked(False)
    _click(qtbot, dialog, "Open")
    qtbot.waitUntil(lambda: window.session.opened is not None, timeout=5000)
    assert window.session.opened.volume.kind == "line"
    qtbot.waitUntil(lambda: recall_options(path) == {}, timeout=3000)
