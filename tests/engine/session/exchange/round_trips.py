"""Labels that are written in a format and read again."""

from __future__ import annotations

import numpy as np

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import LEFT_OUT, UNLABELLED
from engine.session.edits import LabelKey, Pick
from engine.session.exchange.base import LabelSource, apply_labels
from engine.session.exchange.formats import FORMATS
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument

SCHEME = LabelScheme(
    ClassScheme(
        (
            SegmentationClass("rock", "#8c8c8c", background=True),
            SegmentationClass("salt", "#e69f00"),
            SegmentationClass("Big fault", "#ff2d2d"),
        )
    )
)
BY_KEY = {item.key: item for item in FORMATS}


def new_document(volume):
    return LabelDocument(volume.section_shape, SCHEME)


def paint(labels, volume, direction, index, seed=0, values=(0, 1, 2, LEFT_OUT, UNLABELLED)):
    rng = np.random.default_rng(seed)
    shape = volume.section_shape(direction, index)
    classes = rng.choice(np.array(values, np.uint8), shape)
    labels.paint(LabelKey("Ann", direction, index), 0, 0, classes, title="Brush")
    return classes


def round_trip(labels, volume, key, path):
    BY_KEY[key].write(LabelSource.of(labels, volume), path)
    back = new_document(volume)
    imported = BY_KEY[key].read(path, volume, SCHEME)
    apply_labels(back, imported, "Bea")
    return back, imported


def classes_of(labels):
    return {(s.direction, s.index): s.classes.tolist() for s in labels.labelled_sections()}


def sticks(volume):
    z = volume.directions[2]
    return (
        Pick("1", "stick", "inline", 2, ((0.0, 1.0), (1.5, 4.25)), 2, author="Ann", name="North 1"),
        Pick("2", "stick", "crossline", 1, ((0.5, 0.0), (2.0, 6.0)), 2, author="Ann"),
        Pick("3", "polyline", z, 3, ((0.5, 0.5), (1.25, 2.0)), 1, author="Ann"),
    )


def close(picks, expected, names):
    assert [(p.kind, p.direction, p.index) for p in picks] == [
        (p.kind, p.direction, p.index) for p in expected
    ]
    for pick, wanted in zip(picks, expected, strict=True):
        assert np.allclose(pick.nodes, wanted.nodes, atol=2e-3)
    assert [p.name for p in picks] == names
