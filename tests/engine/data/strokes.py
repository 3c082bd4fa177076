"""Sections with a stroke of each class, and the survey they are drawn on."""

from __future__ import annotations

import numpy as np

from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, PROBABLE, UNLABELLED, LabelledSection
from tests.synthetic import SegySpec

SURVEY = SegySpec(
    inlines=tuple(range(100, 120, 2)),
    crosslines=tuple(range(7, 27)),
    n_samples=30,
    dead=frozenset({(4, 3)}),
)


def labelled_section(index, shape=(30, 20), direction="inline", n_classes=2):
    """A stroke of each class, with another certainty each."""
    classes = np.full(shape, UNLABELLED, dtype=np.uint8)
    certainty = np.zeros(shape, dtype=np.uint8)
    for k in range(n_classes):
        classes[2 + 6 * k : 5 + 6 * k, 1:9] = k
        certainty[2 + 6 * k : 5 + 6 * k, 1:9] = (CERTAIN, PROBABLE, POSSIBLE)[k % 3]
    classes[20:22, :4] = LEFT_OUT
    return LabelledSection(direction, index, classes, certainty)
