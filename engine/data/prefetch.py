"""Preparing the next items on a thread while the current one is computed with."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterable
from typing import TypeVar

T = TypeVar("T")

_POLL_S = 0.1


class _End:
    """Marks the end of the items, with the error that ended them."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def prefetch(items: Iterable[T], *, depth: int = 2) -> Generator[T, None, None]:
    """Iterate on a thread of its own, a few items ahead.

    Close the generator, or exhaust it, to end the thread; `contextlib.closing`
    does so on errors.

    Parameters
    ----------
    items : iterable
        Iterated on the thread; an error it raises is raised here, in its place.
    depth : int, default 2
        Items prepared ahead.

    Yields
    ------
    object
        The items in their order.
    """
    ready: queue.Queue[T | _End] = queue.Queue(maxsize=depth)
    stop = threading.Event()
    worker = threading.Thread(
        target=_fill, args=(items, ready, stop), name="outcrop-batches", daemon=True
    )
    worker.start()
    try:
        while True:
            item = ready.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        stop.set()
        worker.join()


def _fill(items: Iterable[T], ready: queue.Queue[T | _End], stop: threading.Event) -> None:
    """Put items into the queue until they end or nobody wants them."""
    error: BaseException | None = None
    try:
        for item in items:
            if not _put(ready, item, stop):
                return
    except BaseException as caught:  # noqa: BLE001 - raised again on the thread that iterates
        error = caught
    _put(ready, _End(error), stop)


def _put(ready: queue.Queue[T | _End], item: T | _End, stop: threading.Event) -> bool:
    """Wait for room; False if nobody wants the item."""
    while not stop.is_set():
        try:
            ready.put(item, timeout=_POLL_S)
        except queue.Full:
            continue
        return True
    return False
