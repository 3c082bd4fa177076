"""The window: from start to visible, and from a request to pixels."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from app.composition import compose
from app.workers.work import Work
from tests.benchmarks.painting import Painted

ROOT = Path(__file__).resolve().parents[2]
N_STARTS = 5
N_SLICES = 200

_START = """
import time
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.composition import compose
app = QApplication([])
window = compose(app)
window.show()
app.processEvents()
window.grab()
print(json.dumps({"visible": time.time(), "torch": "torch" in sys.modules}))
sys.stdout.flush()
window.close()
"""


class NoModels(Work):
    """Lists no models, so that nothing else runs."""

    def list_models(self, folders, job):
        return ()


def _start():
    began_s = time.time()
    result = subprocess.run(
        [sys.executable, "-c", _START], cwd=ROOT, capture_output=True, text=True, check=True
    )
    answer = json.loads(result.stdout.strip().splitlines()[-1])
    assert not answer["torch"]
    return answer["visible"] - began_s


def test_start_to_visible_window_without_torch(benchmark):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    before_s = before.ru_utime + before.ru_stime
    seconds = [_start() for _ in range(N_STARTS)]
    benchmark.pedantic(_start, rounds=1)
    benchmark.extra_info["visible_median_s"] = round(float(np.median(seconds)), 3)
    benchmark.extra_info["visible_all_s"] = [round(s, 3) for s in seconds]
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = (spent.ru_utime + spent.ru_stime - before_s) / (N_STARTS + 1)
    benchmark.extra_info["cpu_s"] = round(cpu_s, 3)
    benchmark.extra_info["bound_s"] = 1.5


@pytest.fixture(scope="module")
def survey(tmp_path_factory, write_survey):
    folder = Path(os.environ.get("OUTCROP_TEST_DATA", ROOT.parent / "shared" / "data"))
    real = folder / "segy" / "parihaka_crop.sgy"
    if real.is_file():
        return real
    return write_survey(tmp_path_factory.mktemp("survey") / "synthetic.sgy", 150, (400, 220))


@pytest.fixture
def window(qapp, qtbot, survey):
    window = compose(qapp, NoModels())
    window.resize(1400, 900)
    window.show()
    window.files.open_path(survey)
    qtbot.waitUntil(lambda: window.pane.view.shown is not None, timeout=60000)
    yield window
    window.close()


@pytest.mark.parametrize("direction", ["inline", "crossline", "twt"])
def test_slice_from_request_to_pixels(benchmark, window, direction):
    model, painted = window._model, Painted(window.pane.view)
    model.set_direction(direction)
    size = window.session.opened.axis.size
    order = np.random.default_rng(0).permutation(size)

    def show(index):
        painted.show(model, direction, index)

    for index in range(size):  # warm: every page of the file is in memory
        show(index)
    seconds = []
    began_cpu_s = time.thread_time()
    for index in order[:N_SLICES]:
        began_s = time.perf_counter()
        show(index)
        seconds.append(time.perf_counter() - began_s)
    cpu_ms = (time.thread_time() - began_cpu_s) / len(seconds) * 1000
    benchmark.extra_info["gui_cpu_ms"] = round(cpu_ms, 2)
    benchmark.pedantic(show, args=(int(order[0]),), rounds=1)
    benchmark.extra_info["p50_ms"] = round(float(np.percentile(seconds, 50)) * 1000, 2)
    benchmark.extra_info["p95_ms"] = round(float(np.percentile(seconds, 95)) * 1000, 2)
    benchmark.extra_info["bound_p95_ms"] = 16.0
    benchmark.extra_info["n_slices"] = len(seconds)
