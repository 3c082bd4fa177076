"""Which traces belong to which gather."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.readers.segy.header_scan import HeaderScan
from engine.readers.segy.sort_key import SORT_KEYS, SortKey

_OFFSET = SORT_KEYS["offset"][0]
_CHANNEL = SORT_KEYS["channel"][0]
_SHOTS = frozenset({"ffid", "shot"})


@dataclass(frozen=True, slots=True, eq=False)
class GatherIndex:
    """The traces of a file, gather by gather.

    Parameters
    ----------
    key : SortKey
        What they are gathered by.
    numbers : ndarray of int64, shape (n_gathers, n_bytes)
        The key's number of each gather, ascending; X and Y of a receiver.
    starts : ndarray of int64, shape (n_gathers + 1,)
        Where each gather begins in `traces`.
    traces : ndarray of int64, shape (n_traces,)
        Trace numbers from 0. Within a gather: shots by channel where these
        differ, else by offset, then as they come in the file.
    """

    key: SortKey
    numbers: NDArray[np.int64]
    starts: NDArray[np.int64]
    traces: NDArray[np.int64]

    @classmethod
    def build(cls, key: SortKey, scan: HeaderScan) -> GatherIndex:
        """Gather the traces of a file.

        Parameters
        ----------
        key : SortKey
            What to gather by.
        scan : HeaderScan
            Its trace headers.

        Returns
        -------
        GatherIndex
            Every trace is in one gather.
        """
        columns = scan.columns([*key.bytes_, _OFFSET, _CHANNEL])
        keys = [columns[byte].astype(np.int64) // key.width * key.width for byte in key.bytes_]
        within = columns[_OFFSET]
        if key.name in _SHOTS and np.any(columns[_CHANNEL] != columns[_CHANNEL][0]):
            within = columns[_CHANNEL]
        # The last key sorts first; equal ones stay in the order of the file.
        order = np.lexsort(np.stack([within, *reversed(keys)])).astype(np.int64)
        ordered = np.column_stack(keys)[order]
        changes = np.any(np.diff(ordered, axis=0) != 0, axis=1)
        first = np.concatenate([[0], np.flatnonzero(changes) + 1])
        starts = np.append(first, order.size).astype(np.int64)
        return cls(key, ordered[first], starts, order)

    @property
    def n_gathers(self) -> int:
        """Number of gathers."""
        return int(self.numbers.shape[0])

    @property
    def folds(self) -> NDArray[np.int64]:
        """Traces of each gather, shape (n_gathers,)."""
        return np.diff(self.starts)

    def of(self, index: int) -> NDArray[np.int64]:
        """Return the trace numbers of one gather, in its order."""
        return self.traces[self.starts[index] : self.starts[index + 1]]

    def label(self, index: int) -> str:
        """Return what one gather is called, such as ``cdp 1204 (3 of 90)``."""
        numbers = self.numbers[index].tolist()
        place = f"({index + 1} of {self.n_gathers})"
        if self.key.width > 1:
            return f"{self.key.name} {numbers[0]} to {numbers[0] + self.key.width - 1} {place}"
        if len(numbers) > 1:
            return f"{self.key.name} at {', '.join(str(n) for n in numbers)} {place}"
        return f"{self.key.name} {numbers[0]} {place}"

    def axis(self) -> Axis:
        """Return the axis along which the gathers are stacked.

        Returns
        -------
        Axis
            Of the key's own numbers where they are evenly spaced; else ``gather``,
            from 1 on, because an axis of evenly spaced numbers would claim
            gathers that are not there.
        """
        numbers = self.numbers[:, 0]
        if self.numbers.shape[1] == 1:
            steps = np.diff(numbers)
            if steps.size == 0 or np.all(steps == steps[0]):
                step = float(steps[0]) if steps.size else 1.0
                return Axis(self.key.name, "1", float(numbers[0]), step, self.n_gathers)
        return Axis("gather", "1", 1.0, 1.0, self.n_gathers)

    def to_json(self) -> dict[str, Any]:
        """Return ``key``, ``bytes``, ``count``, ``first`` and ``last`` number, and the folds."""
        return {
            "key": self.key.name,
            "bytes": list(self.key.bytes_),
            "width": self.key.width,
            "count": self.n_gathers,
            "first": self.numbers[0].tolist(),
            "last": self.numbers[-1].tolist(),
            "even": self.axis().name == self.key.name,
            "fold": [int(self.folds.min()), int(self.folds.max())],
        }
