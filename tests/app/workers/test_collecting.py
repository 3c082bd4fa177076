"""Cyclic garbage is collected on the GUI thread, between events."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from app.workers.collecting import GuiCollector
from app.workers.imports import MODEL_IMPORTS


class _Cycle:
    def __init__(self, ended):
        self.own = self
        weakref.finalize(self, lambda: ended.append(threading.current_thread()))


@pytest.fixture
def collector(qapp):
    gc.collect()
    gc.enable()
    found = GuiCollector()
    yield found
    found.timer.stop()


def _litter(ended):
    _Cycle(ended)
    # More than the youngest generation holds before it is due.
    return [[] for _ in range(2 * gc.get_threshold()[0])]


def test_what_a_lane_leaves_behind_ends_on_the_gui_thread(qtbot, collector):
    assert not gc.isenabled()
    ended = []
    lane = threading.Thread(target=_litter, args=(ended,))
    lane.start()
    lane.join()
    assert ended == []
    kept = _litter([])
    qtbot.waitUntil(lambda: bool(ended), timeout=5000)
    assert ended == [threading.main_thread()]
    assert kept


def test_nothing_is_collected_while_libraries_are_imported(collector):
    ended = []
    kept = _litter(ended)
    with MODEL_IMPORTS:
        collector.check()
        assert ended == []
    gc.unfreeze()
    assert kept
