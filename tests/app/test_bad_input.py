"""Every bad input is explained in a dialog with a next step; nothing is left behind."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox, QPushButton

from app.actions.start_up import StartOptions
from app.composition import compose
from app.dialogs.export_dialog import ExportDialog
from app.dialogs.open_volume import OpenVolumeDialog
from app.widgets.path_edit import PathEdit
from app.workers.work import Work
from tests.bad_input import BUNDLES, FILES, write_bad_file
from tests.bundles import write_bundle
from tests.synthetic import write_segy

_ASKS_FOR_A_CHOICE = {"equal", "duplicate", "zero", "negative"}


@pytest.fixture
def show(qtbot, qapp):
    """Compose the window with the real jobs; closed at the end."""
    windows = []

    def show(bundle=None, **options):
        window = compose(qapp, Work(bundle), StartOptions(**options))
        qtbot.addWidget(window)
        window.show()
        windows.append(window)
        return window

    yield show
    for window in windows:
        window.close()


@pytest.fixture
def bundle(tmp_path):
    return write_bundle(tmp_path / "tiny", method="lora").path


@pytest.fixture
def told(qtbot):
    """Wait for the one message box of a window, close it, and give its texts."""

    def told(window, answer="Close"):
        qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=60_000)
        (box,) = window.findChildren(QMessageBox)
        texts = box.text(), box.informativeText()
        next(b for b in box.buttons() if b.text().replace("&", "") == answer).click()
        qtbot.waitUntil(lambda: box not in window.findChildren(QMessageBox), timeout=3000)
        return texts

    return told


@pytest.mark.parametrize("kind", sorted(set(FILES) - _ASKS_FOR_A_CHOICE))
def test_a_file_that_cannot_be_read(kind, show, told, tmp_path):
    path = tmp_path / "in.sgy"
    words = write_bad_file(path, kind)
    window = show(files=(path,))
    message, hint = told(window)
    assert str(path) in message
    assert words in message
    assert hint
    assert "defect" not in hint
    assert window.session.opened is None
    assert window.preferences.settings.recent == ()


@pytest.mark.parametrize("kind", sorted(_ASKS_FOR_A_CHOICE))
def test_headers_that_another_choice_may_mend(kind, qtbot, show, tmp_path):
    path = tmp_path / "in.sgy"
    words = write_bad_file(path, kind)
    window = show(files=(path,))
    qtbot.waitUntil(lambda: window.findChild(OpenVolumeDialog) is not None, timeout=5000)
    dialog = window.findChild(OpenVolumeDialog)
    assert any(words in label.text() for label in dialog.findChildren(QLabel))
    dialog.close()
    assert window.session.opened is None


@pytest.mark.parametrize("kind", BUNDLES)
def test_a_bundle_that_cannot_be_used(kind, show, told, bundle, tmp_path):
    harm, words = BUNDLES[kind]
    harm(bundle)
    write_segy(tmp_path / "in.sgy")
    window = show(bundle, files=(tmp_path / "in.sgy",), model=str(bundle), segment=True)
    message, hint = told(window)
    assert words in message
    assert hint
    assert "defect" not in hint
    assert window.pane.view.shown_prediction is None


@pytest.fixture
def export(qtbot, show, bundle, tmp_path):
    """Choose an export of a file, press the button, and give the window."""

    def export(out, between=lambda: None):
        window = show(bundle, files=(tmp_path / "in.sgy",), model=str(bundle))
        action = window._actions.actions["export"]
        qtbot.waitUntil(action.isEnabled, timeout=10_000)
        action.trigger()
        dialog = window.findChild(ExportDialog)
        dialog.findChild(PathEdit).findChild(QLineEdit).setText(str(out))
        between()
        button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Export")
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        return window

    return export


def test_amplitudes_that_are_not_finite_are_not_exported(export, told, tmp_path):
    source = tmp_path / "in.sgy"
    write_segy(source)
    raw = bytearray(source.read_bytes())
    raw[3600 + 248 : 3600 + 252] = np.array(np.nan, ">f4").tobytes()
    source.write_bytes(raw)
    message, hint = told(export(tmp_path / "out.sgy"))
    assert "1 amplitudes at inline 100 are not finite" in message
    assert hint
    assert not list(tmp_path.glob("*out*"))


def test_a_disk_without_room_is_told(export, told, tmp_path, monkeypatch):
    write_segy(tmp_path / "in.sgy")
    usage = shutil.disk_usage(tmp_path)._replace(free=5000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    message, hint = told(export(tmp_path / "out.sgy"))
    assert "the disk has 5000 free" in message
    assert hint
    assert not list(tmp_path.glob("*out*"))


def test_a_link_to_the_input_is_not_written(export, told, tmp_path):
    write_segy(tmp_path / "in.sgy")
    (tmp_path / "link.sgy").symlink_to(tmp_path / "in.sgy")
    before = (tmp_path / "in.sgy").read_bytes()
    window = export(tmp_path / "link.sgy")
    told_text, _ = told(window, "Replace")
    assert "exists. Replace it?" in told_text
    message, hint = told(window)
    assert "is the input itself" in message
    assert hint
    assert (tmp_path / "in.sgy").read_bytes() == before


def test_a_folder_that_is_gone_is_told(export, told, tmp_path):
    write_segy(tmp_path / "in.sgy")
    (tmp_path / "gone").mkdir()
    message, hint = told(export(tmp_path / "gone" / "out.sgy", (tmp_path / "gone").rmdir))
    assert "its folder does not exist" in message
    assert hint
