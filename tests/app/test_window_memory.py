"""What the window remembers when it is opened again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMessageBox, QPushButton

from app.composition import compose
from engine.core.labels import CERTAIN
from engine.session.labelling import ToolSettings
from tests.app.fakes import FakeWork
from tests.app.window_steps import FAKE


def test_the_window_remembers(qtbot, qapp, opened):
    opened._model.set_display(color_map="grey", percentile=95.0, polarity="normal")
    opened._model.set_overlay(opacity=0.25)
    opened._model.set_tools(brush=44.0, tolerance=0.3, smoothing=2.0, pick_kind="polyline")
    opened._model.set_label_look(opacity=0.35, others=True)
    opened._model.set_certainty(2)
    opened._model.set_author("Ann B")
    opened._model.set_tool("fill")
    opened.close()
    work = FakeWork()
    again = compose(qapp, work)
    qtbot.addWidget(again)
    try:
        session = again.session
        assert session.display.color_map == "grey"
        assert session.display.percentile == 95.0
        assert session.display.polarity == "normal"
        assert session.overlay.opacity == 0.25
        assert session.tools == ToolSettings(
            brush=44.0, tolerance=0.3, smoothing=2.0, pick_kind="polyline"
        )
        assert (session.label_look.opacity, session.label_look.others) == (0.35, True)
        assert (session.certainty, session.author) == (CERTAIN, "Ann B")
        assert session.tool == "", "a first drag must not paint"
        assert again.preferences.settings.recent == (str(FAKE),)
        assert again.files.last_folder == "/survey"
    finally:
        again.close()


def test_size_and_panels_are_remembered(qtbot, qapp, opened):
    opened.resize(opened.width(), 650)
    opened.findChild(QDockWidget, "display").hide()
    opened.addDockWidget(
        Qt.DockWidgetArea.LeftDockWidgetArea, opened.findChild(QDockWidget, "model")
    )
    opened.close()
    again = compose(qapp, FakeWork())
    qtbot.addWidget(again)
    try:
        assert again.height() == 650
        assert again.findChild(QDockWidget, "display").isHidden()
        model = again.findChild(QDockWidget, "model")
        assert again.dockWidgetArea(model) is Qt.DockWidgetArea.LeftDockWidgetArea
    finally:
        again.close()


def test_files_opened_last_are_opened_from_menu_and_welcome(qtbot, opened):
    opened.files.open_path(Path("/survey/second.sgy"))
    qtbot.waitUntil(lambda: "second.sgy" in opened.windowTitle(), timeout=3000)
    entries = {action.text(): action for action in opened._recent_menu.actions()}
    assert list(entries) == ["/survey/second.sgy", str(FAKE)]
    entries[str(FAKE)].trigger()
    qtbot.waitUntil(lambda: "fake.sgy" in opened.windowTitle(), timeout=3000)
    opened.files.close()
    listed = next(b for b in opened.findChildren(QPushButton) if "second.sgy" in b.toolTip())
    qtbot.mouseClick(listed, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "second.sgy" in opened.windowTitle(), timeout=3000)


def test_a_file_that_is_gone_leaves_the_list_of_recent_files(qtbot, window):
    window.preferences.add_recent(Path("/survey/missing.sgy"))
    (entry,) = window._recent_menu.actions()
    entry.trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=3000)
    window.findChild(QMessageBox).close()
    assert window._recent_menu.actions() == []
