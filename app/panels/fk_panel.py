"""Spectrum over wavenumber and frequency of what is on the screen."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.panels.visible_part_panel import VisiblePartPanel
from app.views.fk_view import FkView
from app.views.section_pane import SectionPane
from app.workers.analysis import FkAnswer, measure_fk
from app.workers.job_bridge import JobBridge


class FkPanel(VisiblePartPanel):
    """The f-k spectrum of the visible samples, in decibels, with apparent velocities.

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
        self.plot = FkView()
        super().__init__(pane, jobs, measure_fk, self.plot, parent)
        self._summary = ""
        self.plot.pointed.connect(self._on_pointed)

    def show_result(self, result: FkAnswer) -> str:
        """Draw the spectrum."""
        self.plot.show_spectrum(result.spectrum)
        self._summary = self.tr("{0} × {1} samples").format(*result.shape)
        if result.is_part:
            self._summary = self.tr("The middle {0}, 0 dB at the strongest").format(self._summary)
        else:
            self._summary = self.tr("{0}, 0 dB at the strongest").format(self._summary)
        return self._summary

    def clear_plot(self) -> None:
        """Draw nothing."""
        self.plot.clear_spectrum()

    def _on_pointed(self, words: str) -> None:
        if words:
            self.say(words)
        elif self.plot.spectrum is not None:
            self.say(self._summary)
