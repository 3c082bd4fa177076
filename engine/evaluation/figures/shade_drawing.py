"""Shades over a section, with the scale that says what they mean."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.transforms import ScaledTranslation

from engine.core.shades import Shades

_BELOW_IN = 0.3
_LEFT, _WIDTH, _HEIGHT = 0.54, 0.42, 0.02
"""Of the section's width and height."""


def draw_shades(
    axes: Axes, shades: Shades, extent: tuple[float, float, float, float], *, swapped: bool
) -> None:
    """Draw shades, and below the section, at the right, their scale or their name.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        The section's.
    shades : Shades
        On the grid of the section.
    extent : tuple of float
        Left, right, bottom and top of the section.
    swapped : bool
        Whether rows run to the right and columns downwards.
    """
    colors = np.swapaxes(shades.colors, 0, 1) if swapped else shades.colors
    axes.imshow(colors, extent=extent, alpha=shades.opacity, interpolation="none")
    inches = axes.figure.dpi_scale_trans
    below = axes.transAxes + ScaledTranslation(0, -_BELOW_IN, inches)
    if shades.scale is None:
        axes.text(1.0, 0.0, shades.title, transform=below, ha="right", va="bottom", fontsize=8)
        return
    place = axes.inset_axes((_LEFT, 0.0, _WIDTH, _HEIGHT), transform=below)
    colors_of_scale = ListedColormap(shades.scale / 255.0)
    shares = ScalarMappable(Normalize(0.0, 1.0), colors_of_scale)
    bar = axes.figure.colorbar(shares, cax=place, orientation="horizontal", ticks=[0.0, 0.5, 1.0])
    bar.ax.grid(visible=False)
    bar.set_label(shades.title)
