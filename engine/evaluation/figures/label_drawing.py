"""Labels over a section: with an outline, by which one tells them from a prediction."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from engine.core.drawn_labels import DrawnLabels

OUTLINE = "#101216"
OUTLINE_WIDTH = 0.7
"""Points."""
_FILL, _LINE_WIDTH = 0.25, 1.3
"""Over a prediction: share of the opacity of labels, and points of their coloured outline."""


def draw_labels(
    axes: Axes,
    labels: DrawnLabels,
    extent: tuple[float, float, float, float],
    *,
    swapped: bool,
    light: bool = False,
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
    light : bool, default False
        Whether the colours below are to be read too: the fill is faint then, and the
        line has the colour of the class between dark edges.
    """
    colors = _laid(labels.rgba(), swapped=swapped)
    fill = _FILL if light else 1.0
    axes.imshow(colors, extent=extent, alpha=fill, interpolation="none")
    ids = np.where(colors[..., 3] > 0, _laid(labels.ids, swapped=swapped), np.int16(-1))
    if min(ids.shape) < 2:
        return  # a line has no area to go round
    for number in np.unique(ids[ids >= 0]):
        own = tuple(colors[ids == number][0, :3] / 255.0)
        edge = _LINE_WIDTH + 2 * OUTLINE_WIDTH
        strokes = ((OUTLINE, edge), (own, _LINE_WIDTH)) if light else ((OUTLINE, OUTLINE_WIDTH),)
        for color, width in strokes:
            axes.contour(
                (ids == number).astype(np.float32),
                levels=[0.5],
                colors=[color],
                linewidths=width,
                extent=extent,
                origin="upper",
            )


def _laid(plane: NDArray[np.uint8], *, swapped: bool) -> NDArray[np.uint8]:
    return plane.swapaxes(0, 1) if swapped else plane
