"""Features of an encoder as colours, before and after adaptation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from engine.evaluation.feature_colors import FeatureColors
from engine.evaluation.figures.style import FULL_WIDTH_MM, new_figure, styled

_MOST_COLUMNS = 5
_CONTRAST = (1, 99)  # percentiles of the amplitudes that become black and white


def feature_figure(
    names: Sequence[str], images: Sequence[NDArray[np.float32]], colors: FeatureColors
) -> Figure:
    """Draw images above the principal components of their features.

    Parameters
    ----------
    names : sequence of str
        Of the images.
    images : sequence of ndarray of float32, shape (rows, cols)
        Amplitudes.
    colors : FeatureColors
        Of the same images.

    Returns
    -------
    matplotlib.figure.Figure
        One column for each image, five at most.
    """
    n = min(len(images), _MOST_COLUMNS)
    lines = [("Features" if colors.before is None else "After", colors.after, colors.after_share)]
    if colors.before is not None:
        lines.insert(0, ("Before", colors.before, colors.before_share))
    panel_mm = min(46.0, (FULL_WIDTH_MM - 12.0) / n)
    height_mm = panel_mm * max(image.shape[0] / image.shape[1] for image in images[:n])
    with styled():
        height_mm = (len(lines) + 1) * min(height_mm, 70.0) + 10.0
        figure = new_figure(height_mm, panel_mm * n + 14.0, gap_mm=0.5)
        axes = figure.subplots(len(lines) + 1, n, squeeze=False)
        axes[0, 0].set_ylabel("Input", fontsize=7)
        for column, place in enumerate(axes[0]):
            low, high = np.percentile(images[column], _CONTRAST)
            place.imshow(
                images[column],
                cmap="gray",
                vmin=low,
                vmax=max(high, low + 1e-6),
                extent=_extent(images[column]),
            )
            place.set_title(names[column][:14], fontsize=7)
        for row, (title, maps, share) in zip(axes[1:], lines, strict=True):
            row[0].set_ylabel(f"{title}\n{share:.0%} of variance", fontsize=7)
            for column, place in enumerate(row):
                place.imshow(maps[column], interpolation="nearest", extent=_extent(images[column]))
        for place in axes.flat:
            place.set(xticks=[], yticks=[])
            place.grid(visible=False)
            place.spines[:].set_visible(False)
    return figure


def _extent(image: NDArray[np.float32]) -> tuple[int, int, int, int]:
    """Give tokens the extent of their image, whatever shape they had in the network."""
    return 0, image.shape[1], image.shape[0], 0
