"""Builds the window with everything it needs."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from app.session_model import SessionModel
from app.settings import SettingsFile
from app.theme import apply_theme
from app.workers.lanes import Lanes
from app.workers.work import Work
from engine.session.session import Session


def compose(app: QApplication, work: Work | None = None) -> MainWindow:
    """Build session, lanes, settings and window.

    Parameters
    ----------
    app : QApplication
        Gets its colours from the settings.
    work : Work, optional
        Other jobs than the real ones, for tests.

    Returns
    -------
    MainWindow
        Not yet shown; closing it ends the lanes.
    """
    settings_file = SettingsFile()
    apply_theme(app, settings_file.read().scheme)
    model = SessionModel(Session())
    lanes = Lanes.start()
    window = MainWindow(model, lanes, work or Work(), settings_file)
    for child in (model, lanes.read, lanes.compute):
        child.setParent(window)
    window.refresh_models()
    return window
