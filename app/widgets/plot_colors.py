"""Plots in the colours of the window."""

from __future__ import annotations

from collections.abc import Iterable

import pyqtgraph as pg
from PySide6.QtGui import QColor, QPalette


def dress_plot(plot: pg.PlotWidget, axes: Iterable[pg.AxisItem], line: QColor) -> None:
    """Give a plot the window's background and text.

    Parameters
    ----------
    plot : pyqtgraph.PlotWidget
        Its palette counts.
    axes : iterable of pyqtgraph.AxisItem
        Axes that are seen.
    line : QColor
        Of the axes.
    """
    palette = plot.palette()
    plot.setBackground(palette.color(QPalette.ColorRole.Window))
    text = palette.color(QPalette.ColorRole.WindowText)
    for axis in axes:
        axis.setPen(pg.mkPen(line))
        axis.setTextPen(pg.mkPen(text))
