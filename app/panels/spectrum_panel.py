"""Amplitude spectrum of what is on the screen."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.panels.visible_part_panel import VisiblePartPanel
from app.views.section_pane import SectionPane
from app.widgets.curve_plot import CurvePlot
from app.workers.analysis import measure_spectrum
from app.workers.job_bridge import JobBridge
from engine.preprocessing.spectrum import Spectrum

_SHOWN_DB = -60.0


class SpectrumPanel(VisiblePartPanel):
    """The mean spectrum of the visible traces, in decibels.

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
        super().__init__(pane, jobs, measure_spectrum, self.plot, parent)

    def show_result(self, result: Spectrum) -> str:
        """Draw the spectrum."""
        what = self.tr("Frequency") if result.unit == "Hz" else self.tr("Wavenumber")
        self.plot.name_axes(f"{what} ({result.unit})", self.tr("Amplitude (dB)"))
        self.plot.show_curve(result.frequencies, result.decibels.clip(_SHOWN_DB), _SHOWN_DB)
        peak = result.frequencies[result.decibels.argmax()]
        return self.tr("Strongest at {0} {1}; mean of {2} traces").format(
            f"{peak:.3g}", result.unit, result.n_traces
        )

    def clear_plot(self) -> None:
        """Draw nothing."""
        self.plot.clear_curve()
