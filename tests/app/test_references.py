"""PySide6 6.12.0 loses references to None with each frame and ends the interpreter."""

import gc
import sys

from PySide6.QtWidgets import QApplication

N_FRAMES = 300


def test_drawing_keeps_the_references_to_none(opened):
    view = opened.pane.view
    opened._model.step(1)
    QApplication.processEvents()
    # What earlier tests left refers to None too, and must not be collected while it is counted.
    gc.collect()
    before = sys.getrefcount(None)
    for frame in range(N_FRAMES):
        opened._model.step(1 if frame % 2 else -1)
        view.viewport().repaint()
        QApplication.processEvents()
    # Seven are lost for each frame where the fault is present.
    assert sys.getrefcount(None) - before > -N_FRAMES
