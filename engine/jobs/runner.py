"""A lane: one thread that works off jobs in order."""

from __future__ import annotations

import enum
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.errors import EngineError, JobCancelledError
from engine.jobs.context import JobContext, ThrottledContext

_log = logging.getLogger(__name__)


class JobState(enum.Enum):
    """Where a job stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Whether no further event follows."""
        return self in {JobState.SUCCEEDED, JobState.CANCELLED, JobState.FAILED}


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One change of one job.

    Parameters
    ----------
    job_id : int
        The number `JobRunner.submit` returned.
    title : str
        What the job does, for the user.
    state : JobState
        The state after the change.
    done, total : int
        Progress in the job's own units; ``total`` 0 means not known.
    message : str
        One line for the user.
    elapsed_s : float
        Seconds since the job started; 0 while queued.
    result : object
        What the work returned, when it succeeded.
    error : BaseException or None
        What it raised, when it failed.
    """

    job_id: int
    title: str
    state: JobState
    done: int = 0
    total: int = 0
    message: str = ""
    elapsed_s: float = 0.0
    result: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Job:
    number: int
    title: str
    work: Callable[[JobContext], Any]
    context: ThrottledContext
    started_s: float = 0.0


class JobRunner:
    """Runs jobs one after another on one thread.

    Parameters
    ----------
    name : str
        Name of the thread.
    listener : callable
        Called with each `JobEvent`, from the lane's thread or from the thread
        that submits or cancels. Each job gets exactly one final event.
    """

    def __init__(self, name: str, listener: Callable[[JobEvent], None]) -> None:
        self._listener = listener
        self._numbers = itertools.count(1)
        self._queue: deque[_Job] = deque()
        self._running: _Job | None = None
        self._closed = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[JobContext], Any], *, title: str = "") -> int:
        """Queue work.

        Parameters
        ----------
        work : callable
            Called as ``work(job)``; its inputs are bound when it is made.
        title : str, default ""
            What it does, for the user.

        Returns
        -------
        int
            The job's number in this lane.

        Raises
        ------
        RuntimeError
            If the lane was shut down.
        """
        with self._wake:
            if self._closed:
                raise RuntimeError("the lane is shut down")
            number = next(self._numbers)
            context = ThrottledContext(
                lambda done, total, message: self._progress(number, done, total, message)
            )
            # The event goes out under the lock, so that it precedes every later one.
            self._listener(JobEvent(number, title, JobState.QUEUED))
            self._queue.append(_Job(number, title, work, context))
            self._wake.notify()
        return number

    def cancel(self, job_id: int) -> None:
        """Ask a job to stop: at once if it is queued, at its next check if it runs."""
        dropped: _Job | None = None
        with self._wake:
            if self._running is not None and self._running.number == job_id:
                self._running.context.cancel()
            for job in self._queue:
                if job.number == job_id:
                    dropped = job
                    break
            if dropped is not None:
                self._queue.remove(dropped)
        if dropped is not None:
            self._listener(JobEvent(dropped.number, dropped.title, JobState.CANCELLED))

    def shutdown(self, timeout_s: float | None = None) -> bool:
        """Cancel all jobs, wait for the running one to notice, and end the thread.

        Parameters
        ----------
        timeout_s : float, optional
            How long to wait; forever when left out.

        Returns
        -------
        bool
            Whether the thread has ended.
        """
        with self._wake:
            self._closed = True
            queued = list(self._queue)
            self._queue.clear()
            if self._running is not None:
                self._running.context.cancel()
            self._wake.notify()
        for job in queued:
            self._listener(JobEvent(job.number, job.title, JobState.CANCELLED))
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._queue and not self._closed:
                    self._wake.wait()
                if not self._queue:
                    return
                job = self._running = self._queue.popleft()
            job.started_s = time.monotonic()
            self._listener(JobEvent(job.number, job.title, JobState.RUNNING))
            event = self._work(job)
            with self._wake:
                self._running = None
            self._listener(event)

    def _work(self, job: _Job) -> JobEvent:
        state, result = JobState.SUCCEEDED, None
        error: BaseException | None = None
        try:
            job.context.check()
            result = job.work(job.context)
        except JobCancelledError:
            state = JobState.CANCELLED
        except EngineError as failure:
            state, error = JobState.FAILED, failure
        except BaseException as failure:  # noqa: BLE001 - the border of the lane: a job must never end the thread
            if job.context.cancelled and isinstance(failure, Exception):
                # What it worked on may have been closed under it; nobody waits for the answer.
                _log.debug("job %s (%s) was cancelled", job.number, job.title, exc_info=True)
                state = JobState.CANCELLED
            else:
                _log.exception("job %s (%s) failed", job.number, job.title)
                state, error = JobState.FAILED, failure
        elapsed_s = time.monotonic() - job.started_s
        return JobEvent(
            job.number, job.title, state, elapsed_s=elapsed_s, result=result, error=error
        )

    def _progress(self, number: int, done: int, total: int, message: str) -> None:
        job = self._running
        if job is None or job.number != number:
            return
        elapsed_s = time.monotonic() - job.started_s
        self._listener(
            JobEvent(number, job.title, JobState.RUNNING, done, total, message, elapsed_s)
        )
