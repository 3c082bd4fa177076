"""Which folder is proposed for what is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QLineEdit

from app.actions import writing_place
from app.dialogs.figure_dialog import FigureDialog
from app.widgets.path_edit import PathEdit
from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.session.label_scheme import LabelScheme
from tests.app.projects import open_path

CLASSES = ClassScheme((SegmentationClass("rock", "#111111"), SegmentationClass("salt", "#ff2d2d")))


@pytest.fixture
def documents(tmp_path, monkeypatch):
    """The user's documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _place: str(folder))
    return folder


@pytest.fixture
def read_only(monkeypatch):
    """Folders that may not be written to."""
    folders = []
    monkeypatch.setattr(writing_place.os, "access", lambda path, _mode: path not in folders)
    return folders


def looked(qtbot, window):
    qtbot.waitUntil(lambda: not window.files.place._looking.busy, timeout=3000)


def figure_dialog(window):
    window._actions.actions["figure"].trigger()
    return window.findChildren(FigureDialog)[-1]


def proposed(window):
    dialog = figure_dialog(window)
    path = Path(dialog.findChild(PathEdit).findChild(QLineEdit).text())
    dialog.reject()
    return path.parent


def labels_dialog(window):
    window._actions.actions["export_labels"].trigger()
    dialog = window.findChildren(QFileDialog)[-1]
    folder = Path(dialog.directory().absolutePath())
    dialog.reject()
    return folder


def test_beside_the_data_where_one_may_write(qtbot, start, survey, documents):
    window = start(survey)
    looked(qtbot, window)
    assert proposed(window) == survey.parent
    assert labels_dialog(window) == survey.parent


def test_among_the_documents_where_the_data_may_not_be_written_to(
    qtbot, start, survey, documents, read_only
):
    read_only.append(survey.parent)
    window = start(survey)
    looked(qtbot, window)
    assert proposed(window) == documents
    assert labels_dialog(window) == documents


def test_where_something_was_written_last_also_after_the_next_start(
    qtbot, start, survey, documents, read_only, tmp_path
):
    results = tmp_path / "results"
    results.mkdir()
    window = start(survey)
    looked(qtbot, window)
    dialog = figure_dialog(window)
    dialog.findChild(PathEdit).set_path(results / "a.png")
    dialog.accept()
    qtbot.waitUntil((results / "a.png").is_file, timeout=20_000)
    assert proposed(window) == results
    assert labels_dialog(window) == results
    window.close()
    again = start(survey)
    looked(qtbot, again)
    assert proposed(again) == results
    again.close()
    read_only.append(results)
    later = start(survey)
    looked(qtbot, later)
    assert proposed(later) == survey.parent


def test_beside_the_project_rather_than_the_data(qtbot, start, survey, documents, tmp_path):
    place = tmp_path / "work"
    place.mkdir()
    window = start(survey)
    window.session.labels.adopt_scheme(LabelScheme(CLASSES))
    qtbot.waitUntil(lambda: window.projects.keeper.kept is not None, timeout=5000)
    window.projects.go_on_in(place / "mine.outcrop")
    qtbot.waitUntil(lambda: window.files.place.project == place, timeout=5000)
    assert proposed(window) == place
    window.close()
    again = start()
    open_path(qtbot, again, place / "mine.outcrop")
    qtbot.waitUntil(lambda: again.files.place.project == place, timeout=5000)
    assert proposed(again) == place
