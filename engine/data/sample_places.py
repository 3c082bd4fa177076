"""Where the samples of a training on drawn labels lie, and what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.labels import LabelledSection
from engine.core.volume import Volume
from engine.data.label_snapshot import block_size, is_alone, labelled_parts, runs_down


@dataclass(frozen=True, slots=True, eq=False)
class SamplePlaces:
    """Places along one axis that are labelled.

    Parameters
    ----------
    places : tuple of float
        Ascending, each once: indices of sections, or first columns or rows of the
        blocks of a single one, as `engine.data.snapshot_source.LabelledSnapshot` has
        them in slices.
    axis : Axis
        What they are indices of.
    class_pixels : ndarray of int64, shape (n_places, n_classes)
        Labelled pixels of each class.
    extent : int, default 1
        Positions that each covers, from its place on; the last may cover fewer.
    """

    places: tuple[float, ...]
    axis: Axis
    class_pixels: NDArray[np.int64]
    extent: int = 1


def sample_places(
    sections: Sequence[LabelledSection], volume: Volume, n_classes: int
) -> SamplePlaces:
    """Say where the samples of a snapshot would lie, without making it.

    Parameters
    ----------
    sections : sequence of LabelledSection
        Of one direction; at least one.
    volume : Volume
        What was labelled.
    n_classes : int
        Classes of the labels.

    Returns
    -------
    SamplePlaces
        Without sections of which nothing is labelled.
    """
    first = sections[0]
    alone = is_alone(first, volume)
    down = runs_down(first.classes.shape, volume)
    counts: dict[float, NDArray[np.int64]] = {}
    for section in sections:
        for part in labelled_parts(section, volume):
            place = float(part[0 if down else 1].start if alone else section.index)
            known = section.targets[part][section.weights[part] > 0]
            found = np.bincount(known, minlength=n_classes)[:n_classes]
            counts[place] = counts.get(place, 0) + found
    places = tuple(sorted(counts))
    axis = volume.axis_along(first.direction) if not alone else _pixels(first, down=down)
    pixels = np.array([counts[place] for place in places], dtype=np.int64)
    extent = block_size(first, volume)[0 if down else 1] if alone else 1
    return SamplePlaces(places, axis, pixels.reshape(len(places), n_classes), extent)


def _pixels(section: LabelledSection, *, down: bool) -> Axis:
    rows, cols = section.classes.shape
    name, size = ("row", rows) if down else ("column", cols)
    return Axis(name, "px", 1.0, 1.0, size)
