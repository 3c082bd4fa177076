"""The base of panels that measure what is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.views.section_pane import SectionPane
from app.workers.analysis import VisiblePart
from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from engine.jobs.context import JobContext

_PAUSE_MS = 120


class VisiblePartPanel(QWidget):
    """A plot and a line of text about the visible part of the section.

    It measures while it is seen, on the read lane, when zooming or scrolling
    has paused; the newest request wins.

    Parameters
    ----------
    pane : SectionPane
        What is on the screen.
    jobs : JobBridge
        The read lane.
    measure : callable
        Called there with a `VisiblePart` and the lane's `JobContext`; returns
        what `show_result` takes, a sentence that says why there is nothing to
        show, or None.
    plot : QWidget
        Where it is drawn.
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(
        self,
        pane: SectionPane,
        jobs: JobBridge,
        measure: Callable[[VisiblePart, JobContext], Any],
        plot: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._measure = measure
        self._text = QLabel()
        self._text.setContentsMargins(8, 0, 8, 4)
        self._text.setMinimumWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 0)
        layout.setSpacing(0)
        layout.addWidget(plot, 1)
        layout.addWidget(self._text)
        self._latest = Latest(jobs, self)
        self._latest.arrived.connect(self._on_arrived)
        self._latest.failed.connect(self._on_failed)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._request)
        pane.part_changed.connect(self._on_part)

    def show_result(self, result: Any) -> str:
        """Draw what was measured and return the line of text."""
        raise NotImplementedError

    def clear_plot(self) -> None:
        """Draw nothing."""
        raise NotImplementedError

    def say(self, text: str) -> None:
        """Show another line of text."""
        self._text.setText(text)
        self._text.setToolTip(text)

    def showEvent(self, event: QShowEvent) -> None:
        """Measure what changed while nobody looked."""
        super().showEvent(event)
        self._request()

    def _on_part(self) -> None:
        if self.isVisible():
            self._pause.start()

    def _request(self) -> None:
        part = self._pane.visible_part
        if part is None:
            self._latest.cancel()
            self._on_arrived(None)
        else:
            self._latest.request(partial(self._measure, part))

    def _on_arrived(self, result: Any) -> None:
        if result is None or isinstance(result, str):
            self.clear_plot()
            self.say(result or self.tr("Nothing to measure here."))
        else:
            self.say(self.show_result(result))

    def _on_failed(self, error: BaseException) -> None:
        self.clear_plot()
        self.say(str(error))
