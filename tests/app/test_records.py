"""A DAS record in the window: times of day, windows, the readout."""

import sys

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QDockWidget, QFileDialog, QLabel, QMessageBox, QPushButton

from app.composition import compose
from app.dialogs.export_report import ExportReportDialog
from app.panels.data_panel import DataPanel
from app.views.area_items import NO_DATA_COLOR, NO_DATA_HATCH
from app.views.navigator import Navigator
from tests.app.fakes import ReadingWork
from tests.records import samples, write_prodml, write_terra15


@pytest.fixture
def record_window(qtbot, qapp, tmp_path):
    """The window on a record of three windows."""
    write_prodml(tmp_path / "a.h5", samples(4500, 20), rate_hz=1000.0)
    work = ReadingWork()
    window = compose(qapp, work)
    window.reading = work
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(tmp_path / "a.h5")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=60_000)
    yield window
    window.close()


def test_windows_are_numbered_and_say_when_they_begin(qtbot, record_window):
    navigator = record_window.findChild(Navigator)
    model = record_window._model
    assert navigator.isVisible()
    model.set_index(0)
    assert navigator._range.text() == "of 3, from 2023-03-22 12:00:00.000"
    model.set_index(2)
    assert navigator._number.value() == 3
    assert navigator._range.text() == "of 3, from 2023-03-22 12:00:02.500"


def test_the_readout_names_distance_and_time_of_day(qtbot, record_window):
    record_window._model.set_index(1)
    view = record_window.pane.view
    qtbot.waitUntil(lambda: view.shown.request.index == 1, timeout=5000)
    section = view.shown.section
    point = QPointF(section.cols.value(3), section.rows.value(7))
    view.scene().sigMouseMoved.emit(view.view_box.mapViewToScene(point))
    text = record_window._readout.text
    assert "Distance 16 m   UTC 2023-03-22 12:00:02.007" in text
    assert np.array_equal(section.data, samples(4500, 20)[2000:4000])


def test_the_lowest_number_of_an_upright_axis_is_whole(record_window):
    view = record_window.pane.view
    below = view.viewport().height() - view.view_box.sceneBoundingRect().bottom()
    assert below >= view.fontMetrics().height() // 2


def test_processing_opens_with_all_its_steps_in_sight(qtbot, record_window):
    record_window.resize(1200, 950)
    dock = record_window.findChild(QDockWidget, "processing")
    dock.toggleViewAction().trigger()
    scroll = dock.widget()
    qtbot.waitUntil(dock.isVisible, timeout=3000)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() == 0, timeout=3000)


def test_the_data_panel_says_what_was_measured(record_window):
    root = record_window.findChild(DataPanel).topLevelItem(0)
    told = {root.child(k).text(0): root.child(k).text(1) for k in range(root.childCount())}
    assert told["Kind"] == "DAS record"
    assert told["Measured"] == "strain rate in nm/m/s"
    assert told["Gauge length"] == "10 m"


@pytest.mark.parametrize(
    ("name_filter", "typed", "written"),
    [("csv", "found", "found.csv"), ("json", "found", "found.json"), ("csv", "a.json", "a.json")],
)
def test_exporting_a_record_asks_for_a_table_and_tells_what_was_found(
    qtbot, record_window, tmp_path, name_filter, typed, written
):
    window = record_window
    qtbot.waitUntil(lambda: window.session.model is not None, timeout=3000)
    window._actions.actions["export"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("a-faults-events.csv")
    chosen = next(f for f in dialog.nameFilters() if name_filter in f)
    dialog.selectNameFilter(chosen)
    dialog.fileSelected.emit(str(tmp_path / typed))
    dialog.reject()
    qtbot.waitUntil(lambda: window.findChild(ExportReportDialog) is not None, timeout=3000)
    report = window.findChild(ExportReportDialog)
    texts = [label.text() for label in report.findChildren(QLabel)]
    assert texts == [str(tmp_path / written), "Found:", "3 found"]
    assert window.reading.choice.content == "events"
    report.close()


def test_a_table_that_is_there_is_asked_about(qtbot, record_window, tmp_path):
    window = record_window
    qtbot.waitUntil(lambda: window.session.model is not None, timeout=3000)
    (tmp_path / "found.csv.json").write_text("{}")
    window._actions.actions["export"].trigger()
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "found.csv"))
    dialog.reject()
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None, timeout=3000)
    box = window.findChild(QMessageBox)
    assert "found.csv.json exists. Replace it?" in box.text()
    next(b for b in box.findChildren(QPushButton) if b.text() == "Replace").click()
    qtbot.waitUntil(lambda: window.findChild(ExportReportDialog) is not None, timeout=3000)
    assert window.reading.choice.overwrite
    window.findChild(ExportReportDialog).close()


def test_a_gap_between_files_and_dead_channels_are_hatched_and_named(qtbot, qapp, tmp_path):
    data = samples(600, 20).astype(np.float32)
    data[:, 5:8] = np.nan
    folder = tmp_path / "record"
    folder.mkdir()
    write_prodml(folder / "1.h5", data, rate_hz=1000.0)
    write_prodml(folder / "2.h5", data, rate_hz=1000.0, start="2023-03-22T12:00:01")
    window = compose(qapp, ReadingWork())
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(folder)
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=60_000)
    view = window.pane.view
    image = view.grab().toImage()
    section = view.shown.section

    def inks(rows, col):
        """Colours around a place, enough of them to meet a line of the hatching."""
        found = set()
        for row in rows:
            point = QPointF(section.cols.value(col), section.rows.value(row))
            place = view.mapFromScene(view.view_box.mapViewToScene(point))
            found |= {image.pixelColor(place.x() + k, place.y()).name() for k in range(-5, 6)}
        return found

    hatching = {NO_DATA_COLOR.name(), NO_DATA_HATCH.name()}
    assert inks(range(650, 950, 25), 15) == hatching
    assert inks(range(100, 500, 25), 6) == hatching
    assert not inks(range(100, 500, 25), 15) & hatching
    point = QPointF(section.cols.value(15), section.rows.value(800))
    view.scene().sigMouseMoved.emit(view.view_box.mapViewToScene(point))
    assert "no data" in window._readout.text
    root = window.findChild(DataPanel).topLevelItem(0)
    notes = next(
        root.child(k) for k in range(root.childCount()) if root.child(k).text(0) == "Notes"
    )
    assert notes.child(0).text(0).startswith("Gaps without data: 0.4 s from 2023-03-22T12:00:00.6")
    window.close()


def test_the_status_bar_tells_that_the_first_record_waits_for_a_library(
    qtbot, record_window, tmp_path, monkeypatch
):
    write_terra15(tmp_path / "t.hdf5")
    monkeypatch.delitem(sys.modules, "engine.readers.das.dascore_source", raising=False)
    told, files = [], record_window.files
    files.told.connect(lambda text: told.append((text, record_window.statusBar().currentMessage())))
    for path, n_told in (
        (tmp_path / "t.hdf5", 2),
        (tmp_path / "a.h5", 2),
        (tmp_path / "t.hdf5", 2),
    ):
        with qtbot.waitSignal(files.opened, timeout=60_000):
            files.open_path(path)
        assert len(told) == n_told
    waiting = "Open t.hdf5: loading the DAS library…"
    assert told == [(waiting, waiting), ("", "")]
