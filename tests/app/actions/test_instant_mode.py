"""Instant mode in the window: strokes refit a head whose classes are shown."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QMessageBox

from app.dialogs.export_dialog import ExportDialog
from app.panels.jobs_panel import JobsPanel
from engine.errors import ModelError
from engine.session.edits import LabelKey
from tests.app.fakes import model_info


def paint(window, class_id, row=5, index=None):
    """Paint a rectangle, as a finished stroke does."""
    opened = window.session.opened
    place = opened.index if index is None else index
    key = LabelKey(window.session.author, opened.direction, place)
    classes = np.full((3, 8), class_id, dtype=np.uint8)
    window.session.labels.paint(key, row, 4, classes, title="Brush")


@pytest.fixture
def fitted(qtbot, opened, work):
    """The window after strokes of two classes in instant mode."""
    opened._actions.actions["instant"].trigger()
    paint(opened, 0)
    paint(opened, 1, row=15)
    qtbot.waitUntil(lambda: opened.session.instant is not None, timeout=3000)
    return opened


def badge(window):
    return window.pane.frame._badge.text()


def test_two_classes_are_asked_for_first(qtbot, opened, work):
    opened._actions.actions["instant"].trigger()
    qtbot.waitUntil(lambda: "paint two classes" in badge(opened), timeout=3000)
    paint(opened, 1)
    qtbot.waitUntil(lambda: opened.learning.instant._soon.isActive() is False, timeout=3000)
    assert work.features.fits == []
    assert not opened._actions.actions["carry_on"].isEnabled()


def test_a_stroke_refits_and_the_slice_shows_it(qtbot, fitted, work):
    first = fitted.session.instant
    prediction = fitted.pane.prediction
    assert prediction.key.model == first.identity
    assert prediction.classes == fitted.session.labels.scheme.classes
    request = work.features.fits[-1]
    assert request.refit
    assert [labels.n_labelled for labels in request.labels] == [48]
    assert "instant model of one slice, fitted in 0.10 s" in badge(fitted)
    paint(fitted, 1, row=25)
    qtbot.waitUntil(lambda: fitted.session.instant != first, timeout=3000)
    assert work.features.fits[-1].labels[0].n_labelled == 72
    assert fitted.pane.prediction.key.model == fitted.session.instant.identity


def test_a_long_refit_is_among_the_jobs_and_a_short_one_is_not(qtbot, fitted, work):
    jobs = fitted.findChild(JobsPanel)

    def listed():
        return [label.text() for label in jobs.findChildren(QLabel) if label.isVisible()]

    assert "Refit the instant model" not in listed()
    work.features.gate.clear()
    paint(fitted, 1, row=25)
    qtbot.waitUntil(lambda: "Refit the instant model" in listed(), timeout=5000)
    assert "Nothing is running." not in listed()
    work.features.gate.set()
    qtbot.waitUntil(lambda: any("done after" in text for text in listed()), timeout=5000)


def test_undo_refits_too(qtbot, fitted, work):
    paint(fitted, 1, row=25)
    qtbot.waitUntil(lambda: work.features.fits[-1].labels[0].n_labelled == 72, timeout=3000)
    fitted.session.labels.undo()
    qtbot.waitUntil(lambda: work.features.fits[-1].labels[0].n_labelled == 48, timeout=3000)


def test_another_slice_is_shown_with_the_same_head(qtbot, fitted, work):
    n_fits = len(work.features.fits)
    identity = fitted.session.instant.identity
    fitted._model.step(1)
    qtbot.waitUntil(lambda: len(work.features.fits) > n_fits, timeout=3000)
    assert not work.features.fits[-1].refit
    qtbot.waitUntil(lambda: fitted.pane.prediction is not None, timeout=3000)
    assert fitted.pane.prediction.key.model == identity
    n_fits = len(work.features.fits)
    fitted._model.step(-1)
    qtbot.waitUntil(lambda: fitted.pane.view.shown.request.index == 15, timeout=3000)
    assert fitted.pane.prediction is not None
    assert len(work.features.fits) == n_fits


def test_of_many_strokes_the_newest_counts(qtbot, fitted, work):
    work.features.gate.clear()
    for row in (25, 30, 35):
        paint(fitted, 1, row=row)
        qtbot.waitUntil(lambda: not fitted.learning.instant._soon.isActive(), timeout=3000)
    n_fits = len(work.features.fits)
    work.features.gate.set()
    qtbot.waitUntil(lambda: not fitted.learning.instant._fits.busy, timeout=3000)
    assert len(work.features.fits) == n_fits + 1  # the others were cancelled
    assert work.features.fits[-1].labels[0].n_labelled == 48 + 3 * 24


def test_a_step_during_a_fit_does_not_lose_the_stroke(qtbot, fitted, work):
    work.features.gate.clear()
    paint(fitted, 1, row=25)
    qtbot.waitUntil(lambda: fitted.learning.instant._fits.busy, timeout=3000)
    fitted._model.step(1)
    qtbot.waitUntil(lambda: fitted.pane.view.shown.request.index == 16, timeout=3000)
    work.features.gate.set()
    qtbot.waitUntil(lambda: not fitted.learning.instant._fits.busy, timeout=3000)
    request = work.features.fits[-1]
    assert (request.refit, request.shown.index) == (True, 16)
    assert request.labels[0].n_labelled == 72


def test_switched_off_the_model_is_shown_again(qtbot, fitted, work):
    fitted._actions.actions["instant"].trigger()
    assert fitted.session.instant is None
    assert fitted.pane.view.shown_prediction is None
    assert badge(fitted) == ""
    n_fits = len(work.features.fits)
    paint(fitted, 1, row=25)
    assert len(work.features.fits) == n_fits


def test_segmenting_by_the_model_leaves_instant_mode(qtbot, fitted):
    fitted._actions.actions["segment"].trigger()
    assert not fitted.session.instant_on
    qtbot.waitUntil(lambda: fitted.pane.prediction is not None, timeout=3000)
    assert fitted.pane.prediction.key.model == "faults"
    fitted._actions.actions["live"].trigger()
    fitted._actions.actions["instant"].trigger()
    assert not fitted.session.live


def test_a_failure_is_told_once_and_ends_it(qtbot, opened, work):
    shown = []
    opened.presenter.show_error = shown.append
    opened.learning.failed.connect(shown.append)
    work.features.error = ModelError("no patch features")
    opened._actions.actions["instant"].trigger()
    paint(opened, 0)
    paint(opened, 1, row=15)
    qtbot.waitUntil(lambda: bool(shown), timeout=3000)
    assert not opened.session.instant_on
    assert not opened._actions.actions["instant"].isChecked()
    for box in opened.findChildren(type(opened.presenter)):
        box.deleteLater()


def test_another_model_is_fitted_anew(qtbot, fitted, work):
    fitted._actions.actions["next_model"].trigger()
    qtbot.waitUntil(
        lambda: (
            fitted.session.instant is not None
            and fitted.session.instant.identity.startswith("other")
        ),
        timeout=3000,
    )
    assert work.features.fits[-1].shown.model.name == "other"


def test_a_head_is_kept_and_training_goes_on_from_it(qtbot, fitted, work):
    kept, asked = [], []
    fitted.learning.carried_on.connect(kept.append)
    fitted.training.show_dialog = lambda: asked.append(fitted.session.model.name)
    path = fitted.session.model.path.with_name("instant-fake")
    work.models = (*work.models, model_info("instant-fake", path=path))
    fitted._actions.actions["carry_on"].trigger()
    qtbot.waitUntil(lambda: bool(kept), timeout=3000)
    assert kept == [path]
    assert asked == ["instant-fake"]
    assert fitted.session.model.name == "instant-fake"
    assert not fitted.session.instant_on


def _ask_to_export(window, button):
    window._actions.actions["export"].trigger()
    box = window.findChild(QMessageBox, "which_model")
    next(b for b in box.buttons() if button in b.text()).click()


def test_the_instant_model_is_kept_to_be_exported(qtbot, fitted, work):
    fitted.training.show_dialog = lambda: pytest.fail("nobody wants to train")
    path = fitted.session.model.path.with_name("instant-fake")
    work.models = (*work.models, model_info("instant-fake", path=path))
    _ask_to_export(fitted, "Keep and export")
    qtbot.waitUntil(lambda: fitted.findChild(ExportDialog) is not None, timeout=3000)
    dialog = fitted.findChild(ExportDialog)
    assert any("instant-fake" in label.text() for label in dialog.findChildren(QLabel))
    # One goes on painting.
    assert fitted.session.instant is not None
    assert fitted.session.model.name != "instant-fake"
    dialog.reject()


def test_the_model_below_can_be_exported_with_instead(qtbot, fitted):
    below = fitted.session.model.name
    _ask_to_export(fitted, below)
    assert fitted.findChild(ExportDialog) is not None
    assert fitted.session.model.name == below
    assert fitted.session.instant_on
    fitted.findChild(ExportDialog).reject()


def test_nothing_is_exported_without_an_answer(fitted):
    _ask_to_export(fitted, "Cancel")
    assert fitted.findChild(ExportDialog) is None
    assert fitted.session.instant_on


def test_a_fit_that_was_cancelled_among_the_jobs_is_not_spoken_of(qtbot, fitted, work):
    work.features.gate.clear()
    paint(fitted, 1, row=25)
    qtbot.waitUntil(lambda: fitted.learning.instant._fits.busy, timeout=3000)
    qtbot.waitUntil(lambda: "instant mode" in badge(fitted), timeout=3000)
    fitted.learning.instant._fits.cancel()
    assert badge(fitted) == ""
    work.features.gate.set()


def test_the_model_is_not_compared_with_itself_after_instant_mode(qtbot, fitted):
    session, model = fitted.session, fitted._model
    model.set_compared(session.model)
    assert session.compared == session.model  # the instant head is compared with its base
    fitted._actions.actions["instant"].trigger()
    assert session.compared is None
    model.set_compared(session.model)
    assert session.compared is None
