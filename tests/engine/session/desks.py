"""Somebody who labels in a project, as the window does it."""

from __future__ import annotations

import numpy as np

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.session.edits import LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.project import Project
from engine.session.recorder import EditRecorder

SHAPE = (300, 520)
SCHEME = LabelScheme(
    ClassScheme(tuple(SegmentationClass(name, "#102030") for name in ("rock", "salt", "fault")))
)
ANN = LabelKey("Ann", "inline", 3)
ODD = LabelKey("Bea / ../ Ö \n", "twt", 0)


def shape_of(_direction, _index):
    return SHAPE


DESKS = []


class Desk:
    """Someone who labels in a project, as the window does it."""

    def __init__(self, project):
        DESKS.append(self)
        self.project = project
        self.loaded = project.load(shape_of)
        self.labels = self.loaded.document
        self.recorder = EditRecorder(
            self.labels,
            lambda: "Ann",
            sequence=self.loaded.sequence,
            saved=project.info.saved_sequence,
        )
        self.recorder.touch(self.loaded.changed)

    def write(self):
        self.project.append(self.recorder.take_records())

    def save(self, view=None):
        self.write()
        self.project.save(self.recorder.snapshot(), view=view or {})

    def leave(self):
        self.write()
        self.project.close()


def contents(labels):
    planes = {key: np.stack(labels.plane(key)).tobytes() for key in tuple(labels.keys())}
    picks = {pick.id: pick for pick in labels.all_picks()}
    return planes, picks, labels.scheme, labels.undo_text, labels.redo_text


def history(labels):
    """All states back to the first and forth again; ends where it began."""
    states, n_undone = [contents(labels)], 0
    while labels.undo() is not None:
        states.append(contents(labels))
        n_undone += 1
    for _ in range(n_undone):
        labels.redo()
    return states


def work(labels, rng, n_steps):
    for step in range(n_steps):
        kind = rng.integers(0, 7)
        if kind == 0:
            labels.undo()
        elif kind == 1:
            labels.redo()
        elif kind == 2:
            nodes = ((float(rng.normal()), 2.5), (3.0, 4.0))
            number = f"p{rng.integers(2**40)}-{step}"
            labels.add_pick(Pick(number, "stick", "inline", 3, nodes, 2, author="Ann"))
        elif kind == 3:
            labels.set_scheme(labels.scheme.with_lock(2, locked=bool(rng.integers(2))))
        else:
            key = (ANN, ODD, LabelKey("Ann", "inline", 11))[rng.integers(3)]
            classes = rng.choice(np.array([0, 1, 2, 254, 255, 255], np.uint8))
            rectangle = np.full(rng.integers(1, 300, 2), classes)
            labels.paint(key, *rng.integers(-9, 500, 2), rectangle, title=f"Brush {step}")


def reopened(project):
    project.close()
    return Desk(Project(project.folder))


def paint(labels, value=1, key=ANN, place=(0, 0), shape=(4, 5)):
    return labels.paint(key, *place, np.full(shape, value, np.uint8), title="Brush")
