"""The axes of a plain array are asked for, and remembered."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import zarr
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialogButtonBox, QLabel, QLineEdit

from app.dialogs.array_axes import ArrayAxesDialog
from engine.core.axes import Axis
from engine.readers.geometry_file import recall_options
from tests.app.fakes import ReadingWork

VALUES = np.random.default_rng(0).normal(size=(3, 4, 12)).astype(np.float32)


@pytest.fixture
def work():
    return ReadingWork()


def _dialogs(window):
    return [dialog for dialog in window.findChildren(ArrayAxesDialog) if dialog.isVisible()]


def _ask(qtbot, window, path):
    window.files.open_path(path)
    qtbot.waitUntil(lambda: bool(_dialogs(window)), timeout=60_000)
    dialog = _dialogs(window)[0]
    qtbot.waitUntil(lambda: not dialog.busy, timeout=20_000)
    return dialog


def _field(dialog, kind, name):
    return next(w for w in dialog.findChildren(kind) if w.accessibleName() == name)


def _accept(qtbot, dialog):
    box = dialog.findChild(QDialogButtonBox)
    button = box.button(QDialogButtonBox.StandardButton.Open)
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def _axes(window):
    opened = window.session.opened
    return () if opened is None else opened.volume.axes


def _open_named(qtbot, window, path):
    dialog = _ask(qtbot, window, path)
    _field(dialog, QLineEdit, "First of axis 1").setText("100")
    _field(dialog, QLineEdit, "Step of axis 1").setText("2")
    _field(dialog, QLineEdit, "Step of axis 3").setText("4")
    _accept(qtbot, dialog)
    wanted = (
        Axis("inline", "1", 100.0, 2.0, 3),
        Axis("crossline", "1", 0.0, 1.0, 4),
        Axis("twt", "ms", 0.0, 4.0, 12),
    )
    qtbot.waitUntil(lambda: _axes(window) == wanted, timeout=20_000)


def test_axes_that_are_only_counted_are_asked_for_and_remembered(qtbot, window, tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, VALUES)
    _open_named(qtbot, window, path)
    qtbot.waitUntil(lambda: bool(recall_options(path)), timeout=3000)
    window.files.close()
    window.files.open_path(path)
    qtbot.waitUntil(lambda: bool(_axes(window)), timeout=20_000)
    assert _axes(window)[0] == Axis("inline", "1", 100.0, 2.0, 3)
    assert not _dialogs(window)
    np.testing.assert_array_equal(
        window.session.opened.volume.section("inline", 1).data, VALUES[1].T
    )


def test_a_choice_that_is_not_to_be_remembered_is_not(qtbot, window, tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, VALUES)
    dialog = _ask(qtbot, window, path)
    dialog.findChild(QCheckBox).setChecked(False)
    _accept(qtbot, dialog)
    qtbot.waitUntil(
        lambda: bool(_axes(window)) and _axes(window)[0].name == "inline", timeout=20_000
    )
    assert recall_options(path) == {}


def test_one_of_several_arrays_of_an_hdf5_file_is_chosen(qtbot, window, tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["a/plane"] = VALUES[0]
        file["cube"] = VALUES
        file["names"] = np.array([1.0, 2.0])
    dialog = _ask(qtbot, window, path)
    box = _field(dialog, QComboBox, "Array")
    titles = [box.itemText(k) for k in range(box.count())]
    assert titles == ["a/plane  (4 × 12, float32)", "cube  (3 × 4 × 12, float32)"]
    assert not _field(dialog, QLineEdit, "Step of axis 3").isVisibleTo(dialog)
    box.setCurrentIndex(1)
    _accept(qtbot, dialog)
    qtbot.waitUntil(lambda: len(_axes(window)) == 3, timeout=20_000)
    assert _axes(window)[2] == Axis("twt", "ms", 0.0, 1.0, 12)


def test_the_axes_of_a_zarr_store_are_asked_for_and_remembered(qtbot, window, tmp_path):
    path = tmp_path / "a.zarr"
    zarr.save_array(path, VALUES)
    _open_named(qtbot, window, path)
    qtbot.waitUntil(lambda: bool(recall_options(path)), timeout=3000)
    window.files.close()
    moved = tmp_path / "elsewhere.zarr"
    path.rename(moved)
    window.files.open_path(moved)
    qtbot.waitUntil(lambda: bool(_axes(window)), timeout=20_000)
    assert _axes(window)[0] == Axis("inline", "1", 100.0, 2.0, 3)
    assert not _dialogs(window)


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("Step of axis 1", "0", "step 0"),
        ("First of axis 2", "ten", "'ten' is no number"),
        ("Unit of axis 1", "", ""),
    ],
)
def test_what_cannot_be_an_axis_is_said_before_it_is_tried(
    qtbot, window, tmp_path, field, text, words
):
    np.save(tmp_path / "a.npy", VALUES)
    dialog = _ask(qtbot, window, tmp_path / "a.npy")
    _field(dialog, QLineEdit, field).setText(text)
    button = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Open)
    assert button.isEnabled() == (not words)
    shown = " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())
    assert words in shown
    dialog.reject()
