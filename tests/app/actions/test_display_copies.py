"""The window makes display copies in the background, and shows volumes from them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QPushButton

from app.actions.start_up import StartOptions
from app.composition import compose
from app.dialogs.display_copies import DisplayCopiesDialog
from app.views.readout import read_out
from app.workers.work import Work
from engine.readers.display.copied_volume import CopiedVolume, exact_section
from engine.readers.display.copy_store import CopyStore
from tests.synthetic import write_segy


@pytest.fixture
def window(qtbot, qapp, tmp_path):
    write_segy(tmp_path / "a.sgy")
    window = compose(qapp, Work(), StartOptions(files=(tmp_path / "a.sgy",)))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=10_000)
    yield window
    window.close()


def _dialog(qtbot, window):
    window._actions.actions["display_copies"].trigger()
    (dialog,) = window.findChildren(DisplayCopiesDialog)
    qtbot.waitUntil(lambda: "GB" in dialog._use.text(), timeout=5000)
    return dialog


def _click(qtbot, dialog, words):
    button = next(b for b in dialog.findChildren(QPushButton) if words in b.text())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _made(qtbot, window):
    dialog = _dialog(qtbot, window)
    with qtbot.waitSignal(window.copies.told, timeout=10_000) as told:
        _click(qtbot, dialog, "Make a copy of a.sgy")
    return told.args[0]


def test_a_volume_is_shown_from_its_copy_and_exact_on_demand(qtbot, window):
    volume = window.session.opened.volume
    assert isinstance(volume, CopiedVolume)
    before = volume.section("crossline", 2)
    assert not before.rounded
    assert "a.sgy is now shown from its display copy" in _made(qtbot, window)
    rounded = volume.section("crossline", 2)
    assert rounded.rounded
    assert not np.array_equal(rounded.data, before.data)
    step = np.abs(before.data).max() / 127 * 2
    assert np.nanmax(np.abs(rounded.data - before.data)) <= step
    exact = exact_section(volume, rounded)
    assert not exact.rounded
    np.testing.assert_array_equal(exact.data, before.data)
    window._model.set_index(0)
    qtbot.waitUntil(lambda: window.pane.view.shown.request.index == 0, timeout=5000)
    shown = window.pane.view.shown.section
    assert shown.rounded
    told = read_out(shown, 0, 0, volume=volume, prediction=None)
    assert told.amplitude.startswith("≈ ")


def test_a_file_that_was_copied_before_opens_from_its_copy(qtbot, window, tmp_path):
    _made(qtbot, window)
    window.files.close()
    window.files.open_path(tmp_path / "a.sgy")
    qtbot.waitUntil(lambda: window.session.opened is not None, timeout=5000)
    assert window.session.opened.volume.has_copy
    dialog = _dialog(qtbot, window)
    button = next(b for b in dialog.findChildren(QPushButton) if "Make" in b.text())
    assert not button.isEnabled()
    dialog.close()


def test_disk_use_is_shown_limited_and_given_back(qtbot, window):
    _made(qtbot, window)
    dialog = _dialog(qtbot, window)
    assert any("in one copy" in label.text() for label in dialog.findChildren(QLabel))
    _click(qtbot, dialog, "Remove all")
    qtbot.waitUntil(lambda: "in 0 copies" in dialog._use.text(), timeout=5000)
    assert CopyStore().entries() == ()
    assert not window.session.opened.volume.section("inline", 0).rounded
    dialog.findChild(QDoubleSpinBox).setValue(1.5)
    assert window.preferences.settings.copies_gb == 1.5
    dialog.close()


def test_a_copy_that_is_removed_meanwhile_is_done_without(qtbot, window):
    _made(qtbot, window)
    CopyStore().clear()
    section = window.session.opened.volume.section("inline", 1)
    assert not section.rounded
    assert not window.session.opened.volume.has_copy


def test_no_copy_is_offered_of_what_has_none(qtbot, window):
    window.files.close()
    dialog = _dialog(qtbot, window)
    button = next(b for b in dialog.findChildren(QPushButton) if "Make" in b.text())
    assert not button.isEnabled()
    window.copies.make()
    dialog.close()
