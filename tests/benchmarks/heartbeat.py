"""How late the event loop of a window comes, beside a process that only sleeps."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

BEAT_MS = 5
MOVE_MS = 25
BOUND_P95_MS, BOUND_MAX_MS = 50.0, 250.0

_SLEEPER = f"""
import select, sys, time
last, lags = time.perf_counter(), []
while not select.select([sys.stdin], [], [], {BEAT_MS / 1000})[0]:
    now = time.perf_counter()
    lags.append(now - last - {BEAT_MS / 1000})
    last = now
print(*lags)
"""


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


class Sleeper:
    """A process that does nothing: as late as it wakes, the machine lets everyone wait."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SLEEPER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def lags_ms(self):
        """End it, and return how late it woke each time."""
        said, _ = self._process.communicate("end")
        return np.array(said.split(), dtype=float) * 1000


def measure(benchmark, moves):
    """Make each move after a while, like a hand, and tell how late the heart beat meanwhile."""
    loop, heart, remaining = QEventLoop(), Heartbeat(), iter(moves)
    sleeper = Sleeper()
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
    sleeper_ms = sleeper.lags_ms()
    lags_ms, cpu_ms = (np.array(values) * 1000 for values in (heart.lags_s, heart.cpu_s))
    benchmark.extra_info.update(
        {
            "lag_p50_ms": round(float(np.percentile(lags_ms, 50)), 2),
            "lag_p95_ms": round(float(np.percentile(lags_ms, 95)), 2),
            "lag_max_ms": round(float(lags_ms.max()), 2),
            # What the thread itself computed between two beats; other programs do not count.
            "gui_cpu_p95_ms": round(float(np.percentile(cpu_ms, 95)), 2),
            "gui_cpu_max_ms": round(float(cpu_ms.max()), 2),
            "sleeper_lag_p95_ms": round(float(np.percentile(sleeper_ms, 95)), 2),
            "sleeper_lag_max_ms": round(float(sleeper_ms.max()), 2),
            "n_beats": len(lags_ms),
            "bound_p95_ms": BOUND_P95_MS,
            "bound_max_ms": BOUND_MAX_MS,
        }
    )
    assert len(lags_ms) > 0
