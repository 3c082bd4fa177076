import threading
import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QToolButton

from app.panels.jobs_panel import JobsPanel, duration_text
from app.workers.job_bridge import JobBridge
from engine.core.place_lock import PlaceTakenError
from engine.jobs.runner import JobEvent, JobState


@pytest.fixture
def lane(qapp):
    lane = JobBridge("outcrop-test")
    yield lane
    lane.shutdown()


@pytest.fixture
def panel(qtbot, lane):
    panel = JobsPanel((lane,))
    qtbot.addWidget(panel)
    panel.show()
    yield panel
    panel.close()


def texts(panel):
    return [label.text() for label in panel.findChildren(QLabel)]


def test_durations_for_people():
    assert [duration_text(s) for s in (0.84, 41.6, 185, 7800)] == [
        "0.8 s",
        "42 s",
        "3 min 05 s",
        "2 h 10 min",
    ]


def test_time_left_follows_the_rate_of_the_work_not_of_loading_the_model(panel, lane):
    def tell(done, total, elapsed_s, message):
        lane.job_changed.emit(
            JobEvent(1, "Export", JobState.RUNNING, done, total, message, elapsed_s)
        )

    tell(0, 0, 1.0, "loading the model")
    tell(99, 100, 60.0, "checking amplitudes")
    assert not any("left" in text for text in texts(panel))
    tell(1, 100, 61.0, "5.00 sections/s")
    tell(6, 100, 62.0, "5.00 sections/s")
    assert "5.00 sections/s, 19 s left" in texts(panel)


def test_a_project_that_another_window_has_is_no_failure(panel, lane):
    error = PlaceTakenError(Path("a.outcrop"), "is open", hint="Close it there.")
    lane.job_changed.emit(JobEvent(1, "Open a", JobState.FAILED, elapsed_s=2.8, error=error))
    assert "in use elsewhere after 2.8 s" in texts(panel)


def test_a_job_shows_progress_and_can_be_cancelled(qtbot, panel, lane):
    gate = threading.Event()

    def work(job):
        job.report(1, 10, "inline 101")
        time.sleep(0.1)
        job.report(3, 10, "inline 103")
        while not gate.wait(0.01):
            job.check()

    lane.submit(work, title="Export out.sgy")
    qtbot.waitUntil(lambda: any("inline 103" in text for text in texts(panel)), timeout=3000)
    (bar,) = panel.findChildren(QProgressBar)
    assert (bar.value(), bar.maximum()) == (3, 10)
    assert any("left" in text for text in texts(panel))
    cancel = next(b for b in panel.findChildren(QToolButton) if b.toolTip() == "Cancel")
    cancel.click()
    qtbot.waitUntil(lambda: "cancelled" in texts(panel), timeout=3000)
    assert cancel.isHidden()


def test_jobs_without_title_are_not_listed(qtbot, panel, lane):
    with qtbot.waitSignal(
        lane.job_changed, check_params_cb=lambda event: event.state.final, timeout=3000
    ):
        lane.submit(lambda _job: None)
    assert panel.n_listed == 0


def test_many_finished_jobs_do_not_pile_up(qtbot, panel, lane):
    for number in range(30):
        lane.submit(lambda _job: None, title=f"job {number}")
    qtbot.waitUntil(lambda: "job 29" in texts(panel), timeout=3000)
    qtbot.waitUntil(lambda: panel.n_listed <= 8, timeout=3000)


def test_a_brief_job_is_listed_only_once_it_takes_a_while(qtbot, lane):
    panel = JobsPanel((lane,), brief=(lane,))
    qtbot.addWidget(panel)
    panel.show()
    with qtbot.waitSignal(
        lane.job_changed, check_params_cb=lambda event: event.state.final, timeout=3000
    ):
        lane.submit(lambda _job: None, title="Fill")
    assert panel.n_listed == 0
    gate = threading.Event()
    lane.submit(lambda _job: gate.wait(20), title="Long fill")
    qtbot.waitUntil(lambda: panel.n_listed == 1, timeout=3000)
    (bar,) = panel.findChildren(QProgressBar)
    qtbot.waitUntil(bar.isVisible, timeout=3000)
    gate.set()
    qtbot.waitUntil(lambda: any("done after" in text for text in texts(panel)), timeout=3000)
    panel.close()


def test_a_brief_job_that_was_overtaken_is_not_listed_either(qtbot, lane):
    panel = JobsPanel((lane,), brief=(lane,))
    qtbot.addWidget(panel)
    panel.show()
    lane.job_changed.emit(JobEvent(1, "Refit", JobState.RUNNING, 0, 0, "", 0.1))
    lane.job_changed.emit(JobEvent(1, "Refit", JobState.CANCELLED, 0, 0, "", 0.2))
    assert panel.n_listed == 0
    panel.close()


def test_a_job_done_again_takes_the_place_of_the_last(panel, lane):
    for number in (1, 2):
        lane.job_changed.emit(JobEvent(number, "Refit", JobState.RUNNING, 0, 0, "", 0.1))
        assert "running" in texts(panel)
        lane.job_changed.emit(JobEvent(number, "Refit", JobState.SUCCEEDED, 0, 0, "", 2.0))
        lane.job_changed.emit(JobEvent(number + 5, "Other", JobState.RUNNING, 0, 0, "", 0.1))
        assert panel.n_listed == 1 + number
