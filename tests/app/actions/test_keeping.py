"""Steps are on disk at once, and none is lost."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from engine.errors import WriteError
from engine.session.journal import read_journal
from engine.session.project import Project
from tests.app.projects import box_of, paint, settle, untitled


def test_each_step_is_on_the_disk_at_once(qtbot, start, survey):
    window = start(survey)
    paint(window)
    qtbot.waitUntil(lambda: len(untitled()) == 1, timeout=3000)
    settle(qtbot, window)
    journal = untitled()[0] / "journal"
    assert [record.title for record in read_journal(journal).records] == ["New project", "Brush"]
    paint(window, 0, title="Eraser")
    window.steps.undo()
    settle(qtbot, window)
    records = read_journal(journal).records
    assert [record.action for record in records] == ["begin", "edit", "edit", "undo"]
    assert {record.author for record in records} == {window.session.author}


def test_a_full_disk_is_told_and_the_steps_are_written_later(qtbot, start, survey, monkeypatch):
    window = start(survey)
    paint(window)
    settle(qtbot, window)
    journal = untitled()[0] / "journal"

    def full(_self, _records):
        raise WriteError(journal, "no space", hint="Make some.")

    with monkeypatch.context() as patched:
        patched.setattr(Project, "append", full)
        with qtbot.waitSignal(window.projects.failed, timeout=3000):
            paint(window, 0)
        box_of(window).close()
    paint(window, 1, (5, 1))
    settle(qtbot, window)
    assert len(read_journal(journal).records) == 4


def test_closing_asks_nothing_and_loses_nothing(qtbot, start, survey):
    window = start(survey)
    for step in range(50):
        paint(window, step % 2, (step % 5, step % 7))
    n_steps = 0
    while window.session.labels.undo() is not None:
        n_steps += 1
    window.close()
    assert not window.isVisible()
    assert len(read_journal(untitled()[0] / "journal").records) == 1 + 2 * n_steps


_LABEL = """
import sys, time
from pathlib import Path
import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.composition import compose
from engine.session.edits import LabelKey
from tests.app.fakes import ReadingWork, model_info

app = QApplication(["outcrop"])
window = compose(app, ReadingWork())
window.show()
steps = 0

def label():
    global steps
    labels = window.session.labels
    if labels is None:
        return
    values = np.full((2, 2), steps % 2, np.uint8)
    key = LabelKey("Ann", "inline", 1)
    labels.paint(key, steps % 9, steps % 7, values, title=f"Stroke {steps}")
    steps += 1
    QTimer.singleShot(1000, lambda n=steps: print(n, flush=True))

timer = QTimer()
timer.timeout.connect(label)
timer.start(20)
window.files.open_path(Path(sys.argv[1]))
app.exec()
"""


def test_a_killed_window_loses_no_stroke_older_than_a_moment(qtbot, start, survey):
    root = Path(__file__).parents[3]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(root)}
    words = [sys.executable, "-c", _LABEL, str(survey)]
    with subprocess.Popen(
        words, cwd=root, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        told = 0
        while told < 15:
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
    (folder,) = untitled()
    titles = [r.title for r in read_journal(folder / "journal").records if r.action == "edit"]
    assert len(titles) >= told
    window = start(survey)
    n_undone = 0
    while window.session.labels.undo() is not None:
        n_undone += 1
    assert n_undone == len(titles)


def test_strokes_of_data_closed_a_moment_before_the_window_are_kept(qtbot, start, survey):
    window = start(survey)
    gate = threading.Event()
    window._lanes.journal.submit(lambda _job: gate.wait(5))
    for step in range(3):
        paint(window, step % 2, (step, step))
    window._model.close_volume()
    threading.Timer(0.3, gate.set).start()
    window.close()
    titles = [record.title for record in read_journal(untitled()[0] / "journal").records]
    assert titles == ["New project", "Brush", "Brush", "Brush"]


def test_a_disk_that_hangs_does_not_keep_the_window_from_closing(qtbot, start, survey):
    window = start(survey)
    gate = threading.Event()
    window._lanes.journal.submit(lambda _job: gate.wait(30))
    paint(window)
    window.close()
    assert not gate.is_set()
    assert not window.lanes_ended
    gate.set()
