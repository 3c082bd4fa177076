"""On a slow disk a time slice is on the screen before all of it is read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.composition import compose
from app.widgets.elided_label import ElidedLabel
from app.workers import slices
from engine.readers.segy import gradual
from engine.readers.segy import volume as segy_volume
from tests.app.fakes import ReadingWork
from tests.synthetic import write_segy


@pytest.fixture
def window(qtbot, qapp, monkeypatch, tmp_path):
    monkeypatch.setattr(segy_volume, "GRADUAL_BYTES", 0)
    monkeypatch.setattr(segy_volume, "_SLICE_BLOCK_BYTES", 40 * 288)
    monkeypatch.setattr(gradual, "FIRST_PICKS", 6)
    monkeypatch.setattr(gradual, "_WARM_S", 0.0)
    monkeypatch.setattr(slices, "FIRST_PICTURE_S", 0.0)
    monkeypatch.setattr(slices, "NEXT_PICTURE_S", 0.0)
    write_segy(
        tmp_path / "a.sgy", inlines=tuple(range(100, 140, 2)), crosslines=tuple(range(7, 22))
    )
    window = compose(qapp, ReadingWork())
    qtbot.addWidget(window)
    window.show()
    window.files.open_path(tmp_path / "a.sgy")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=3000)
    yield window
    window.close()


def _badges(window):
    return [b.text() for b in window.findChildren(ElidedLabel, "badge") if b.isVisibleTo(window)]


def test_a_coarse_picture_is_replaced_by_finer_ones_and_said_to_be_coarse(qtbot, window):
    seen = []
    window.pane.slice_shown.connect(lambda image: seen.append((image, _badges(window))))
    qtbot.keyClick(window.pane.view, Qt.Key.Key_T)
    qtbot.waitUntil(
        lambda: bool(seen) and seen[-1][0].unfinished is None,
        timeout=3000,
    )
    rounded = [image.section.rounded for image, _ in seen]
    assert rounded == [True] * (len(seen) - 1) + [False]
    assert len(seen) > 3
    assert any("coarse" in text for _, texts in seen for text in texts)
    assert not any("coarse" in text for text in _badges(window))


def test_moving_on_leaves_the_rest_unread(qtbot, window):
    seen = []
    window.pane.slice_shown.connect(seen.append)
    qtbot.keyClick(window.pane.view, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: bool(seen), timeout=3000)
    window._model.set_index(2)
    qtbot.waitUntil(
        lambda: seen[-1].request.index == 2 and seen[-1].unfinished is None, timeout=3000
    )
    assert window.pane.view.shown.request.index == 2


def test_only_the_whole_slice_is_segmented_live(qtbot, window):
    window._model.set_models(window._work.models)
    window._model.set_model(window._work.models[0])
    window._model.set_live(live=True)
    qtbot.keyClick(window.pane.view, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: window.pane.view.shown_prediction is not None, timeout=3000)
    assert not window.pane.view.shown.section.rounded
    assert len([key for key in window._work.segmented if key.direction == "twt"]) == 1
