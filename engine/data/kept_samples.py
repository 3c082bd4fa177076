"""Arrays of samples that were read last, so that those of one sample are read once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from numpy.typing import NDArray

_KEEP_BYTES = 1 << 28

Arrays = tuple[NDArray[Any], ...]


class KeptSamples:
    """Keeps the arrays of recent samples, up to 256 MiB; any thread may use it.

    Parameters
    ----------
    limit_bytes : int, optional
        Room for all arrays together; two samples are kept in any case, since a
        batch takes image and labels of one after the other.
    """

    def __init__(self, limit_bytes: int = _KEEP_BYTES) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, Arrays] = OrderedDict()

    def get(self, index: int) -> Arrays | None:
        """Return the arrays of a sample, not to be written to; None if they are not kept."""
        with self._lock:
            found = self._kept.get(index)
            if found is not None:
                self._kept.move_to_end(index)
            return found

    def put(self, index: int, arrays: Arrays) -> None:
        """Keep the arrays of a sample, and give up those that were used longest ago."""
        with self._lock:
            self._kept[index] = arrays
            most = max(2, self._limit // max(1, sum(array.nbytes for array in arrays)))
            while len(self._kept) > most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Give up all of them."""
        with self._lock:
            self._kept.clear()
