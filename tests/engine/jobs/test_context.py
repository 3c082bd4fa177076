"""Reports are throttled, and the last one always comes through."""

from __future__ import annotations

import pytest

from engine.errors import JobCancelledError
from engine.jobs import context
from engine.jobs.context import NULL_JOB, ThrottledContext


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now_s = 100.0

    monkeypatch.setattr(context.time, "monotonic", lambda: Clock.now_s)
    return Clock


def test_reports_come_at_twenty_a_second_at_most(clock):
    seen = []
    job = ThrottledContext(lambda *report: seen.append(report))
    for k in range(1000):
        job.report(k, 2000)
        clock.now_s += 0.001
    assert 18 <= len(seen) <= 21


def test_the_first_and_the_last_report_always_come_through(clock):
    seen = []
    job = ThrottledContext(lambda *report: seen.append(report))
    job.report(0, 3, "begin")
    job.report(1, 3)
    job.report(3, 3, "end")
    assert seen == [(0, 3, "begin"), (3, 3, "end")]


def test_check_raises_once_the_job_was_asked_to_stop():
    job = ThrottledContext(lambda *report: None)
    job.check()
    assert not job.cancelled
    job.cancel()
    assert job.cancelled
    with pytest.raises(JobCancelledError):
        job.check()


def test_outside_a_job_nothing_is_reported_or_cancelled():
    NULL_JOB.report(1, 2, "text")
    NULL_JOB.check()
