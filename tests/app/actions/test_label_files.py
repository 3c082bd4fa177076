"""Import and export of labels, through the menu."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox

from app.composition import compose
from engine.session.edits import LabelKey
from engine.session.exchange.titles import TITLES
from tests.app.fakes import ReadingWork
from tests.synthetic import write_segy

KEY = LabelKey("Ann", "inline", 1)


@pytest.fixture
def labelled(qtbot, qapp, tmp_path):
    """A window with labels on one inline."""
    write_segy(tmp_path / "a.sgy")
    window = compose(qapp, ReadingWork())
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.files.opened, timeout=5000):
        window.files.open_path(tmp_path / "a.sgy")
    window.session.labels.paint(KEY, 2, 1, np.ones((3, 2), np.uint8), title="Brush")
    yield window
    window.close()


def dialog_of(window, action):
    window._actions.actions[action].trigger()
    return next(d for d in window.findChildren(QFileDialog) if d.isVisible())


def test_labels_are_exported_and_imported_through_the_dialogs(qtbot, labelled, tmp_path):
    labels = labelled.session.labels
    before = labels.merged("inline", 1).classes
    dialog = dialog_of(labelled, "export_labels")
    dialog.setDirectory(str(tmp_path))
    dialog.selectNameFilter("NumPy volume (*.npy)")
    dialog.selectFile("mine")
    told = labelled.projects.label_files.told
    with qtbot.waitSignal(told, timeout=5000) as heard:
        dialog.accept()
    assert heard.args == [f"Labels were written to {tmp_path / 'mine.npy'}."]
    labels.undo()
    dialog = dialog_of(labelled, "import_labels")
    dialog.setDirectory(str(tmp_path))
    dialog.selectNameFilter("NumPy volume (*.npy)")
    dialog.selectFile("mine.npy")
    with qtbot.waitSignal(told, timeout=5000) as heard:
        dialog.accept()
    assert heard.args == ["Sections and picks changed: 1."]
    assert np.array_equal(labels.merged("inline", 1).classes, before)
    assert labels.undo_text == "Import labels"
    assert labels.keys() == (LabelKey(labelled.session.author, "inline", 1),)


@pytest.mark.parametrize(
    ("offered", "typed", "written"),
    [
        ("png", "mine.npy", "mine.npy"),
        ("npy", "mine.SGY", "mine.SGY"),
        ("npy", "mine.v2", "mine.v2.npy"),
        ("coco", "mine.classes.json", "mine.classes.json"),
        ("classes", "mine.json", "mine.classes.json"),
        ("png", "mine.png", "mine.png"),
        ("png", "mine", "mine.png"),
        ("npy", "mine.PNG", "mine.PNG"),
    ],
)
def test_a_known_extension_that_is_typed_decides_the_format(
    qtbot, labelled, tmp_path, offered, typed, written
):
    dialog = dialog_of(labelled, "export_labels")
    dialog.setDirectory(str(tmp_path))
    dialog.selectNameFilter(TITLES[offered])
    dialog.findChild(QLineEdit, "fileNameEdit").setText(typed)
    with qtbot.waitSignal(labelled.projects.label_files.told, timeout=5000) as heard:
        dialog.accept()
    assert heard.args == [f"Labels were written to {tmp_path / written}."]
    assert (tmp_path / written).is_file()


@pytest.mark.parametrize(("answer", "replaced"), [("Replace", True), ("Cancel", False)])
def test_a_file_whose_name_was_not_typed_in_full_is_asked_about(
    qtbot, labelled, tmp_path, answer, replaced
):
    (tmp_path / "mine.npy").write_bytes(b"precious")
    dialog = dialog_of(labelled, "export_labels")
    dialog.setDirectory(str(tmp_path))
    dialog.selectNameFilter(TITLES["npy"])
    dialog.findChild(QLineEdit, "fileNameEdit").setText("mine")
    dialog.accept()
    qtbot.waitUntil(lambda: labelled.findChildren(QMessageBox) != [], timeout=5000)
    (box,) = labelled.findChildren(QMessageBox)
    assert "mine.npy exists" in box.text()
    next(b for b in box.buttons() if answer in b.text()).click()
    if replaced:
        qtbot.waitSignal(labelled.projects.label_files.told, timeout=5000).wait()
    assert ((tmp_path / "mine.npy").read_bytes() == b"precious") is not replaced


def test_files_of_any_format_are_offered_first(qtbot, labelled, tmp_path):
    np.save(tmp_path / "mine.npy", np.ones((3, 4, 12), np.uint8))
    dialog = dialog_of(labelled, "import_labels")
    assert dialog.selectedNameFilter().startswith("All labels (*.png *.npy ")
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("mine.npy")
    with qtbot.waitSignal(labelled.projects.label_files.told, timeout=5000) as heard:
        dialog.accept()
    assert heard.args == ["Sections and picks changed: 3."]


def test_png_of_several_sections_are_a_folder_without_the_end_of_a_file(qtbot, labelled, tmp_path):
    other = LabelKey("Ann", "inline", 2)
    labelled.session.labels.paint(other, 2, 1, np.ones((3, 2), np.uint8), title="Brush")
    first, last = (
        f"inline_{labelled.session.opened.volume.axis_along('inline').value(i):g}.png"
        for i in (1, 2)
    )
    for typed, folder in (("mine.png", "mine"), ("yours", "yours")):
        dialog = dialog_of(labelled, "export_labels")
        dialog.setDirectory(str(tmp_path))
        dialog.selectNameFilter(TITLES["png"])
        dialog.findChild(QLineEdit, "fileNameEdit").setText(typed)
        with qtbot.waitSignal(labelled.projects.label_files.told, timeout=5000) as heard:
            dialog.accept()
        place = tmp_path / folder
        assert heard.args == [
            f"Labels were written to the folder {place}: 2 files, {first} to {last}."
        ]
        assert [path.name for path in sorted(place.iterdir())] == [first, last]
        assert not (tmp_path / "mine.png").exists()


def test_what_does_not_fit_is_told_and_changes_nothing(qtbot, labelled, tmp_path):
    np.save(tmp_path / "bad.npy", np.full((3, 4, 12), 9, np.uint8))
    for name, words in (("bad.npy", "class 9"), ("none.npy", "none.npy"), ("a.doc", "unknown")):
        labelled.projects.label_files.read((Path(tmp_path / name),))
        qtbot.waitUntil(lambda: labelled.findChildren(QMessageBox) != [], timeout=5000)
        box = next(box for box in labelled.findChildren(QMessageBox) if box.isVisible())
        assert words in box.text()
        with qtbot.waitSignal(box.destroyed, timeout=3000):
            box.close()
    assert labelled.session.labels.undo_text == "Brush"
