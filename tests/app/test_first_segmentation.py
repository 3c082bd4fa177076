"""Loading a model before it is asked for, and an answer that came when one had gone on."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.workers.work import Work
from tests.app.fakes import model_info


def test_the_model_is_loaded_once_while_nobody_moves(qtbot, window, work):
    window._warm_up._pause.setInterval(300)
    qtbot.wait(400)
    assert work.prepared == []
    window.files.open_path(Path("/survey/fake.sgy"))
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=3000)
    for _ in range(8):
        window._model.step(1)
        qtbot.wait(100)
        assert work.prepared == []
    qtbot.waitUntil(lambda: work.prepared == [("faults", "auto")], timeout=3000)
    window._model.step(1)
    qtbot.wait(400)
    assert work.prepared == [("faults", "auto")]


def test_loading_is_told_before_anything_is_imported():
    told = []

    class Job:
        def check(self):
            pass

        def report(self, done, total, message=""):
            told.append(message)
            raise StopIteration

    with pytest.raises(StopIteration):
        Work().prepare(model_info(), "cpu", Job())
    assert told == ["loading the model"]


def test_a_segmented_slice_that_was_left_is_shown_when_coming_back(qtbot, opened, work):
    work.gate.clear()
    segment = next(b for b in opened.findChildren(QPushButton) if b.text() == "Segment slice")
    qtbot.mouseClick(segment, Qt.MouseButton.LeftButton)
    opened._model.step(1)
    qtbot.waitUntil(lambda: opened.pane.view.shown.request.index == 16, timeout=3000)
    work.gate.set()
    qtbot.waitUntil(lambda: len(opened.session.predictions) == 1, timeout=3000)
    assert opened.pane.view.shown_prediction is None
    opened._model.step(-1)
    qtbot.waitUntil(lambda: opened.pane.view.shown_prediction is not None, timeout=3000)
    assert opened.pane.view.shown_prediction.key.index == 15
    assert len(work.segmented) == 1
