"""Histogram of what is on the screen."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.panels.visible_part_panel import VisiblePartPanel
from app.views.color_bar import levels_text
from app.views.section_pane import SectionPane
from app.widgets.curve_plot import CurvePlot
from app.workers.analysis import measure_histogram
from app.workers.job_bridge import JobBridge
from engine.preprocessing.histogram import Histogram


class HistogramPanel(VisiblePartPanel):
    """Amplitudes of the visible samples, with the clip marked.

    Parameters
    ----------
    pane : SectionPane
        What is on the screen.
    jobs : JobBridge
        The read lane.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, pane: SectionPane, jobs: JobBridge, parent: QWidget | None = None) -> None:
        self.plot = CurvePlot()
        super().__init__(pane, jobs, measure_histogram, self.plot, parent)

    def show_result(self, result: Histogram) -> str:
        """Draw the histogram and mark the clip."""
        self.plot.name_axes(self.tr("Amplitude"), self.tr("Samples"))
        self.plot.show_curve(result.edges, result.counts.astype(float), 0.0)
        self.plot.mark((result.levels.low, result.levels.high))
        text = self.tr("{0} beyond the clip of {1}").format(
            f"{result.beyond:.2%}", levels_text(result.levels)
        )
        if result.n_missing:
            text += self.tr("; {0} samples without data").format(result.n_missing)
        return text

    def clear_plot(self) -> None:
        """Draw nothing."""
        self.plot.clear_curve()
