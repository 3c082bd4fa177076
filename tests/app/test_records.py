"""A DAS record in the window: times of day, windows, the readout."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from app.composition import compose
from app.views.navigator import Navigator
from app.workers.work import Work
from tests.records import samples, write_prodml


class ReadingWork(Work):
    """Reads files, but knows no models."""

    def list_models(self, folders, job):
        return ()


@pytest.fixture
def record_window(qtbot, qapp, tmp_path):
    """The window on a record of three windows."""
    write_prodml(tmp_path / "a.h5", samples(4500, 20), rate_hz=1000.0)
    window = compose(qapp, ReadingWork())
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
