"""Models of the user's own, and further files on the command line."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.actions.start_up import StartOptions
from app.composition import compose
from tests.app.fakes import FakeWork


def names(window):
    return [model.name for model in window.session.models]


def drop(window, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(9, 9), copy, data, left, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(event)


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


@pytest.fixture
def again(qtbot, qapp):
    """Start the window anew."""
    windows = []

    def again(**options):
        windows.append(compose(qapp, FakeWork(), StartOptions(**options)))
        qtbot.addWidget(windows[-1])
        return windows[-1]

    yield again
    for window in windows:
        window.close()


def test_a_model_folder_is_opened_from_the_menu_and_remembered(qtbot, window, own, again):
    window._actions.actions["open_model"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog.fileMode() is QFileDialog.FileMode.Directory
    dialog.fileSelected.emit(str(own))
    dialog.close()
    qtbot.waitUntil(lambda: window.session.model.name == "own", timeout=3000)
    assert names(window) == ["own", "faults", "other"]
    window.close()
    second = again()
    qtbot.waitUntil(lambda: names(second) == ["own", "faults", "other"], timeout=3000)
    assert second.session.model.name == "own"


def test_a_model_folder_can_be_dropped(qtbot, window, own):
    drop(window, own)
    qtbot.waitUntil(lambda: window.session.model.name == "own", timeout=3000)
    assert window.session.opened is None


def test_a_folder_without_models_is_explained_and_not_remembered(qtbot, window, tmp_path):
    drop(window, tmp_path)
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=3000)
    (box,) = window.findChildren(QMessageBox)
    assert "there is no model in it" in box.text()
    assert "outcrop train" in box.informativeText()
    box.close()
    assert window.preferences.settings.model_folders == ()
    assert names(window) == ["faults", "other"]


def test_further_files_are_listed_and_told(qtbot, again):
    window = again(files=tuple(Path(f"/survey/{name}.sgy") for name in ("a", "b", "c")))
    qtbot.waitUntil(lambda: "a.sgy" in window.windowTitle(), timeout=3000)
    recent = [Path(action.text()).name for action in window._recent_menu.actions()]
    assert recent == ["a.sgy", "b.sgy", "c.sgy"]
    text = window.statusBar().currentMessage()
    assert text == "One file is open at a time. In File, Open recent: b.sgy, c.sgy"


def test_a_missing_recent_file_is_taken_off_the_list_and_that_is_told(qtbot, window):
    window.preferences.add_recent(Path("/survey/missing.sgy"))
    window._recent_menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=3000)
    window.findChild(QMessageBox).close()
    text = window.statusBar().currentMessage()
    assert text == "missing.sgy was taken off the list of recent files."
