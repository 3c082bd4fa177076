"""Painting: from the event of the mouse to the pixels of the window."""

from __future__ import annotations

import time
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.composition import compose
from app.workers.work import Opened, Work
from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.section import Plane, Section
from tests.app.mouse import LEFT, move

SIDE = 2000
N_MOVES = 300
BOUND_P95_MS = 16.0


class Square:
    """A volume of one kind of section: 2000 x 2000 samples of noise, smooth across."""

    kind = "volume"
    directions = ("inline",)
    survey = None

    def __init__(self, path):
        self.path = path
        self.axes = (
            Axis("inline", "1", 1.0, 1.0, 3),
            Axis("crossline", "1", 1.0, 1.0, SIDE),
            Axis("twt", "ms", 0.0, 2.0, SIDE),
        )
        rng = np.random.default_rng(0)
        self.data = rng.normal(0, 100, (SIDE, SIDE)).astype(np.float32)

    def axis_along(self, direction):
        return self.axes[0]

    def section_shape(self, direction, index):
        return self.data.shape

    def section(self, direction, index):
        return Section(self.data, self.axes[2], self.axes[1], Plane(direction, index, index + 1.0))

    def statistics(self):
        return AmplitudeStatistics.from_samples(self.data)

    def describe(self):
        return {}

    def close(self):
        pass


class SquareWork(Work):
    """Opens `Square` and lists no models."""

    def open_file(self, path, options, job):
        volume = Square(path)
        return Opened(volume, volume.statistics(), {})

    def list_models(self, *_):
        return ()


@pytest.fixture
def window(qapp, qtbot, tmp_path):
    window = compose(qapp, SquareWork())
    window.resize(1920, 1080)
    window.show()
    window.files.open_path(tmp_path / "square.sgy")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=60000)
    qtbot.wait(300)
    yield window
    window.close()


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.n = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            # The paint itself comes after its filters.
            QTimer.singleShot(0, self._count)
        return False

    def _count(self):
        self.n += 1


def wander(view):
    """Return pixels along a path across the section, some 9 pixels apart as a quick hand moves."""
    box = view.view_box.sceneBoundingRect()
    t = np.linspace(0, 4 * np.pi, N_MOVES)
    x = box.center().x() + 0.4 * box.width() * np.sin(t)
    y = box.center().y() + 0.4 * box.height() * np.sin(2 * t + 0.5)
    return [view.mapFromScene(QPointF(*place)) for place in zip(x, y, strict=True)]


@pytest.mark.parametrize("diameter", [15, 60, 200])
@pytest.mark.parametrize("tool", ["brush", "eraser"])
def test_stroke_from_event_to_pixels(benchmark, window, tool, diameter):
    view, model = window.pane.view, window._model
    if tool == "eraser":
        key = window.pane.frame.labels.key
        full = np.ones((SIDE, SIDE), dtype=np.uint8)
        window.session.labels.paint(key, 0, 0, full, title="Fill")
    model.set_tools(brush=float(diameter))
    model.set_tool(tool)
    path = wander(view)
    move(view, path[0])
    QApplication.processEvents()
    seconds, cpu_s, release_s, release_cpu_s = [], [], [], []
    paints = Paints(view.viewport())

    def timed(act, wall, cpu):
        """Act, and wait until the window has painted what that changed."""
        n_paints, began_s, began_cpu_s = paints.n, time.perf_counter(), time.thread_time()
        act()
        while paints.n == n_paints:
            QApplication.processEvents()
        wall.append(time.perf_counter() - began_s)
        cpu.append(time.thread_time() - began_cpu_s)

    def stroke():
        QTest.mousePress(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, path[0])
        for pixel in path[1:]:
            timed(partial(move, view, pixel, LEFT), seconds, cpu_s)
        release = partial(
            QTest.mouseRelease, view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, path[-1]
        )
        timed(release, release_s, release_cpu_s)

    benchmark.pedantic(stroke, rounds=1)
    classes = window.session.labels.plane(window.pane.frame.labels.key)[0]
    assert np.count_nonzero(classes != (255 if tool == "brush" else 1)) > 1000
    p50_ms, p95_ms, most_ms = np.percentile(np.array(seconds) * 1000, [50, 95, 100])
    benchmark.extra_info |= {
        "p50_ms": round(float(p50_ms), 2),
        "p95_ms": round(float(p95_ms), 2),
        "max_ms": round(float(most_ms), 2),
        "cpu_p95_ms": round(float(np.percentile(cpu_s, 95)) * 1000, 2),
        "release_ms": round(release_s[0] * 1000, 2),
        "release_cpu_ms": round(release_cpu_s[0] * 1000, 2),
        "bound_p95_ms": BOUND_P95_MS,
    }
