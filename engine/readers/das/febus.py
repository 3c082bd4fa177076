"""Rows of a Febus A1 file, whose samples lie in overlapping blocks.

DASCore finds the axes right, but its selection in time is a row off at block
ends (0.1.24), so that windows are cut here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.core.utc import NS_PER_S
from engine.errors import ReadError
from engine.readers.das.source import NO_STAMPS, RecordFacts
from engine.readers.hdf5_safety import opened

_MS_PER_S = 1000.0


@dataclass(frozen=True, slots=True)
class FebusSource:
    """Rows of one zone.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    facts : RecordFacts
        From DASCore.
    name : str
        Path of the array of shape ``(n_blocks, rows of a block, n_channels)``.
    first : int
        First row of a block that no other block repeats.
    height : int
        Rows of a block that count.
    stamps : ndarray of int64, optional
        See `RecordSource.stamps`.
    """

    path: Path
    facts: RecordFacts
    name: str
    first: int
    height: int
    stamps: NDArray[np.int64] = field(default_factory=lambda: NO_STAMPS)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read some rows; see `RecordSource.read`."""
        data = np.empty((stop - start, self.facts.channels.size), dtype=np.float32)
        with opened(self.path) as file:
            blocks = file[self.name]
            row = start
            while row < stop:
                block, inside = divmod(row, self.height)
                count = min(self.height - inside, stop - row)
                begin = self.first + inside
                data[row - start : row - start + count] = blocks[block, begin : begin + count]
                row += count
        return data


def source_of_febus(path: Path, facts: RecordFacts) -> FebusSource:
    """Find the blocks of a record.

    Parameters
    ----------
    path : pathlib.Path
        The file, checked.
    facts : RecordFacts
        From DASCore; group, source and zone are among its attributes.

    Returns
    -------
    FebusSource
        The record.

    Raises
    ------
    ReadError
        If the blocks do not fit the axes.
    """
    inside = [str(facts.attributes.get(key, "")) for key in ("group", "source", "zone")]
    with opened(path) as file:
        zone = file["/".join(inside)]
        (array,) = (item for item in zone.values() if isinstance(item, h5py.Dataset))
        time = file["/".join(inside[:2])]["time"]
        origin_s = float(zone.attrs["Origin"][1]) / _MS_PER_S
        block_ns = (float(np.ravel(time)[0]) + origin_s) * NS_PER_S
        first = round((facts.start_ns - block_ns) / facts.step_ns)
        height, rest = divmod(facts.n_samples, array.shape[0])
        fits = array.ndim == 3 and array.shape[2] == facts.channels.size
        if rest or not fits or not 0 <= first <= first + height <= array.shape[1]:
            raise ReadError(
                path, "its blocks do not fit its times", hint="Copy or download the file again."
            )
        return FebusSource(path, facts, array.name, first, height)
