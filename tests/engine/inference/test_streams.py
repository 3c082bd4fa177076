"""Streams share the work and leave torch's thread counts as they were."""

from __future__ import annotations

import threading

import pytest
import torch

from engine.errors import DataError, JobCancelledError
from engine.inference.streams import Streams


def _nothing():
    pass


def _threads_elsewhere():
    seen = []
    thread = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return seen[0]


@pytest.fixture
def set_threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("threads", "expected"), [(1, (1, 1)), (2, (2, 1)), (4, (4, 1)), (8, (4, 2)), (11, (4, 2))]
)
def test_a_cpu_is_divided_among_at_most_four_streams(threads, expected, set_threads):
    set_threads(threads)
    streams = Streams.on(torch.device("cpu"), 100)
    assert (streams.count, streams.threads) == expected


def test_a_single_section_gets_all_threads(set_threads):
    set_threads(4)
    assert Streams.on(torch.device("cpu"), 1) == Streams(1, 4)
    assert Streams.on(torch.device("cuda"), 1) == Streams(1, None)


def test_a_gpu_gets_a_second_stream_for_reading_and_writing():
    assert Streams.on(torch.device("cuda"), 100) == Streams(2, None)


def test_each_stream_computes_with_its_own_number_of_threads(set_threads):
    set_threads(3)
    seen = []
    together = threading.Barrier(2)

    def work():
        together.wait(10)
        seen.append(torch.get_num_threads())

    Streams(2, 1).run(work, _nothing)
    assert seen == [1, 1]
    assert torch.get_num_threads() == 3
    assert _threads_elsewhere() == 3


def test_thread_counts_are_restored_after_a_failure(set_threads):
    set_threads(2)

    def work():
        raise DataError("bad")

    with pytest.raises(DataError, match="bad"):
        Streams(1, 1).run(work, _nothing)
    assert torch.get_num_threads() == 2


def test_one_failure_stops_the_others_and_is_the_one_that_is_told():
    stopped = threading.Event()
    first = threading.Lock()

    def work():
        if first.acquire(blocking=False):
            raise DataError("the cause")
        assert stopped.wait(10)
        raise JobCancelledError

    with pytest.raises(DataError, match="the cause"):
        Streams(3, 1).run(work, stopped.set)
