"""What tests of labels on disk do with a window."""

import threading

import numpy as np
from PySide6.QtWidgets import QApplication, QMessageBox

from engine.core.labels import PROBABLE
from engine.session.edits import LabelKey
from engine.session.untitled import untitled_folder

KEY = LabelKey("Ann", "inline", 1)


def open_path(qtbot, window, path):
    with qtbot.waitSignal(window.files.opened, timeout=5000):
        window.files.open_path(path)
    settle(qtbot, window)


def settle(qtbot, window):
    """Wait until nothing is on its way to the disk."""
    for lane in (window._lanes.save, window._lanes.journal, window._lanes.save):
        done = threading.Event()
        lane.submit(lambda _job, done=done: done.set())
        qtbot.waitUntil(done.is_set, timeout=5000)
        QApplication.processEvents()


def paint(window, value=1, place=(2, 3), title="Brush"):
    rectangle = np.full((3, 2), value, np.uint8)
    return window.session.labels.paint(KEY, *place, rectangle, PROBABLE, title=title)


def plane(window):
    return np.stack(window.session.labels.plane(KEY))


def untitled():
    return sorted(untitled_folder().glob("untitled-*")) if untitled_folder().exists() else []


def save_as(qtbot, window, folder):
    with qtbot.waitSignal(window.projects.told, timeout=5000):
        window.projects.go_on_in(folder)
    settle(qtbot, window)
    settle(qtbot, window)


def box_of(window):
    return next(box for box in window.findChildren(QMessageBox) if box.isVisible())
