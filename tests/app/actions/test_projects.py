"""Labels on disk, as the user of the window meets them."""

import json

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton

from engine.errors import WriteError
from engine.session.journal import read_journal
from engine.session.project_file import read_project_file
from tests.app.fakes import model_info
from tests.app.projects import KEY, box_of, open_path, paint, plane, save_as, settle, untitled


def test_looking_at_data_leaves_nothing_on_the_disk(qtbot, start, survey):
    start(survey).close()
    assert untitled() == []


def test_labels_without_a_project_are_there_when_the_data_are_opened_again(qtbot, start, survey):
    first = start(survey)
    paint(first)
    paint(first, 0, (1, 1))
    expected = plane(first)
    first.close()
    second = start()
    told = []
    second.projects.told.connect(told.append)
    open_path(qtbot, second, survey)
    assert np.array_equal(plane(second), expected)
    assert "were recovered" in told[0]
    second.steps.undo()
    assert second.session.labels.redo_text == "Brush"
    paint(second, 1, (4, 4))
    second.close()
    assert len(untitled()) == 1


def test_reopening_the_same_file_in_one_window_keeps_its_labels(qtbot, start, survey):
    window = start(survey)
    paint(window)
    expected = plane(window)
    open_path(qtbot, window, survey)
    assert np.array_equal(plane(window), expected)


def test_two_windows_on_the_same_data_do_not_share_labels(qtbot, start, survey):
    first = start(survey)
    paint(first)
    settle(qtbot, first)
    second = start(survey)
    assert second.session.labels.pristine
    paint(second, 0)
    settle(qtbot, second)
    assert len(untitled()) == 2


def test_saving_asks_for_a_name_once_and_the_title_tells_it(qtbot, start, survey, tmp_path):
    window = start(survey)
    assert window.windowTitle() == "survey.sgy – Outcrop"
    paint(window)
    settle(qtbot, window)
    assert window.windowTitle() == "survey.sgy* – Outcrop"
    window._actions.actions["save"].trigger()
    dialog = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("north")
    with qtbot.waitSignal(window.projects.told, timeout=5000):
        dialog.accept()
    settle(qtbot, window)
    settle(qtbot, window)
    folder = tmp_path / "north.outcrop"
    assert window.windowTitle() == "north – survey.sgy – Outcrop"
    assert read_project_file(folder).data.path == "../survey.sgy"
    assert untitled() == []
    assert window.preferences.settings.recent[0] == str(folder)
    paint(window, 0)
    assert window.windowTitle() == "north – survey.sgy* – Outcrop"
    window._actions.actions["save"].trigger()
    settle(qtbot, window)
    settle(qtbot, window)
    assert window.windowTitle() == "north – survey.sgy – Outcrop"
    assert read_project_file(folder).saved_sequence == 3


def test_a_project_opens_as_it_was_left(qtbot, start, survey, tmp_path):
    folder = tmp_path / "north.outcrop"
    first = start(survey)
    paint(first)
    save_as(qtbot, first, folder)
    first._model.set_direction("crossline")
    first._model.set_index(2)
    first._model.set_display(color_map="grey", gain_db=6.0)
    paint(first, 0, (1, 1))
    expected = plane(first)
    first.close()
    second = start()
    open_path(qtbot, second, folder)
    session = second.session
    assert (session.opened.direction, session.opened.index) == ("crossline", 2)
    assert (session.display.color_map, session.display.gain_db) == ("grey", 6.0)
    assert np.array_equal(plane(second), expected)
    assert second._actions.actions["undo"].text() == "&Undo brush"
    second.steps.undo()
    second.steps.undo()
    assert second.session.labels.keys() == ()
    assert not second._actions.actions["undo"].isEnabled()
    assert second._actions.actions["redo"].text() == "&Redo brush"


