"""A lane runs jobs in order, and each job ends exactly once."""

from __future__ import annotations

import logging
import threading

import pytest

from engine.errors import DataError
from engine.jobs.runner import JobRunner, JobState

LIMIT_S = 10.0


class Listener:
    """Collects events; waits for the final ones."""

    def __init__(self):
        self.events = []
        self._changed = threading.Condition()

    def __call__(self, event):
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def of(self, job_id):
        return [event for event in self.events if event.job_id == job_id]

    def final(self, job_id):
        with self._changed:
            assert self._changed.wait_for(
                lambda: any(event.state.final for event in self.of(job_id)), LIMIT_S
            )
            return self.of(job_id)[-1]


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def lane(listener):
    runner = JobRunner("outcrop-test", listener)
    yield runner
    assert runner.shutdown(LIMIT_S)


@pytest.fixture
def gate():
    event = threading.Event()
    yield event
    event.set()


def _states(events):
    return [event.state for event in events]


def test_a_job_is_queued_runs_and_gives_its_result(lane, listener):
    number = lane.submit(lambda job: 6 * 7, title="think")
    final = listener.final(number)
    assert _states(listener.of(number)) == [JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED]
    assert final.result == 42
    assert final.title == "think"
    assert final.error is None


def test_jobs_run_one_after_another_in_order(lane, listener):
    order, running = [], []

    def work(name):
        def run(job):
            running.append(name)
            assert running == [name]
            order.append(name)
            running.remove(name)

        return run

    numbers = [lane.submit(work(name)) for name in "abcdef"]
    listener.final(numbers[-1])
    assert order == list("abcdef")


def test_jobs_run_on_the_lane_not_on_the_caller(lane, listener):
    number = lane.submit(lambda job: threading.current_thread().name)
    assert listener.final(number).result == "outcrop-test"


def test_progress_reaches_the_listener(lane, listener):
    def work(job):
        job.report(1, 4, "one")
        job.report(4, 4, "all")

    number = lane.submit(work)
    listener.final(number)
    progress = [event for event in listener.of(number) if event.total == 4]
    assert [(event.done, event.message) for event in progress] == [(1, "one"), (4, "all")]
    assert all(event.elapsed_s >= 0 for event in progress)


def test_a_running_job_is_cancelled_at_its_next_check(lane, listener, gate):
    started = threading.Event()

    def work(job):
        started.set()
        assert gate.wait(LIMIT_S)
        job.check()
        pytest.fail("it went on")

    number = lane.submit(work)
    assert started.wait(LIMIT_S)
    lane.cancel(number)
    gate.set()
    assert listener.final(number).state is JobState.CANCELLED


def test_what_breaks_in_a_cancelled_job_is_not_told(lane, listener, gate, caplog):
    started = threading.Event()

    def work(_job):
        started.set()
        assert gate.wait(LIMIT_S)
        raise ValueError("the file was closed")

    number = lane.submit(work)
    assert started.wait(LIMIT_S)
    lane.cancel(number)
    gate.set()
    assert listener.final(number).state is JobState.CANCELLED
    assert caplog.records == []


def test_a_queued_job_is_cancelled_at_once(lane, listener, gate):
    first = lane.submit(lambda job: gate.wait(LIMIT_S))
    second = lane.submit(lambda job: pytest.fail("it ran"))
    lane.cancel(second)
    assert _states(listener.of(second)) == [JobState.QUEUED, JobState.CANCELLED]
    gate.set()
    assert listener.final(first).state is JobState.SUCCEEDED


def test_a_job_that_ends_before_it_sees_the_wish_to_stop_has_succeeded(lane, listener, gate):
    started = threading.Event()

    def work(job):
        started.set()
        gate.wait(LIMIT_S)
        return "done"

    number = lane.submit(work)
    started.wait(LIMIT_S)
    lane.cancel(number)
    gate.set()
    assert listener.final(number).state is JobState.SUCCEEDED


def test_cancelling_an_unknown_or_finished_job_does_nothing(lane, listener):
    number = lane.submit(lambda job: None)
    listener.final(number)
    lane.cancel(number)
    lane.cancel(999)
    assert sum(event.state.final for event in listener.events) == 1


@pytest.mark.parametrize("error", [DataError("bad", hint="mend it"), RuntimeError("odd")])
def test_a_failing_job_hands_its_error_on_and_the_lane_lives(error, lane, listener, caplog):
    caplog.set_level(logging.CRITICAL)

    def work(job):
        raise error

    failed = lane.submit(work)
    after = lane.submit(lambda job: "next")
    assert listener.final(failed).state is JobState.FAILED
    assert listener.final(failed).error is error
    assert listener.final(after).result == "next"


def test_a_job_that_ends_the_interpreter_does_not_end_the_lane(lane, listener, caplog):
    caplog.set_level(logging.CRITICAL)

    def work(job):
        raise SystemExit(3)

    failed = lane.submit(work)
    assert listener.final(failed).state is JobState.FAILED
    assert listener.final(lane.submit(lambda job: 1)).result == 1


def test_defects_are_logged_with_their_traceback_and_messages_for_users_are_not(
    lane, listener, caplog
):
    def fails(error):
        def work(job):
            raise error

        return work

    listener.final(lane.submit(fails(DataError("bad"))))
    assert caplog.records == []
    listener.final(lane.submit(fails(RuntimeError("odd"))))
    assert [record.exc_info[0] for record in caplog.records] == [RuntimeError]


def test_shutting_down_cancels_all_and_ends_the_thread(listener, gate):
    lane = JobRunner("outcrop-test", listener)
    started = threading.Event()

    def work(job):
        started.set()
        while True:
            job.check()
            gate.wait(0.01)

    running = lane.submit(work)
    queued = lane.submit(lambda job: pytest.fail("it ran"))
    assert started.wait(LIMIT_S)
    assert lane.shutdown(LIMIT_S)
    for number in (running, queued):
        assert listener.of(number)[-1].state is JobState.CANCELLED
        assert sum(event.state.final for event in listener.of(number)) == 1
    with pytest.raises(RuntimeError, match="shut down"):
        lane.submit(lambda job: None)
    assert lane.shutdown(LIMIT_S)


def test_a_shutdown_that_takes_too_long_says_so(listener, gate):
    lane = JobRunner("outcrop-test", listener)
    started = threading.Event()

    def work(job):
        started.set()
        gate.wait(LIMIT_S)

    lane.submit(work)
    started.wait(LIMIT_S)
    assert not lane.shutdown(0.01)
    gate.set()
    assert lane.shutdown(LIMIT_S)


def test_jobs_submitted_from_many_threads_all_run(lane, listener):
    numbers = []
    lock = threading.Lock()

    def submit():
        for _ in range(25):
            number = lane.submit(lambda job: None)
            with lock:
                numbers.append(number)

    threads = [threading.Thread(target=submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 100
    for number in numbers:
        assert listener.final(number).state is JobState.SUCCEEDED
        assert _states(listener.of(number))[0] is JobState.QUEUED


def test_a_job_may_submit_and_cancel_others(lane, listener):
    def work(job):
        other = lane.submit(lambda job: pytest.fail("it ran"))
        lane.cancel(other)
        return other

    other = listener.final(lane.submit(work)).result
    assert listener.final(other).state is JobState.CANCELLED
