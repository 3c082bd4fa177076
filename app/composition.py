"""Builds the window with everything it needs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.actions.start_up import StartOptions
from app.icons import icon
from app.main_window import MainWindow
from app.session_model import SessionModel
from app.settings import SettingsFile
from app.theme import apply_theme
from app.workers.lanes import Lanes
from app.workers.work import Work
from engine.core.provenance import user_name
from engine.session.session import Session


def compose(
    app: QApplication, work: Work | None = None, options: StartOptions | None = None
) -> MainWindow:
    """Build session, lanes, settings and window.

    Parameters
    ----------
    app : QApplication
        Gets its colours from the settings.
    work : Work, optional
        Other jobs than the real ones, for tests.
    options : StartOptions, optional
        What the command line asks for.

    Returns
    -------
    MainWindow
        Not yet shown; closing it ends the lanes.
    """
    settings_file = SettingsFile()
    app.setWindowIcon(icon("outcrop"))
    apply_theme(app, settings_file.read().scheme)
    model = SessionModel(Session(author=user_name()))
    lanes = Lanes.start()
    wanted = options or StartOptions()
    jobs = work or Work(Path(wanted.model) if wanted.model else None)
    window = MainWindow(model, lanes, jobs, settings_file, wanted)
    for child in (model, *lanes.every):
        child.setParent(window)
    return window
