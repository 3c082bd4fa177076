"""Strokes as an interpreter draws them, from a section whose classes are known."""

from __future__ import annotations

import numpy as np

from engine.core.labels import CERTAIN, UNLABELLED, LabelledSection


def draw_strokes(labels, *, seed, n=3, width=5, length=40, direction="inline", index=0):
    """Label each class of a section by a few nearly horizontal strokes inside it."""
    rng = np.random.default_rng(seed)
    classes = np.full(labels.shape, UNLABELLED, dtype=np.uint8)
    half = width // 2
    for class_id in np.unique(labels[labels != UNLABELLED]):
        rows, cols = np.nonzero(labels == class_id)
        for start in rng.integers(len(rows), size=n):
            slope = np.sin(rng.normal(0, 0.3))
            for step in range(length):
                row, col = int(rows[start] + step * slope), int(cols[start] + step)
                window = (
                    slice(max(row - half, 0), max(row + half + 1, 0)),
                    slice(max(col - half, 0), col + half + 1),
                )
                inside = labels[window] == class_id
                classes[window] = np.where(inside, class_id, classes[window])
    certainty = np.where(classes == UNLABELLED, 0, CERTAIN).astype(np.uint8)
    return LabelledSection(direction, index, classes, certainty)


def mean_iou(found, expected):
    """Return the mean intersection over union of the classes that are there."""
    known = expected != UNLABELLED
    values = [
        ((found == c) & (expected == c)).sum() / (((found == c) | (expected == c)) & known).sum()
        for c in np.unique(expected[known])
    ]
    return float(np.mean(values))
