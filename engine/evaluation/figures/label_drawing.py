"""Labels over a section: with an outline, by which one tells them from a prediction."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from engine.core.drawn_labels import DrawnLabels

OUTLINE = "#101216"
OUTLINE_WIDTH = 0.7
"""Points."""


def draw_labels(
    axes: Axes, labels: DrawnLabels, extent: tuple[float, float, float, float], *, swapped: bool
) -> None:
    """Draw labels in their colours and a line round those of each class.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        The section's.
    labels : DrawnLabels
        What to draw.
    extent : tuple of float
        Left, right, bottom and top of the section, first row on top.
    swapped : bool
        Whether rows run to the right and columns downwards.
    """
    colors = _laid(labels.rgba(), swapped=swapped)
    axes.imshow(colors, extent=extent, interpolation="none")
    ids = np.where(colors[..., 3] > 0, _laid(labels.ids, swapped=swapped), np.int16(-1))
    if min(ids.shape) < 2:
        return  # a line has no area to go round
    for number in np.unique(ids[ids >= 0]):
        axes.contour(
            (ids == number).astype(np.float32),
            levels=[0.5],
            colors=OUTLINE,
            linewidths=OUTLINE_WIDTH,
            extent=extent,
            origin="upper",
        )


def _laid(plane: NDArray[np.uint8], *, swapped: bool) -> NDArray[np.uint8]:
    return plane.swapaxes(0, 1) if swapped else plane
