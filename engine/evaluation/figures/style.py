"""How the figures look: sizes for print, colours that colour-blind readers tell apart."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE, ClassScheme

FULL_WIDTH_MM = 180.0
"""Width of a figure across both columns of a journal."""

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito, "Color Universal Design", 2008; its yellow is too pale for lines."""

_CLASS_COLORS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442")
_DPI = 220
_MM_PER_INCH = 25.4
_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "axes.edgecolor": "#444444",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "lines.linewidth": 1.3,
    "svg.fonttype": "none",
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the style of the figures while this context is open."""
    with mpl.rc_context(_STYLE):
        yield


def new_figure(height_mm: float, width_mm: float = FULL_WIDTH_MM, *, gap_mm: float = 1.0) -> Figure:
    """Make an empty figure that no window owns.

    Parameters
    ----------
    height_mm, width_mm : float
        Printed size.
    gap_mm : float, default 1.0
        Room round every panel.

    Returns
    -------
    matplotlib.figure.Figure
        Labels never overlap: its layout is constrained.
    """
    size = (width_mm / _MM_PER_INCH, height_mm / _MM_PER_INCH)
    gap = gap_mm / _MM_PER_INCH
    layout = ConstrainedLayoutEngine(h_pad=gap, w_pad=gap, hspace=0.0, wspace=0.0)
    figure = Figure(figsize=size, layout=layout, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def png(figure: Figure) -> bytes:
    """Draw a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        From `new_figure`.

    Returns
    -------
    bytes
        A PNG file of 220 dots per inch, the same at every run.
    """
    stream = io.BytesIO()
    with styled():
        figure.savefig(stream, format="png", dpi=_DPI, metadata={"Software": None})
    return stream.getvalue()


def class_colors(classes: ClassScheme) -> NDArray[np.float64]:
    """Choose colours in which classes are told apart in print.

    Parameters
    ----------
    classes : ClassScheme
        The classes.

    Returns
    -------
    ndarray of float64, shape (256, 4)
        Red, green, blue, alpha from 0 to 1 by class id; the background and 255
        are transparent. Of more classes than the palette has, all keep the
        colours of the scheme.
    """
    table = classes.lut() / 255.0
    shown = [number for number, item in enumerate(classes.classes) if not item.background]
    if len(shown) == 1:
        table[shown[0], :3] = mpl.colors.to_rgb(_CLASS_COLORS[1])
    elif len(shown) <= len(_CLASS_COLORS):
        for number, color in zip(shown, _CLASS_COLORS, strict=False):
            table[number, :3] = mpl.colors.to_rgb(color)
    table[IGNORE] = 0
    return table


def series_color(index: int) -> str:
    """Return the colour of the network of that number."""
    return PALETTE[index % len(PALETTE)]
