"""Fixtures for tests of the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from app.composition import compose
from tests.app.fakes import FakeWork


@pytest.fixture(autouse=True)
def no_leftover_widgets(qapp):
    """Fail a test that leaves a top-level widget alive."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    for widget in left:
        widget.close()
    assert not left


@pytest.fixture
def work():
    """Jobs without files and torch."""
    return FakeWork()


@pytest.fixture
def window(qtbot, qapp, work):
    """The whole window, shown, with fake jobs; closed at the end."""
    window = compose(qapp, work)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.session.models == work.models, timeout=3000)
    yield window
    work.gate.set()
    for volume in work.volumes:
        volume.gate.set()
    window.close()


@pytest.fixture
def opened(qtbot, window):
    """The window with a volume on the screen."""
    window.files.open_path(Path("/survey/fake.sgy"))
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=3000)
    return window
