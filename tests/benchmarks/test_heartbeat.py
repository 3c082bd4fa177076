"""The event loop of the window while slices, windows of a record and parts of an image are read."""

from __future__ import annotations

import time

import numpy as np
import pytest
import rasterio
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from app.composition import compose
from app.workers.work import Work
from tests.rasters import write_raster
from tests.records import write_prodml

BEAT_MS = 5
MOVE_MS = 25
N_MOVES = 120
IMAGE_SIDE = 8192
BOUND_P95_MS, BOUND_MAX_MS = 50.0, 250.0


class NoModels(Work):
    """Lists no models, so that nothing else runs."""

    def list_models(self, folders, job):
        return ()


class Heartbeat(QObject):
    """A timer that notes by how much it comes late, and what the thread computed meanwhile."""

    def __init__(self):
        super().__init__()
        self.lags_s, self.cpu_s = [], []
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last_s, self._last_cpu_s = time.perf_counter(), time.thread_time()

    def start(self):
        self._last_s, self._last_cpu_s = time.perf_counter(), time.thread_time()
        self._timer.start()

    def stop(self):
        self._timer.stop()

    def _beat(self):
        now_s, cpu_s = time.perf_counter(), time.thread_time()
        self.lags_s.append(max(0.0, now_s - self._last_s - BEAT_MS / 1000))
        self.cpu_s.append(cpu_s - self._last_cpu_s)
        self._last_s, self._last_cpu_s = now_s, cpu_s


@pytest.fixture
def open_window(qapp, qtbot):
    """Open a file in a window of usual size."""
    windows = []

    def open_(path):
        window = compose(qapp, NoModels())
        windows.append(window)
        window.resize(1400, 900)
        window.show()
        window.files.open_path(path)
        qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=60_000)
        return window

    yield open_
    for window in windows:
        window.close()


def measure(benchmark, window, moves):
    """Make each move after a while, like a hand, and tell how late the heart beat meanwhile."""
    loop, heart, remaining = QEventLoop(), Heartbeat(), iter(moves)
    hand = QTimer(interval=MOVE_MS)
    hand.setTimerType(Qt.TimerType.PreciseTimer)

    def move():
        call = next(remaining, None)
        if call is None:
            hand.stop()
            QTimer.singleShot(300, loop.quit)
            return
        call()

    hand.timeout.connect(move)

    def run():
        heart.start()
        hand.start()
        loop.exec()
        heart.stop()

    benchmark.pedantic(run, rounds=1)
    lags_ms, cpu_ms = (np.array(values) * 1000 for values in (heart.lags_s, heart.cpu_s))
    benchmark.extra_info.update(
        {
            "lag_p50_ms": round(float(np.percentile(lags_ms, 50)), 2),
            "lag_p95_ms": round(float(np.percentile(lags_ms, 95)), 2),
            "lag_max_ms": round(float(lags_ms.max()), 2),
            # What the thread itself computed between two beats; other programs do not count.
            "gui_cpu_p95_ms": round(float(np.percentile(cpu_ms, 95)), 2),
            "gui_cpu_max_ms": round(float(cpu_ms.max()), 2),
            "n_beats": len(lags_ms),
            "bound_p95_ms": BOUND_P95_MS,
            "bound_max_ms": BOUND_MAX_MS,
        }
    )
    assert len(lags_ms) > N_MOVES


@pytest.mark.parametrize("direction", ["inline", "crossline", "twt"])
def test_heartbeat_while_slices_scroll(benchmark, open_window, write_survey, tmp_path, direction):
    path = tmp_path / "survey.sgy"
    write_survey(path, 150, (400, 220))
    window = open_window(path)
    model = window._model
    model.set_direction(direction)
    size = window.session.opened.axis.size
    moves = [lambda n=n: model.set_index(n % size) for n in range(N_MOVES)]
    measure(benchmark, window, moves)


def test_heartbeat_while_a_record_scrolls(benchmark, open_window, tmp_path):
    path = tmp_path / "record.h5"
    write_prodml(path, data=np.random.default_rng(0).normal(size=(60_000, 256)).astype(np.float32))
    window = open_window(path)
    model = window._model
    size = window.session.opened.axis.size
    measure(benchmark, window, [lambda n=n: model.set_index(n % size) for n in range(N_MOVES)])


def test_heartbeat_while_a_large_image_is_zoomed_and_panned(benchmark, open_window, tmp_path):
    path = tmp_path / "image.tif"
    side = np.arange(IMAGE_SIDE, dtype=np.uint16)
    write_raster(path, (side[:, None] ^ side) & 0xFF, tiled=True)
    with rasterio.open(path, "r+") as file:
        file.build_overviews([2, 4], rasterio.enums.Resampling.average)
    window = open_window(path)
    box = window.pane.view.view_box
    zooms = [lambda: box.scaleBy((0.93, 0.93)) for _ in range(N_MOVES // 3)]
    pans = [
        lambda n=n: box.translateBy(x=box.viewRect().width() * (0.05 if n % 40 < 20 else -0.05))
        for n in range(N_MOVES - len(zooms))
    ]
    measure(benchmark, window, [*zooms, *pans])
    assert window.pane.view.detail.shown is not None
