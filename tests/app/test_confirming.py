"""A volume that was opened by some of its headers is put right once all of them are read."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from app.composition import compose
from app.dialogs.open_volume import OpenVolumeDialog
from engine.readers.segy import header_sample, presumption
from tests.app.fakes import ReadingWork
from tests.synthetic import write_segy

_TRACE = 240 + 4 * 12
_LARGE = {"inlines": tuple(range(100, 140, 2)), "crosslines": tuple(range(7, 22))}
_HIDDEN = 3 * 15 + 4
"""A trace that the sample does not have: inline 106, crossline 11."""


@pytest.fixture
def window(qtbot, qapp, monkeypatch):
    monkeypatch.setattr(presumption, "AT_ONCE_BYTES", 0)
    monkeypatch.setattr(presumption, "_N_ENDS", 2)
    monkeypatch.setattr(header_sample, "_AT_EACH_END", 2)
    monkeypatch.setattr(header_sample, "_SPREAD", 4)
    window = compose(qapp, ReadingWork())
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()


def _open(qtbot, window, path):
    told = []
    window.opening.told.connect(told.append)
    window.files.open_path(path)
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=3000)
    return told


def _patch_header(path, trace, byte, code, value):
    with path.open("r+b") as file:
        file.seek(3600 + trace * _TRACE + byte - 1)
        file.write(struct.pack(">" + code, value))


def test_a_regular_volume_stays_on_the_screen_and_loses_its_note(qtbot, window, tmp_path):
    write_segy(tmp_path / "a.sgy", **_LARGE)
    told = _open(qtbot, window, tmp_path / "a.sgy")
    opened = window.session.opened
    qtbot.waitUntil(lambda: not opened.volume.exact.presumed, timeout=3000)
    assert window.session.opened is opened
    assert opened.description["notes"] == []
    assert told == []


def test_a_dead_trace_is_shown_as_no_data_once_it_is_known(qtbot, window, tmp_path):
    write_segy(tmp_path / "a.sgy", **_LARGE, dead=frozenset({(10, 4)}))
    told = _open(qtbot, window, tmp_path / "a.sgy")
    number = window.session.opened.number

    def shows_no_data():
        shown = window.pane.view.shown
        return (
            shown is not None and shown.request.index == 10 and np.isnan(shown.section.data[0, 4])
        )

    qtbot.waitUntil(shows_no_data, timeout=3000)
    assert window.session.opened.number == number
    assert told == ["a.sgy: 1 more trace is marked dead."]
    assert told[0] in window.statusBar().currentMessage()


def test_another_grid_is_shown_anew_and_told_of(qtbot, window, tmp_path):
    path = tmp_path / "a.sgy"
    write_segy(path, **_LARGE)
    _patch_header(path, _HIDDEN, 193, "i", 30)
    told = _open(qtbot, window, path)
    qtbot.waitUntil(lambda: window.session.opened.volume.axes[1].last == 30, timeout=3000)
    assert "make a volume of 20 x 24 x 12" in told[0]
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=3000)


def test_a_file_that_makes_no_grid_is_closed_and_its_headers_are_shown(qtbot, window, tmp_path):
    path = tmp_path / "a.sgy"
    write_segy(path, **_LARGE)
    _patch_header(path, _HIDDEN, 193, "i", 12)
    window.files.open_path(path)
    qtbot.waitUntil(lambda: bool(window.findChildren(OpenVolumeDialog)), timeout=5000)
    assert window.session.opened is None
    dialog = window.findChildren(OpenVolumeDialog)[0]
    qtbot.waitUntil(lambda: not dialog.busy, timeout=3000)
    dialog.reject()
