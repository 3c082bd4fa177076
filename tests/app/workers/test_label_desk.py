"""Large steps of labelling while the window goes on."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.workers.job_bridge import JobBridge
from app.workers.label_desk import LabelDesk
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.errors import DataError
from engine.session.drafts import LabelStep
from engine.session.edits import LabelKey
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument

SHAPE = (700, 700)
SCHEME = LabelScheme(
    ClassScheme(tuple(SegmentationClass(f"c{n}", f"#{n + 1}01020") for n in range(3)))
)
HERE = LabelKey("ann", "inline", 3)


class Held:
    """A desk whose steps wait for a gate, and what it tells."""

    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.lane = JobBridge("test-label")
        self.painting = False
        self.desk = LabelDesk(self.lane, lambda: self.painting)
        self.document = LabelDocument(lambda *_: SHAPE, SCHEME)
        self.gate, self.begun = threading.Event(), threading.Event()
        self.done, self.failed, self.told = [], [], []
        self.desk.failed.connect(self.failed.append)
        self.desk.told.connect(self.told.append)

    def fill(self, document, job):
        """Label all that is not labelled."""
        self.begun.set()
        while not self.gate.wait(0.01):
            job.check()
        classes, sure = document.plane(HERE)
        free = classes == 255
        classes[free], sure[free] = 1, 3
        document.paint(HERE, 0, 0, classes, sure, title="Fill")
        return int(free.sum())

    def step(self, work=None, title="Fill"):
        self.desk.do(LabelStep(self.document, title, work or self.fill, self.done.append))

    def settle(self):
        self.gate.set()
        self.qtbot.waitUntil(lambda: not self.desk.busy, timeout=10_000)

    def stroke(self, class_id=2):
        classes = np.full((20, 20), class_id, dtype=np.uint8)
        self.document.paint(HERE, 100, 100, classes, title="Brush")

    @property
    def classes(self):
        return self.document.plane(HERE)[0]


@pytest.fixture
def held(qtbot):
    held = Held(qtbot)
    yield held
    held.gate.set()
    assert held.lane.shutdown()


def test_a_step_is_entered_when_it_is_ready_and_is_one_step_of_undo(held):
    held.step()
    assert held.document.undo_text == ""
    held.settle()
    assert held.done == [700 * 700]
    assert (held.classes == 1).all()
    held.document.undo()
    assert held.document.pristine is False
    assert (held.classes == 255).all()


def test_a_stroke_meanwhile_is_not_lost(held):
    held.step()
    held.qtbot.waitUntil(held.begun.is_set, timeout=3000)
    held.stroke()
    held.settle()
    assert (held.classes[100:120, 100:120] == 2).all()
    assert np.count_nonzero(held.classes == 1) == 700 * 700 - 400
    assert held.document.undo_text == "Fill"
    held.document.undo()
    assert held.document.undo_text == "Brush"
    assert np.count_nonzero(held.classes != 255) == 400


def test_a_step_waits_for_the_end_of_a_stroke(held):
    held.painting = True
    held.step()
    held.gate.set()
    held.qtbot.waitUntil(held.desk._after_stroke.isActive, timeout=3000)
    assert held.document.undo_text == ""
    held.stroke()
    held.painting = False
    held.settle()
    assert (held.classes[100:120, 100:120] == 2).all()
    assert held.document.undo_text == "Fill"


def test_a_cancelled_step_leaves_nothing_and_the_next_is_done(held):
    held.step()
    held.qtbot.waitUntil(held.begun.is_set, timeout=3000)
    held.step(lambda document, _job: document.paint(HERE, 0, 0, one(2), title="Dot"))
    held.lane.cancel(held.desk._job_id)
    held.qtbot.waitUntil(lambda: not held.desk.busy, timeout=3000)
    assert len(held.done) == 1
    assert held.document.undo_text == "Dot"
    assert np.count_nonzero(held.classes != 255) == 1


def test_the_error_of_a_step_is_told_and_leaves_nothing(held):
    def fail(document, _job):
        document.paint(HERE, 0, 0, one(1), title="Dot")
        raise DataError("no", hint="Try another.")

    held.step(fail)
    held.settle()
    assert [str(error) for error in held.failed] == ["no"]
    assert held.document.pristine


def test_large_steps_are_undone_in_their_turn_and_small_ones_at_once(held):
    edits = []
    held.gate.set()
    held.stroke()
    held.desk.undo(held.document, edits.append)
    assert [edit.title for edit in edits] == ["Brush"]
    held.step()
    held.desk.undo(held.document, edits.append)  # of what is not there yet
    held.settle()
    assert [edit.title for edit in edits] == ["Brush", "Fill"]
    assert (held.classes == 255).all()
    held.desk.redo(held.document, edits.append)
    held.settle()
    assert (held.classes == 1).all()
    assert held.document.undo_text == "Fill"


def test_an_undo_that_a_stroke_overtakes_is_dropped_and_says_so(held):
    held.gate.set()
    held.step()
    held.settle()
    edits = []
    held.painting = True
    held.desk.undo(held.document, edits.append)
    held.qtbot.waitUntil(held.desk._after_stroke.isActive, timeout=3000)
    held.stroke()
    held.painting = False
    held.settle()
    assert edits == []
    assert "went on labelling" in held.told[0]
    assert held.document.undo_text == "Brush"


def test_steps_of_labels_that_were_closed_are_dropped(held):
    held.step()
    held.step()
    held.desk.drop()
    assert not held.desk.busy
    held.gate.set()
    held.step(lambda document, _job: document.paint(HERE, 0, 0, one(2), title="Dot"))
    held.settle()
    assert held.document.undo_text == "Dot"
    assert np.count_nonzero(held.classes != 255) == 1


def one(class_id):
    return np.full((1, 1), class_id, dtype=np.uint8)
