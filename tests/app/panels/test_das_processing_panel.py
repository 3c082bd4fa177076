"""Records shown processed: switches, title, levels, what models see, what is remembered."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from app.composition import compose
from app.panels.das_processing_panel import DasProcessingPanel
from app.settings import SettingsFile
from app.workers.segmenting import SegmentRequest
from engine.preprocessing.das_chain import DasChain
from engine.preprocessing.das_processing import apply_chain
from tests.app.fakes import ReadingWork
from tests.records import samples, write_prodml


class SeeingWork(ReadingWork):
    """Keeps what its models were asked, and what they saw."""

    def __init__(self):
        super().__init__()
        self.asked: list[SegmentRequest] = []
        self.seen = []

    def segment(self, request, job):
        self.asked.append(request)
        self.seen.append(request.model_section())
        return super().segment(request, job)


@pytest.fixture
def record_window(qtbot, qapp, tmp_path):
    """The window on a record of three windows at 1 kHz."""
    write_prodml(tmp_path / "a.h5", samples(4500, 20), rate_hz=1000.0)
    work = SeeingWork()
    window = compose(qapp, work)
    window.reading = work
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(tmp_path / "a.h5")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=60_000)
    qtbot.waitUntil(lambda: window.session.model is not None, timeout=3000)
    window.panel = window.findChild(DasProcessingPanel)
    yield window
    window.close()


def _until_shown(qtbot, window, text):
    qtbot.waitUntil(lambda: window.pane.view.shown.section.processing == text, timeout=30_000)


def _tick(window, name):
    window.panel._boxes[name].click()


def test_a_switch_shows_the_record_through_its_step(qtbot, record_window):
    window = record_window
    raw = window.pane.view.shown
    _tick(window, "common_mode")
    _until_shown(qtbot, window, "common mode removed")
    shown = window.pane.view.shown
    expected = apply_chain(DasChain(common_mode=True), raw.section)
    np.testing.assert_array_equal(shown.section.data, expected.data)
    assert window.pane._active._processing.text() == "common mode removed"
    assert window.panel._text.text() == "Shown: common mode removed."
    window.panel._numbers["gain_s"].setValue(0.2)
    _tick(window, "gain")
    _until_shown(qtbot, window, "common mode removed, AGC 0.2 s")
    assert window.pane.view.shown.request.levels.limit < 5 < raw.request.levels.limit
    for name in ("common_mode", "gain"):
        _tick(window, name)
    _until_shown(qtbot, window, "")
    np.testing.assert_array_equal(window.pane.view.shown.section.data, raw.section.data)
    assert window.pane.view.shown.request.levels == raw.request.levels


def test_numbers_that_do_not_fit_leave_the_record_as_recorded_and_are_told(qtbot, record_window):
    window = record_window
    window.panel._numbers["high_hz"].setValue(900)
    _tick(window, "band")
    told = "Shown as recorded: band 1 Hz to 900 Hz at 1000 samples a second"
    qtbot.waitUntil(lambda: window.panel._text.text().startswith(told), timeout=30_000)
    assert "between 0 and 500 Hz" in window.panel._text.text()
    assert window.pane.view.shown.section.processing == ""


def test_models_see_the_record_as_recorded_until_they_are_to_see_what_is_shown(
    qtbot, record_window
):
    window, work = record_window, record_window.reading
    raw = window.pane.view.shown.section.data
    _tick(window, "common_mode")
    _until_shown(qtbot, window, "common mode removed")
    window._actions.actions["segment"].trigger()
    qtbot.waitUntil(lambda: len(work.seen) == 1, timeout=5000)
    np.testing.assert_array_equal(work.seen[0].data, raw)
    assert work.asked[0].statistics == window.session.opened.statistics
    qtbot.waitUntil(lambda: window.pane.prediction is not None, timeout=5000)
    window.panel._for_models.click()
    assert window.pane.prediction is None
    window._actions.actions["segment"].trigger()
    qtbot.waitUntil(lambda: len(work.seen) == 2, timeout=5000)
    np.testing.assert_array_equal(work.seen[1].data, window.pane.view.shown.section.data)
    assert work.asked[1].statistics == window.session.opened.processed.statistics
    assert work.asked[1].key.pipeline == "p1 after common mode removed"
    qtbot.waitUntil(lambda: window.pane.prediction is not None, timeout=5000)


@pytest.mark.parametrize("for_models", [False, True])
def test_an_export_is_told_what_models_see(qtbot, record_window, tmp_path, for_models):
    window = record_window
    _tick(window, "common_mode")
    window._model.set_processing(for_models=for_models)
    _until_shown(qtbot, window, "common mode removed")
    window._actions.actions["export"].trigger()
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "found.csv"))
    dialog.reject()
    qtbot.waitUntil(lambda: hasattr(window.reading, "choice"), timeout=3000)
    assert window.reading.choice.chain == DasChain(common_mode=for_models)


def test_the_choice_is_remembered_with_its_numbers(qtbot, record_window):
    window = record_window
    window.panel._numbers["difference_channels"].setValue(5)
    _tick(window, "difference")
    _until_shown(qtbot, window, "difference over 4 channels")
    assert window.panel._numbers["difference_channels"].value() == 4
    window.close()
    stored = json.loads(SettingsFile().read().processing)
    assert DasChain.from_json(stored) == DasChain(difference=True, difference_channels=4)


def test_a_figure_says_what_was_done(qtbot, record_window):
    window = record_window
    _tick(window, "common_mode")
    _until_shown(qtbot, window, "common mode removed")
    assert window.figures.title == "a.h5, window 2\ncommon mode removed"


def test_what_is_no_record_cannot_be_processed(qtbot, opened):
    panel = opened.findChild(DasProcessingPanel)
    assert not panel.isEnabled()
    assert panel._text.text() == "For DAS records."
    opened._model.set_processing(chain=DasChain(common_mode=True))
    assert opened.session.opened.processed is None
