"""How long the status bar says something."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from app import main_window
from app.composition import compose
from tests.app.fakes import FakeWork


@pytest.fixture
def hasty(qtbot, qapp, monkeypatch):
    """A window with a volume whose messages end soon."""
    monkeypatch.setattr(main_window, "_TELL_MS", 300)
    window = compose(qapp, FakeWork())
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(Path("/survey/fake.sgy"))
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=3000)
    yield window
    window.close()


def test_a_message_goes_and_the_readout_comes_back(qtbot, hasty):
    message = hasty.statusBar().currentMessage
    hasty.tell("Labels were written to x.png.")
    assert message() == "Labels were written to x.png."
    assert not hasty._readout.isVisible()
    qtbot.waitUntil(lambda: not message(), timeout=5000)
    assert hasty._readout.isVisible()


def test_a_message_that_is_told_again_stays_as_long_again(qtbot, opened):
    end = opened._message_end
    opened.tell("There is no class 7.")
    end.setInterval(100_000)
    opened.tell("There is no class 7.")
    assert end.remainingTime() > 50_000


def test_the_tip_of_a_button_goes_although_the_pointer_rests(qtbot, hasty):
    hasty._docks._right[2].raise_()
    eraser = next(
        b for b in hasty._docks.label_panel.findChildren(QToolButton) if b.text() == "Eraser"
    )
    message = hasty.statusBar().currentMessage
    qtbot.waitUntil(lambda: eraser.isVisible() and not eraser.visibleRegion().isEmpty())
    qtbot.mouseMove(eraser)
    qtbot.mouseClick(eraser, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: message().startswith("Take labels away"), timeout=3000)
    qtbot.waitUntil(lambda: not message(), timeout=5000)
    assert hasty.session.tool == "eraser"


def test_a_message_about_other_data_goes_when_data_are_opened(qtbot, opened):
    opened.tell("12 slices between inline 100 and inline 126 are labelled as probable.")
    opened.files.open_path(Path("/survey/other.sgy"))
    qtbot.waitUntil(lambda: opened.session.opened.volume.path.stem == "other", timeout=3000)
    assert opened.statusBar().currentMessage() == ""
    assert opened._readout.isVisible()
