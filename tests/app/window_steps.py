"""What a user does in the main window, and what is on its screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

FAKE = Path("/survey/fake.sgy")


def named(window, kind, name):
    return next(w for w in window.findChildren(kind) if w.accessibleName() == name)


def button(window, text, kind=QPushButton):
    return next(w for w in window.findChildren(kind) if w.text() == text)


def shown(window):
    request = window.pane.view.shown.request
    return request.direction, request.index


def wait_shown(qtbot, window, direction, index):
    qtbot.waitUntil(lambda: shown(window) == (direction, index), timeout=3000)


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    window.pane.view.setFocus()
    qtbot.keyClick(window.pane.view, key, modifier)


def segment(qtbot, window):
    qtbot.mouseClick(button(window, "Segment slice"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.pane.view.shown_prediction is not None, timeout=3000)
