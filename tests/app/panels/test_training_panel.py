"""The panel of a training, wide and narrow."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QPainter, QPicture
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton

from app.panels.training_panel import TrainingPanel
from app.workers.training_feed import KeptEpoch, PinnedPicture, TrainingFeed
from engine.training.records import EpochRecord, StepRecord

_SUMMARY = (
    "Done.\nBest epoch 5 of 6: validation mIoU 0.2569 per sample, 0.2569 global, "
    "on 1 of 3 samples, which say nothing about Channel."
)


@pytest.fixture
def panel(qtbot):
    panel = TrainingPanel()
    qtbot.addWidget(panel)
    feed = TrainingFeed(panel)
    panel.follow(feed)
    panel.resize(panel.sizeHint())
    panel.begin("Train a model with a name of many letters")
    panel.show()
    for step in range(1, 7):
        feed.stepped.emit(StepRecord(step, 6, step, 6, 4 - 0.2 * step, 5e-4 * (1 - step / 8)))
        feed.epoch_ended.emit(EpochRecord(step, 0.5, 0.04 * step, 0.2, 0.5, 1.0))
    feed.kept.emit(tuple(KeptEpoch("a", f"epoch {n}", Path("a")) for n in range(9)))
    pixels = np.full((400, 220, 3), 99, dtype=np.uint8)
    feed.pictured.emit(tuple(PinnedPicture(f"inline {n}", "step 6", pixels) for n in (1250, 1300)))
    panel.end(_SUMMARY)
    return panel


def _plots(panel):
    return panel.curves.loss, panel.curves.score, panel.curves.rate


def _squeezed(panel):
    """What is lower than it has to be."""
    labels = [one for one in panel.findChildren(QLabel) if one.isVisible()]
    found = [one.text() for one in labels if one.height() < one.heightForWidth(one.width())]
    others = (*panel.findChildren(QPushButton), *panel.findChildren(QListWidget), *_plots(panel))
    shown = [one for one in others if one.isVisible()]
    return found + [one for one in shown if one.height() < one.minimumSizeHint().height()]


@pytest.mark.parametrize("size", [(760, 280), (760, 180), (300, 280), (300, 700), (1400, 400)])
def test_no_text_is_cut_at_any_size(qtbot, panel, size):
    panel.resize(*size)
    qtbot.waitUntil(lambda: panel.size().toTuple() == size and _squeezed(panel) == [], timeout=3000)


def test_in_a_narrow_panel_text_curves_and_sections_lie_above_each_other(qtbot, panel):
    def tops():
        parts = (panel._state, *_plots(panel), panel.pictures)
        return [part.mapTo(panel, part.rect().topLeft()).y() for part in parts]

    panel.resize(300, 500)
    qtbot.waitUntil(lambda: tops() == sorted(set(tops())), timeout=3000)
    panel.resize(760, 280)
    qtbot.waitUntil(lambda: max(tops()) < 280, timeout=3000)


@pytest.mark.parametrize(("n_steps", "n_epochs"), [(1, 1), (2, 1), (2, 2)])
def test_a_run_of_a_step_or_an_epoch_is_seen_in_every_plot(qtbot, panel, n_steps, n_epochs):
    panel.begin("Train a short one")
    for step in range(1, n_steps + 1):
        panel.curves.add_step(StepRecord(step, n_steps, step, n_epochs, 0.5, 1e-3))
    panel.curves.add_epoch(EpochRecord(1, 0.5, 0.3, 0.2, 0.5, 1.0))
    panel.curves.score.mark(())  # only the value itself counts
    for plot in _plots(panel):
        x, _ = plot.curve
        (left, right), _ = plot.getPlotItem().vb.viewRange()
        assert left <= x[0] < right
        image = plot.grab().toImage()
        places = np.ndindex(image.width(), image.height())
        colored = sum(image.pixelColor(i, k).saturation() > 60 for i, k in places)
        assert colored >= 20  # all else is grey


@pytest.mark.parametrize("size", [(760, 280), (300, 700)])
def test_each_plot_has_titles_and_two_numbers_or_more_on_both_axes(qtbot, panel, size):
    panel.resize(*size)
    titles = {
        (plot.getAxis("bottom").labelText, plot.getAxis("left").labelText) for plot in _plots(panel)
    }
    assert titles == {("Step", "Loss"), ("Epoch", "mIoU (val.)"), ("Step", "Rate")}
    axes = [plot.getAxis(side) for plot in _plots(panel) for side in ("bottom", "left")]

    def fewest():
        panel.grab()  # numbers are chosen when they are painted
        return min(len(_drawn(axis)) for axis in axes)

    qtbot.waitUntil(lambda: _squeezed(panel) == [] and fewest() >= 2, timeout=3000)


def _drawn(axis):
    """The numbers that an axis would paint in its present size."""
    picture = QPicture()
    painter = QPainter(picture)
    try:
        *_, texts = axis.generateDrawSpecs(painter)
    finally:
        painter.end()
    return [text for *_, text in texts]


def test_scores_and_rates_are_written_short(qtbot, panel):
    qtbot.waitUntil(lambda: _squeezed(panel) == [], timeout=3000)
    assert {"0", "0.5", "1"} <= set(_drawn(panel.curves.score.getAxis("left")))
    assert {"0", "2e-4", "4e-4"} <= set(_drawn(panel.curves.rate.getAxis("left")))
