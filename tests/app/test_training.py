"""Training in the window: from labels to a model in the list, and what can happen meanwhile."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.composition import compose
from app.dialogs.fine_tune import FineTuneDialog
from app.panels.training_curves import TrainingCurves
from app.workers.training import TrainingWork
from app.workers.training_choice import ModelPlace, Trained, TrainingDefaults
from app.workers.training_feed import KeptEpoch, PinnedPicture, Recalled
from app.workers.training_places import folders_with_checkpoints, model_places
from app.workers.work import Work
from engine.core.memory_use import MemoryUse
from engine.errors import DataError, JobCancelledError
from engine.session.edits import LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument
from engine.session.training_labels import labelled_places, training_sections
from engine.training.records import EpochRecord, StepRecord
from engine.training.training_cost import TrainingCost
from tests.app.dialogs.test_fine_tune import _RECIPE, _defaults
from tests.app.fakes import CLASSES, FakeVolume, FakeWork, model_info
from tests.bundles import write_bundle
from tests.synthetic import SegySpec, write_segy


class _Run:
    """An unfinished training."""

    def __init__(self, name):
        self.out, self.epoch, self.n_epochs = Path("/models") / name, 2, 9


class FakeTraining(TrainingWork):
    """Trains nothing; ends when it is let go, stopped or cancelled."""

    def __init__(self):
        self.gate = threading.Event()
        self.choices, self.resumed, self.controls = [], [], []
        self.left = ()
        self.offered = self.sought = ()
        self.error = None

    def defaults(self, base, classes, job):
        return _defaults(base=base)

    def measure(self, choice, job):
        memory = MemoryUse(10**9, 2 * 10**9)
        return TrainingCost(3, 1, 5, 2, 10, 8, 8, memory, 10**7, 10**10, "cpu")

    def train(self, choice, control, feed, job):
        self.choices.append(choice)
        return self._work(choice.out, control, feed, job)

    def go_on(self, out, device, control, feed, job):
        self.resumed.append((out, device))
        return self._work(out, control, feed, job)

    def _work(self, out, control, feed, job):
        self.controls.append(control)
        job.report(1, 10, "epoch 1")
        for step in (1, 2):
            feed.tell("stepped", StepRecord(step, 10, 1, 5, 1.0 / step, 1e-3))
        for epoch in (1, 2):
            feed.tell("epoch_ended", EpochRecord(epoch, 0.5, 0.2 * epoch, 0.2, 0.5, 1.0))
        kept = out.parent / ".x.kept" / "epoch-0002"
        feed.tell("kept", (KeptEpoch(out.name, "epoch 2, mIoU 0.400, 3.2 MB", kept),))
        pixels = np.full((20, 10, 3), 99, dtype=np.uint8)
        feed.tell("pictured", (PinnedPicture("inline 120", "step 2", pixels),))
        while not (self.gate.wait(0.01) or control.stopped):
            try:
                job.check()
            except JobCancelledError:
                self.left = (_Run(out.name),)
                return Trained(out, "", complete=False)
        if self.error is not None:
            raise self.error
        return Trained(out, "best epoch 2 of 2", complete=True)

    def places(self, folders, job):
        self.offered = folders
        return tuple(ModelPlace(f, frozenset()) for f in (Path("/models"), *folders))

    def unfinished(self, folders, job):
        self.sought = folders
        return self.left

    def discard(self, out, folders, job):
        self.left = tuple(run for run in self.left if run.out != out)
        return self.left


@pytest.fixture
def work():
    work = FakeWork()
    work.training = FakeTraining()
    yield work
    work.training.gate.set()


def _label(window, indices=(2, 6, 20)):
    labels = window.session.labels
    for index in indices:
        classes = np.zeros((6, 8), dtype=np.uint8)
        classes[3:] = 1
        labels.paint(LabelKey("anna", "inline", index), 4, 4, classes, title="Stroke")


def _ask(window, qtbot):
    window._actions.actions["fine_tune"].trigger()
    dialog = window.findChild(FineTuneDialog)
    qtbot.waitUntil(lambda: dialog.choice is not None, timeout=3000)
    return dialog


def _click(qtbot, widget, text):
    button = next(b for b in widget.findChildren(QPushButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def training(qtbot, opened):
    """The window while a model is being trained."""
    _label(opened)
    dialog = _ask(opened, qtbot)
    _click(qtbot, dialog, "Start training")
    work = opened._work.training
    qtbot.waitUntil(lambda: bool(work.controls), timeout=3000)
    panel = opened._docks.training_panel
    qtbot.waitUntil(lambda: panel.pictures.pictures != [], timeout=3000)
    return opened


def test_curves_pictures_and_epochs_are_shown_meanwhile(training):
    panel = training._docks.training_panel
    assert panel.isVisible()
    assert list(panel.curves.loss.curve[1]) == [1.0, 0.5]
    assert list(panel.curves.score.curve[1]) == [0.2, 0.4]
    assert list(panel.curves.rate.curve[1]) == [1e-3, 1e-3]
    assert panel.curves.score.marks == (2.0,)
    assert panel.pictures.pictures[0].image.width() == 10
    assert panel._kept.count() == 1
    assert "Epoch 1 of 5, step 2 of 10" in panel._where


def test_pausing_going_on_and_stopping_reach_the_run(qtbot, training):
    panel, (control,) = training._docks.training_panel, training._work.training.controls
    _click(qtbot, panel, "Pause")
    assert control.paused
    assert panel._state.text().startswith("Paused")
    _click(qtbot, panel, "Go on")
    assert not control.paused
    _click(qtbot, panel, "Stop and keep")
    qtbot.waitUntil(lambda: not training.training.running, timeout=3000)
    assert control.stopped
    assert "Best epoch 2 of 2." in panel._state.text()


def test_the_curves_of_a_resumed_training_begin_at_its_first_step(qtbot, training):
    panel, feed = training._docks.training_panel, training.training.feed
    panel.begin("Train north")
    steps = tuple(StepRecord(n, 10, n // 2, 5, 2.0 / n, 1e-3) for n in (2, 4, 6))
    epochs = tuple(EpochRecord(n, 0.5, 0.1 * n, 0.2, 0.5, 1.0) for n in (1, 2, 3))
    feed.tell("recalled", Recalled(steps, epochs))
    feed.tell("stepped", StepRecord(8, 10, 4, 5, 0.25, 5e-4))
    qtbot.waitUntil(lambda: len(panel.curves.loss.curve[0]) == 4, timeout=3000)
    assert list(panel.curves.loss.curve[0]) == [2, 4, 6, 8]
    assert list(panel.curves.rate.curve[1]) == [1e-3, 1e-3, 1e-3, 5e-4]
    assert list(panel.curves.score.curve[0]) == [1, 2, 3]
    assert panel.curves.score.marks == (3.0,)


def test_very_many_steps_are_thinned_out(qtbot):
    curves = TrainingCurves()
    qtbot.addWidget(curves)
    for step in range(1, 2050):
        curves.add_step(StepRecord(step, 4000, 1, 5, 1.0, 1e-3))
    places = curves.loss.curve[0]
    assert len(places) < 1100
    assert (places[0], places[-1]) == (1, 2049)


def test_sections_are_segmented_while_a_model_is_trained(qtbot, training):
    training._predictions.segment()
    qtbot.waitUntil(lambda: training.pane.prediction is not None, timeout=3000)
    assert training.training.running


def test_a_second_training_waits_and_the_panel_comes_forward(training):
    training._docks._training.hide()
    training._actions.actions["fine_tune"].trigger()
    assert training.findChild(FineTuneDialog) is None
    assert training._docks.training_panel.isVisible()
    assert "being trained" in training.statusBar().currentMessage()


def test_the_new_model_is_listed_and_chosen(qtbot, training):
    work = training._work
    new = model_info("new", path=work.training.choices[0].out)
    work.models = (new, *work.models)
    work.training.gate.set()
    qtbot.waitUntil(lambda: training.session.model == new, timeout=3000)


def test_one_goes_back_to_an_epoch_by_a_new_training_from_it(qtbot, training):
    panel = training._docks.training_panel
    panel._kept.setCurrentRow(0)
    assert not panel._back.isEnabled()
    training._work.training.gate.set()
    qtbot.waitUntil(panel._back.isEnabled, timeout=3000)
    _click(qtbot, panel, "Train on from this epoch…")
    dialog = training.findChild(FineTuneDialog)
    qtbot.waitUntil(lambda: dialog.choice is not None, timeout=3000)
    assert dialog.choice.base.name == "epoch-0002"
    assert dialog.choice.out.name == "fake-faults-epoch-2"
    dialog.reject()


def test_a_training_that_fails_says_why_and_can_be_gone_on_with(qtbot, training):
    work = training._work.training
    work.error, work.left = DataError("the loss is nan", hint="Lower the rate."), (_Run("a"),)
    errors = []
    training.training.failed.connect(errors.append)
    training.presenter.show_error = lambda error: None
    work.gate.set()
    panel = training._docks.training_panel
    qtbot.waitUntil(lambda: panel.unfinished.n_runs == 1, timeout=3000)
    assert errors == [work.error]
    assert "the loss is nan" in panel._state.text()


def test_cancelling_among_the_jobs_breaks_it_off_and_it_can_go_on(qtbot, training):
    panel, work = training._docks.training_panel, training._work.training
    training._lanes.train.cancel(training.training._job_id)
    qtbot.waitUntil(lambda: panel.unfinished.n_runs == 1, timeout=3000)
    assert "can go on later" in panel._state.text()
    work.left = ()
    _click(qtbot, panel.unfinished, "Go on")
    qtbot.waitUntil(lambda: len(work.resumed) == 1, timeout=3000)
    assert panel.unfinished.n_runs == 0


def test_unfinished_trainings_are_offered_at_the_start_and_can_be_given_up(qtbot, qapp, work):
    work.training.left = (_Run("north"), _Run("south"))
    window = compose(qapp, work)
    qtbot.addWidget(window)
    window.show()
    panel = window._docks.training_panel
    qtbot.waitUntil(lambda: panel.unfinished.n_runs == 2, timeout=3000)
    assert panel.isVisible()
    _click(qtbot, panel.unfinished, "Give up")
    qtbot.waitUntil(lambda: panel.unfinished.n_runs == 1, timeout=3000)
    _click(qtbot, panel.unfinished, "Go on")
    qtbot.waitUntil(lambda: len(work.training.resumed) == 1, timeout=3000)
    assert work.training.resumed[0][0].name == "south"
    window.close()


def test_unfinished_trainings_are_sought_wherever_models_were_saved(qtbot, opened, tmp_path):
    work, projects = opened._work.training, opened.projects
    assert work.sought == ()
    _label(opened)
    dialog = _ask(opened, qtbot)
    assert work.offered == ()
    dialog.place_wanted.emit(tmp_path / "out")
    qtbot.waitUntil(lambda: dialog.choice.out.parent == tmp_path / "out", timeout=3000)
    work.gate.set()
    _click(qtbot, dialog, "Start training")
    qtbot.waitUntil(lambda: (tmp_path / "out") in work.sought, timeout=3000)
    qtbot.waitUntil(lambda: not opened.training.running, timeout=3000)
    qtbot.waitUntil(lambda: projects.keeper.kept is not None, timeout=3000)
    projects.go_on_in(tmp_path / "north.outcrop")
    qtbot.waitUntil(lambda: projects.output_folder is not None, timeout=3000)
    dialog = _ask(opened, qtbot)
    assert work.offered == (tmp_path / "north.outcrop" / "models", tmp_path / "out")
    assert dialog.choice.out.parent == tmp_path / "out"  # where the last one went
    dialog.reject()
    opened.training._look_for_unfinished()
    wanted = tmp_path / "north.outcrop" / "models"
    qtbot.waitUntil(lambda: wanted in work.sought, timeout=3000)


def test_a_checkpoint_beside_a_model_and_in_any_folder_is_found(tmp_path):
    (tmp_path / "a").mkdir()
    write_bundle(tmp_path / "a" / "north")
    for place in (tmp_path / "a" / ".north.training", tmp_path / "b" / ".south.training"):
        place.mkdir(parents=True)
        (place / "checkpoint.json").touch()
    (tmp_path / "c").mkdir()
    folders = (tmp_path / "a" / "north", tmp_path / "b", tmp_path / "c", tmp_path / "none")
    assert folders_with_checkpoints(folders) == (tmp_path / "a", tmp_path / "b")
    places = model_places((*folders, tmp_path / "b"))
    assert [place.path for place in places[1:]] == [tmp_path / name for name in ("b", "c", "none")]
    assert places[1].taken == {".south.training", "south"}


def test_closing_the_window_ends_a_training_at_once(training):
    training.close()
    assert training.lanes_ended


def test_without_unfinished_trainings_the_panel_stays_away(window):
    assert not window._docks.training_panel.isVisible()


def test_a_training_learns_what_is_painted_beside_its_dialog(qtbot, opened, work):
    _label(opened)
    dialog = _ask(opened, qtbot)
    _label(opened, (25,))
    _click(qtbot, dialog, "Start training")
    qtbot.waitUntil(lambda: work.training.choices != [], timeout=3000)
    (choice,) = work.training.choices
    assert [section.index for section in choice.sections] == [2, 6, 20, 25]


def test_picks_are_training_labels_too():
    volume = FakeVolume()
    document = LabelDocument(volume.section_shape, LabelScheme(CLASSES))
    document.paint(
        LabelKey("anna", "inline", 3), 0, 0, np.zeros((50, 40), dtype=np.uint8), title="Fill"
    )
    stick = Pick("a", "stick", "inline", 3, ((10.0, 5.0), (10.0, 30.0)), 1)
    document.add_pick(stick)
    document.add_pick(replace(stick, id="b", direction="crossline", index=7, certainty=1))
    assert labelled_places(document) == {"inline": (3,), "crossline": (7,)}
    (section,) = training_sections(document, "inline")
    assert (section.classes[5:31, 9:12] == 1).all()
    assert section.classes[40, 10] == 0
    assert set(np.unique(section.classes)) == {0, 1}
    (crossed,) = training_sections(document, "crossline")
    assert set(np.unique(crossed.classes)) == {1, 255}
    assert set(np.unique(crossed.certainty)) == {0, 1}


def test_from_strokes_to_a_model_that_segments(qtbot, qapp, tmp_path, one_thread):
    """The whole way, with a real and tiny model."""
    (tmp_path / "models").mkdir()
    write_bundle(tmp_path / "models" / "base")
    spec = SegySpec(inlines=tuple(range(100, 124, 2)), crosslines=tuple(range(40)), n_samples=50)
    write_segy(tmp_path / "north.sgy", spec)
    window = compose(qapp, Work(tmp_path / "models"))
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(tmp_path / "north.sgy")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=10_000)
    base = next(m for m in window.session.models if m.name == "base")
    window._model.set_model(base)
    _label(window, (1, 4, 9))
    dialog = _ask(window, qtbot)
    dialog.recipe_form._epochs.setValue(2)
    dialog.recipe_form._method.setCurrentIndex(dialog.recipe_form._method.findData("frozen"))
    qtbot.waitUntil(lambda: "It fits." in dialog._cost.text(), timeout=60_000)
    _click(qtbot, dialog, "Start training")
    qtbot.waitUntil(lambda: not window.training.running, timeout=60_000)
    qtbot.waitUntil(lambda: window.session.model.name == "north-base", timeout=10_000)
    panel = window._docks.training_panel
    assert len(panel.pictures.pictures) == 2
    assert "of 3 slices" in panel._state.text()
    best = panel._state.text().split("epoch ")[1][0]
    assert {title.text().split("\n")[1] for title in panel.pictures._titles} == {
        f"epoch {best}, kept"
    }
    assert panel._kept.count() == 2  # the best one and the last
    assert list(panel.curves.loss.curve[0]) == [1, 2]  # one step in each epoch
    folder = window.session.model.path.parent
    left = sorted(path.name for path in folder.iterdir())
    assert left == [".north-base.kept", "north-base"]
    window._predictions.segment()
    qtbot.waitUntil(lambda: window.pane.prediction is not None, timeout=30_000)
    window.close()


def test_a_base_of_other_classes_keeps_its_encoder_and_says_so(tmp_path):
    write_bundle(tmp_path / "base")
    three = replace(CLASSES, classes=(*CLASSES.classes, replace(CLASSES.classes[0], name="salt")))
    other = TrainingWork().defaults(tmp_path / "base", three, _NoJob())
    assert isinstance(other, TrainingDefaults)
    assert "decoder is learned anew" in other.note
    same = TrainingWork().defaults(tmp_path / "base", CLASSES, _NoJob())
    assert same.note == ""
    assert same.recipe.decoder == "linear"
    assert same.recipe.epochs > _RECIPE.epochs


class _NoJob:
    def check(self):
        pass

    def report(self, done, total, message=""):
        pass
