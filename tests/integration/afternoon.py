"""An interpreter's afternoon in one process: label, train, predict, undo, and be killed.

Run as ``python -m tests.integration.afternoon SURVEY FOLDER``; pictures of the window go to
the folder. The last line that is printed is what the session held, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.composition import compose
from app.dialogs.fine_tune import FineTuneDialog
from app.main_window import MainWindow
from engine.session.edits import LabelKey
from tests.app.mouse import stroke

SLICES = (2, 6, 12)
ANOTHER = 9
FOLDER = ""


def serve(milliseconds: int) -> None:
    """Let the window work; QTest.qWait would keep the other threads from Python meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait(condition: Callable[[], object], seconds: float = 120) -> None:
    """Serve the window until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(condition)
        serve(20)


def go_to(window: MainWindow, index: int) -> None:
    """Look at a slice."""
    window._model.set_index(index)
    wait(lambda: window.pane.view.shown and window.pane.view.shown.request.index == index)


def paint(window: MainWindow, class_key: Qt.Key, row: float) -> None:
    """Draw one stroke from left to right; the row is a share of the section."""
    view = window.pane.view
    QTest.keyClick(view, class_key)
    rows, cols = view.shown.section.data.shape
    places = [(cols * share, rows * (row + 0.02 * np.sin(9 * share))) for share in (0.2, 0.5, 0.8)]
    stroke(QTest, view, places)


def label(window: MainWindow, survey: Path) -> None:
    """Open a survey and draw two strokes on three slices."""
    window.files.open_path(survey)
    wait(lambda: window.pane.view.shown is not None)
    wait(lambda: window.session.model is not None)
    QTest.keyClick(window.pane.view, Qt.Key.Key_I)
    QTest.keyClick(window.pane.view, Qt.Key.Key_B)
    for index in SLICES:
        go_to(window, index)
        paint(window, Qt.Key.Key_0, 0.3)
        paint(window, Qt.Key.Key_1, 0.6)


def start_training(window: MainWindow, n_epochs: int) -> None:
    """Ask for the dialog and start from there."""
    QTest.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(FineTuneDialog)
    wait(lambda: dialog.choice is not None)
    dialog.recipe_form._epochs.setValue(n_epochs)
    wait(lambda: "It fits." in dialog._cost.text())
    if FOLDER:
        dialog.grab().save(f"{FOLDER}/dialog.png")
    start = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Start training")
    QTest.mouseClick(start, Qt.MouseButton.LeftButton)
    window.activateWindow()  # a desktop does so when a dialog closes
    wait(lambda: window.training.running)


def fine_tune(window: MainWindow) -> None:
    """Train for a moment, and wait for the end."""
    before = window.session.model
    start_training(window, 2)
    wait(lambda: not window.training.running)
    wait(lambda: window.session.model not in {None, before})


def labelled(window: MainWindow) -> dict[str, list[int]]:
    """Return how many samples of both classes each labelled slice has."""
    labels, author = window.session.labels, window.session.author
    planes = {i: labels.plane(LabelKey(author, "inline", i))[0] for i in (*SLICES, ANOTHER)}
    return {str(i): [int((plane == k).sum()) for k in (0, 1)] for i, plane in planes.items()}


def main(survey: Path) -> None:
    """Work, then end as a power cut would."""
    window = compose(QApplication(["outcrop"]))
    window.resize(1400, 900)
    window.show()
    label(window, survey)
    window.grab().save(f"{FOLDER}/labelled.png")
    fine_tune(window)
    window.grab().save(f"{FOLDER}/trained.png")
    go_to(window, ANOTHER)
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    wait(lambda: window.pane.prediction is not None)
    window.grab().save(f"{FOLDER}/predicted.png")
    paint(window, Qt.Key.Key_1, 0.5)
    painted = labelled(window)[str(ANOTHER)][1]
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    said = {
        "labelled": labelled(window),
        "painted": painted,
        "model": window.session.model.name,
        "undo": window.session.labels.undo_text,
        "redo": window.session.labels.redo_text,
    }
    serve(200)  # the time within which a step is on disk
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    FOLDER = sys.argv[2]
    main(Path(sys.argv[1]))