def test_keys_undo_and_redo(qtbot, start, survey):
    window = start(survey)
    paint(window)
    window.pane.view.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(window.pane.view, Qt.Key.Key_Z, control)
    assert window.session.labels.keys() == ()
    assert "Undone: Brush" in window.statusBar().currentMessage()
    qtbot.keyClick(window.pane.view, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert window.session.labels.keys() == (KEY,)
    qtbot.keyClick(window.pane.view, Qt.Key.Key_Z, control)
    qtbot.keyClick(window.pane.view, Qt.Key.Key_Y, control)
    assert window.session.labels.keys() == (KEY,)


def test_a_new_project_begins_without_labels(qtbot, start, survey, tmp_path):
    window = start(survey)
    paint(window)
    with qtbot.waitSignal(window.projects.told, timeout=5000):
        window.projects.begin(tmp_path / "south.outcrop")
    settle(qtbot, window)
    assert window.session.labels.pristine
    assert window.windowTitle() == "south – survey.sgy – Outcrop"
    paint(window, 0)
    window.close()
    assert len(untitled()) == 1
    assert len(read_journal(tmp_path / "south.outcrop" / "journal").records) == 2


def test_a_second_window_may_only_read(qtbot, start, survey, tmp_path):
    folder = tmp_path / "north.outcrop"
    first = start(survey)
    paint(first)
    save_as(qtbot, first, folder)
    second = start()
    second.files.open_path(folder)
    qtbot.waitUntil(lambda: second.findChildren(QMessageBox) != [], timeout=5000)
    box = box_of(second)
    assert "open in another window" in box.text()
    with qtbot.waitSignal(second.files.opened, timeout=5000):
        reading_button(box).click()
    assert np.array_equal(plane(second), plane(first))
    assert paint(second, 0) is None
    assert "reading only" in second.windowTitle()
    assert not second._actions.actions["undo"].isEnabled()
    actions = {window: window._actions.actions["clear_slice"] for window in (first, second)}
    assert actions[first].isEnabled()
    assert not actions[second].isEnabled()


def test_models_in_the_project_are_listed_and_the_one_used_is_chosen(
    qtbot, start, survey, tmp_path
):
    folder = tmp_path / "north.outcrop"
    first = start(survey)
    paint(first)
    save_as(qtbot, first, folder)
    first._model.set_model(model_info("own", path=folder / "models" / "own"))
    first.close()
    assert read_project_file(folder).models == ("models/own",)
    second = start()
    own = model_info("own", path=folder / "models" / "own")
    second._work.models = (*second._work.models, own)
    open_path(qtbot, second, folder)
    qtbot.waitUntil(lambda: second.session.model == own, timeout=3000)
    assert second._work.folders[0] == folder / "models"


def test_a_folder_that_cannot_be_written_to_may_be_read(
    qtbot, start, survey, tmp_path, monkeypatch
):
    folder = tmp_path / "north.outcrop"
    first = start(survey)
    paint(first)
    save_as(qtbot, first, folder)
    expected = plane(first)
    first.close()
    second = start()

    def refuse(_folder):
        raise WriteError(folder, "cannot be written to (Read-only file system)", hint="Copy it.")

    monkeypatch.setattr("engine.session.project._locked", refuse)
    second.files.open_path(folder)
    qtbot.waitUntil(lambda: second.findChildren(QMessageBox) != [], timeout=5000)
    assert "Read-only file system" in box_of(second).text()
    with qtbot.waitSignal(second.files.opened, timeout=5000):
        reading_button(box_of(second)).click()
    assert np.array_equal(plane(second), expected)


def reading_button(box):
    return next(b for b in box.findChildren(QPushButton) if "reading" in b.text())


def test_moved_data_are_asked_for(qtbot, start, survey, tmp_path):
    folder = tmp_path / "north.outcrop"
    first = start(survey)
    paint(first)
    save_as(qtbot, first, folder)
    expected = plane(first)
    first.close()
    moved = tmp_path / "disk" / "renamed.sgy"
    moved.parent.mkdir()
    survey.rename(moved)
    second = start()
    second.files.open_path(folder)
    qtbot.waitUntil(lambda: second.findChildren(QMessageBox) != [], timeout=5000)
    box = box_of(second)
    assert "are not found" in box.text()
    box.close()
    with qtbot.waitSignal(second.files.opened, timeout=5000):
        second.projects.open(folder, moved)
    assert np.array_equal(plane(second), expected)
    second.close()
    assert read_project_file(folder).data.path == "../disk/renamed.sgy"


def test_other_data_are_not_taken_for_those_that_were_labelled(qtbot, start, survey, tmp_path):
    folder = tmp_path / "north.outcrop"
    first = start(survey)
    paint(first)
    save_as(qtbot, first, folder)
    first.close()
    other = tmp_path / "other.sgy"
    other.write_bytes(survey.read_bytes() + b"?")
    second = start()
    refused = []
    second.files.refused.connect(lambda _path, error: refused.append(str(error)))
    second.projects.open(folder, other)
    qtbot.waitUntil(lambda: refused != [], timeout=5000)
    assert "is not the survey.sgy that was labelled" in refused[0]
    box_of(second).close()


def test_a_project_can_be_dropped_and_named_on_the_command_line(qtbot, start, survey, tmp_path):
    folder = tmp_path / "north.outcrop"
    first = start(survey)
    paint(first)
    save_as(qtbot, first, folder)
    first.close()
    second = start()
    with qtbot.waitSignal(second.files.opened, timeout=5000):
        second._open_dropped([folder])
    assert second.session.labels.undo_text == "Brush"


def test_what_cannot_be_opened_is_told(qtbot, start, tmp_path):
    window = start()
    (tmp_path / "bad.outcrop").mkdir()
    (tmp_path / "bad.outcrop" / "project.json").write_text(json.dumps({"format": "x"}))
    window.files.open_path(tmp_path / "bad.outcrop")
    qtbot.waitUntil(lambda: window.findChildren(QMessageBox) != [], timeout=5000)
    assert "is no project file" in box_of(window).text()
    box_of(window).close()
