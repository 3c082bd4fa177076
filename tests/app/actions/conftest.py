"""Fixtures of windows that read files."""

import pytest

from app.composition import compose
from tests.app.fakes import ReadingWork
from tests.app.projects import open_path
from tests.synthetic import write_segy


@pytest.fixture
def survey(tmp_path):
    path = tmp_path / "survey.sgy"
    write_segy(path)
    return path


@pytest.fixture
def start(qtbot, qapp):
    """Starts windows; those that are still open are closed at the end."""
    windows = []

    def start(path=None):
        window = compose(qapp, ReadingWork())
        qtbot.addWidget(window)
        windows.append(window)
        window.show()
        if path is not None:
            open_path(qtbot, window, path)
        return window

    yield start
    for window in windows:
        window.close()
