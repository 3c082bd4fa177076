"""Mirror averaging and the smallest region, chosen in the panel and for an export."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QPushButton, QRadioButton, QSpinBox

from app.composition import compose
from app.dialogs.export_dialog import ExportDialog
from app.dialogs.export_report import ExportReportDialog
from app.panels.model_panel import ModelPanel
from app.widgets.prediction_options_edit import PredictionOptionsEdit
from app.workers.exporting import Exported
from engine.core.prediction_options import PredictionOptions
from tests.app.fakes import FakeWork

MIRROR, BOTH = PredictionOptions(mirror=True), PredictionOptions(mirror=True, smallest_region=40)


class ExportingWork(FakeWork):
    """Exports by writing the choice down."""

    def export(self, choice, job):
        self.choice = choice
        return Exported((choice.path,), ("axes equal",))


@pytest.fixture
def work():
    return ExportingWork()


def controls(parent):
    edit = parent.findChild(PredictionOptionsEdit)
    return edit.findChild(QCheckBox), edit.findChild(QSpinBox)


def choose(qtbot, parent):
    mirror, smallest = controls(parent)
    mirror.click()
    smallest.setFocus()
    smallest.selectAll()
    qtbot.keyClicks(smallest, "40")
    qtbot.keyClick(smallest, Qt.Key.Key_Return)


def test_live_follows_each_choice_and_knows_old_answers(qtbot, opened, work):
    model = opened._model
    model.set_live(True)
    qtbot.waitUntil(lambda: opened.pane.prediction is not None, timeout=3000)
    choose(qtbot, opened.findChild(ModelPanel))
    qtbot.waitUntil(lambda: work.segmented[-1].options == BOTH, timeout=3000)
    assert opened.session.prediction_options == BOTH
    qtbot.waitUntil(lambda: opened.pane.prediction is not None, timeout=3000)
    assert opened.pane.prediction.key.options == BOTH
    n_segmented = len(work.segmented)
    mirror, smallest = controls(opened.findChild(ModelPanel))
    smallest.setValue(0)
    mirror.click()
    qtbot.waitUntil(lambda: opened.pane.prediction is not None, timeout=3000)
    assert opened.pane.prediction.key.options == PredictionOptions()
    assert PredictionOptions() not in [key.options for key in work.segmented[n_segmented:]]


def test_the_choice_is_remembered(qtbot, qapp, opened):
    choose(qtbot, opened.findChild(ModelPanel))
    opened.close()
    again = compose(qapp, FakeWork())
    qtbot.addWidget(again)
    assert again.session.prediction_options == BOTH
    mirror, smallest = controls(again.findChild(ModelPanel))
    assert mirror.isChecked()
    assert smallest.value() == 40
    again.close()


def export(qtbot, dialog, path):
    dialog._path.set_path(path)
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Export")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_export_begins_with_the_choice_of_the_panel(qtbot, opened, work, tmp_path):
    opened._model.set_prediction_options(BOTH)
    opened._actions.actions["export"].trigger()
    dialog = opened.findChild(ExportDialog)
    mirror, smallest = controls(dialog)
    assert (mirror.isChecked(), smallest.value()) == (True, 40)
    mirror.click()
    smallest.setValue(7)
    export(qtbot, dialog, tmp_path / "out.sgy")
    qtbot.waitUntil(lambda: opened.findChild(ExportReportDialog) is not None, timeout=3000)
    assert work.choice.options == PredictionOptions(smallest_region=7)
    assert opened.session.prediction_options == BOTH
    opened.findChild(ExportReportDialog).close()


def test_probabilities_have_no_regions(qtbot, opened, work, tmp_path):
    opened._model.set_prediction_options(BOTH)
    opened._actions.actions["export"].trigger()
    dialog = opened.findChild(ExportDialog)
    dialog.findChildren(QRadioButton)[1].setChecked(True)
    assert not controls(dialog)[1].isEnabled()
    export(qtbot, dialog, tmp_path / "out.sgy")
    qtbot.waitUntil(lambda: opened.findChild(ExportReportDialog) is not None, timeout=3000)
    assert work.choice.options == MIRROR
    opened.findChild(ExportReportDialog).close()


def test_a_segmented_slice_is_segmented_anew_when_the_choice_changes(qtbot, opened):
    opened._actions.actions["segment"].trigger()
    qtbot.waitUntil(lambda: opened.pane.prediction is not None, timeout=3000)
    opened._model.set_prediction_options(BOTH)
    qtbot.waitUntil(lambda: opened.pane.prediction is not None, timeout=3000)
    assert opened.pane.prediction.key.options == BOTH


def test_a_slice_that_was_not_segmented_stays_so_when_the_choice_changes(qtbot, opened, work):
    opened._model.set_prediction_options(BOTH)
    assert not opened._predictions.busy
    assert opened.pane.prediction is None
