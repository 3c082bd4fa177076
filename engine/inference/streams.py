"""How many sections are evaluated side by side, and with how many threads each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from engine.errors import JobCancelledError

_MOST_STREAMS, _GPU_STREAMS = 4, 2


@dataclass(frozen=True, slots=True)
class Streams:
    """Python threads that each evaluate one section at a time.

    Parameters
    ----------
    count : int
        Python threads.
    threads : int or None
        torch's threads in each; None leaves them as they are.
    """

    count: int
    threads: int | None

    @classmethod
    def on(cls, device: torch.device, n_tasks: int) -> Streams:
        """Choose for a device.

        Two streams of one thread each beat one stream of two on a CPU, by 10 to
        28 per cent: nothing waits at the end of each layer. More than four would
        multiply the memory. Beside a GPU, a second stream reads and writes while
        the first computes.

        Parameters
        ----------
        device : torch.device
            Where the model is.
        n_tasks : int
            How many there are to do, at least one.

        Returns
        -------
        Streams
            As many threads in all as torch has in the calling thread.
        """
        if device.type != "cpu":
            return cls(min(n_tasks, _GPU_STREAMS), None)
        threads = torch.get_num_threads()
        count = min(threads, _MOST_STREAMS, n_tasks)
        return cls(count, threads // count)

    def run(self, work: Callable[[], None], stop: Callable[[], None]) -> None:
        """Run `work` once in each stream, and wait for all.

        Parameters
        ----------
        work : callable
            Takes its tasks from a place that all streams share.
        stop : callable
            Called when one stream fails or the wait is interrupted; makes
            `work` return or raise `JobCancelledError` in the others.

        Raises
        ------
        Exception
            What the first stream that failed raised.
        """
        with (
            self._thread_counts(),
            ThreadPoolExecutor(
                self.count, thread_name_prefix="outcrop-stream", initializer=self._begin
            ) as pool,
        ):
            futures = [pool.submit(work) for _ in range(self.count)]
            try:
                wait(futures, return_when=FIRST_EXCEPTION)
            finally:
                if not all(future.done() and future.exception() is None for future in futures):
                    stop()
            wait(futures)
        _raise_first(futures)

    def _begin(self) -> None:
        # In torch the count holds for the thread that sets it, and for threads
        # that start to compute later.
        if self.threads is not None:
            torch.set_num_threads(self.threads)

    @contextmanager
    def _thread_counts(self) -> Iterator[None]:
        before = torch.get_num_threads()
        try:
            yield
        finally:
            torch.set_num_threads(before)


def _raise_first(futures: list[Future[None]]) -> None:
    """Raise a cause rather than its consequence, the other streams' stop."""
    errors = [error for future in futures if (error := future.exception()) is not None]
    errors.sort(key=lambda error: isinstance(error, JobCancelledError))
    if errors:
        raise errors[0]
