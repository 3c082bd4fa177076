"""Leaving a core to the window while a model is trained in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_core_left() -> Iterator[int]:
    """Compute on all cores but one for a while, and on one core at least.

    torch's operations hold neither the interpreter nor a lock, but a window that has
    to share every core with them is drawn late.

    Yields
    ------
    int
        Threads that torch's operations use; as many as before afterwards.
    """
    before = torch.get_num_threads()
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    torch.set_num_threads(max(1, min(before, cores - 1)))
    try:
        yield torch.get_num_threads()
    finally:
        torch.set_num_threads(before)
