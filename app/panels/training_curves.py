"""Loss, validation and learning rate of a training while it goes on."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.widgets.curve_plot import CurvePlot
from app.widgets.folding_row import FoldingRow
from engine.training.records import EpochRecord, StepRecord

_MOST_STEPS = 2000
"""More than that no curve on a screen shows; every second one is left out then."""
_ROOM = 1.05
_LEAST_HEIGHT, _LOWEST, _FOLDED_HEIGHT = 90, 80, 125
"""Pixels of a plot, of the rate, which has few numbers, and of each one in a column."""
_AXIS_WIDTH = 50
_LEAST_WIDTH = 280
"""Pixels; narrower than that, the plots lie above each other."""
_SCORES = (((0.0, "0"), (0.5, "0.5"), (1.0, "1")), ((0.25, "0.25"), (0.75, "0.75")))
"""Numbers beside the scores; the second row only where there is room."""


class TrainingCurves(QWidget):
    """Three curves; they hold what was told since the last `clear`.

    Parameters
    ----------
    parent : QWidget or None
        The usual Qt owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = CurvePlot(counted=True)
        self.rate = CurvePlot(counted=True, small=True)
        self.score = CurvePlot(counted=True, dotted=True)
        self.loss.name_axes(self.tr("Step"), self.tr("Loss"))
        self.score.name_axes(self.tr("Epoch"), self.tr("mIoU (val.)"))
        self.rate.name_axes(self.tr("Step"), self.tr("Rate"))
        self.loss.setToolTip(self.tr("Training loss of each step"))
        self.score.setToolTip(
            self.tr(
                "Mean intersection over union on what is held back for validation, 0 to 1; "
                "the best epoch is marked"
            )
        )
        self.rate.setToolTip(self.tr("Learning rate of the decoder"))
        self.score.getAxis("left").setTicks(_SCORES)
        for plot in (self.loss, self.score, self.rate):
            plot.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
            # Plots above each other begin at the same place, whatever their numbers.
            plot.getAxis("left").setWidth(_AXIS_WIDTH)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.score, 3)
        column.addWidget(self.rate, 2)
        right = QWidget()
        right.setLayout(column)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._row = FoldingRow(((self.loss, 1), (right, 1)), _LEAST_WIDTH)
        whole.addWidget(self._row)
        self._set_heights()
        self._steps: list[StepRecord] = []
        self._epochs: list[EpochRecord] = []
        self._n_epochs = 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep each plot high enough for its numbers and its title."""
        super().resizeEvent(event)
        self._set_heights()

    def _set_heights(self) -> None:
        narrow = self.width() < _LEAST_WIDTH
        for plot in (self.loss, self.score, self.rate):
            least = _LOWEST if plot is self.rate else _LEAST_HEIGHT
            plot.setMinimumHeight(_FOLDED_HEIGHT if narrow else least)

    def clear(self) -> None:
        """Begin anew."""
        self._steps, self._epochs = [], []
        for plot in (self.loss, self.score, self.rate):
            plot.clear_curve()

    def recall(self, steps: tuple[StepRecord, ...], epochs: tuple[EpochRecord, ...]) -> None:
        """Begin with what a training did before it was broken off, the oldest first."""
        self._steps = list(steps[:-1])
        self._epochs = [epoch for epoch in epochs[:-1] if not math.isnan(epoch.mean_iou)]
        for step in steps[-1:]:
            self.add_step(step)
        for epoch in epochs[-1:]:
            self.add_epoch(epoch)

    def add_step(self, record: StepRecord) -> None:
        """Go on with loss and rate."""
        if len(self._steps) == _MOST_STEPS:
            del self._steps[1::2]
        self._steps.append(record)
        self._n_epochs = record.n_epochs
        if not self._epochs:
            self.score.set_places(1, self._n_epochs)
        steps = np.array([step.step for step in self._steps], dtype=np.float64)
        losses = np.array([step.loss for step in self._steps])
        rates = np.array([step.rate for step in self._steps])
        self.loss.show_curve(steps, losses, 0.0, top=_ROOM * float(losses.max()))
        self.rate.show_curve(steps, rates, 0.0, top=_ROOM * float(rates.max()))

    def add_epoch(self, record: EpochRecord) -> None:
        """Go on with the validation; an epoch whose score does not exist is left out."""
        if not math.isnan(record.mean_iou):
            self._epochs.append(record)
        if not self._epochs:
            return
        epochs = np.array([epoch.epoch for epoch in self._epochs], dtype=np.float64)
        scores = np.array([epoch.mean_iou for epoch in self._epochs])
        self.score.show_curve(epochs, scores, 0.0, top=1.0)
        self.score.set_places(1, self._n_epochs)
        best = max(self._epochs, key=lambda epoch: epoch.selection)
        self.score.mark((float(best.epoch),))
