"""Samples without those of places where there is no trace."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.readers.arrays.stored_array import Selection, StoredArray


class MaskedArray:
    """An array whose last axis is time or depth, NaN where there is no trace.

    Parameters
    ----------
    stored : StoredArray
        The samples.
    live : ndarray of bool
        Shaped like all axes but the last.
    format : str
        Of the file.
    """

    def __init__(self, stored: StoredArray, live: NDArray[np.bool_], format: str) -> None:  # noqa: A002 - as StoredArray names it
        self._stored = stored
        self._live = live
        self.format = format
        self.name = stored.name
        self.shape = stored.shape
        self.dtype: np.dtype[Any] = stored.dtype
        self.chunks = stored.chunks

    def read(self, selection: Selection) -> NDArray[Any]:
        """Read samples; see `StoredArray.read`."""
        whole = (*selection, *[slice(None)] * (len(self.shape) - len(selection)))
        data = self._stored.read(selection)
        live = self._live[whole[:-1]]
        if isinstance(whole[-1], slice):
            live = live[..., np.newaxis]
        return np.where(live, data, np.float32(np.nan))

    def close(self) -> None:
        """Give up the store."""
        self._stored.close()
