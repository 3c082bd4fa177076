import threading

import pytest
from PySide6.QtWidgets import QApplication

from app.workers.job_bridge import JobBridge
from app.workers.latest import Latest
from engine.errors import EngineError
from engine.jobs.runner import JobState


@pytest.fixture
def lane(qapp):
    lane = JobBridge("outcrop-test")
    yield lane
    lane.shutdown()


def test_only_the_newest_request_is_answered(qtbot, lane):
    latest = Latest(lane)
    got = []
    latest.arrived.connect(got.append)
    gate = threading.Event()
    latest.request(lambda _job: gate.wait(5) and "first")
    for number in range(20):
        latest.request(lambda _job, n=number: n)
    with qtbot.waitSignal(latest.arrived, timeout=3000):
        gate.set()
    assert got == [19]
    assert not latest.busy


def test_a_newer_request_cancels_the_one_that_runs(qtbot, lane):
    latest = Latest(lane)
    cancelled = threading.Event()
    started = threading.Event()

    def work(job):
        started.set()
        try:
            while True:
                job.check()
        finally:
            cancelled.set()

    latest.request(work)
    assert started.wait(3)
    with qtbot.waitSignal(latest.arrived, timeout=3000):
        latest.request(lambda _job: 1)
    assert cancelled.is_set()


def test_an_error_is_handed_on_and_a_cancelled_request_is_silent(qtbot, lane):
    latest = Latest(lane)
    with qtbot.waitSignal(latest.failed, timeout=3000) as caught:
        latest.request(lambda _job: (_ for _ in ()).throw(EngineError("broken")))
    assert str(caught.args[0]) == "broken"
    got = []
    latest.arrived.connect(got.append)
    latest.request(lambda _job: 1)
    latest.cancel()
    with qtbot.waitSignal(
        lane.job_changed, timeout=3000, check_params_cb=lambda event: event.result == 2
    ):
        lane.submit(lambda _job: 2)
    assert got == []


def test_events_are_delivered_on_the_gui_thread(qtbot, lane):
    threads = []
    lane.job_changed.connect(lambda _event: threads.append(threading.current_thread()))
    with qtbot.waitSignal(
        lane.job_changed,
        timeout=3000,
        check_params_cb=lambda event: event.state is JobState.SUCCEEDED,
    ):
        lane.submit(lambda job: job.report(1, 2))
    assert set(threads) == {threading.main_thread()}


def test_after_shutdown_nothing_is_delivered(qtbot, lane):
    got = []
    lane.job_changed.connect(got.append)
    lane.submit(lambda _job: 1)
    assert lane.shutdown()
    assert lane.closed
    QApplication.processEvents()
    assert got == []
