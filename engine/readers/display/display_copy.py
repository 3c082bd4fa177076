"""Sections of a display copy."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.section import Plane, Section
from engine.readers.display.levels import amplitudes_of
from engine.readers.display.record import RECORD, CopyRecord


class DisplayCopy:
    """An 8-bit copy of a volume; any thread may read.

    Each section lies in one piece, so that it is there within milliseconds also
    from a cold disk. Models and exports never see it: amplitudes are rounded.

    Parameters
    ----------
    folder : pathlib.Path
        Where it lies.
    record : CopyRecord
        What it is a copy of.
    """

    def __init__(self, folder: Path, record: CopyRecord) -> None:
        self.folder = folder
        self.record = record
        self._files = {d: folder / record.file_name(d) for d in record.directions}

    @property
    def complete(self) -> bool:
        """Whether all files are there and have the right size."""
        size = self.record.n_bytes // len(self._files)
        try:
            return all(file.stat().st_size == size for file in self._files.values())
        except OSError:
            return False

    def levels(self, direction: str, index: int) -> NDArray[np.uint8]:
        """Read one section.

        Parameters
        ----------
        direction : str
            Name of an axis.
        index : int
            Position along it, from 0.

        Returns
        -------
        ndarray of uint8, shape (n_rows, n_cols)
            Levels of `to_levels`, placed as `Volume.section` places amplitudes.

        Raises
        ------
        OSError
            If the copy was removed meanwhile.
        IndexError
            If `index` is outside the axis.
        """
        n_sections, n_rows, n_cols = self.record.shape(direction)
        if not 0 <= index < n_sections:
            raise IndexError(f"{direction} index {index} is outside 0 to {n_sections - 1}")
        size = n_rows * n_cols
        with self._files[direction].open("rb") as file:
            file.seek(index * size)
            raw = file.read(size)
        if len(raw) != size:
            raise OSError(f"{self._files[direction]}: the display copy is cut short")
        return np.frombuffer(raw, dtype=np.uint8).reshape(n_rows, n_cols)

    def section(self, direction: str, index: int) -> Section:
        """Read one section as rounded amplitudes, on the axes of the volume.

        Parameters
        ----------
        direction : str
            Name of an axis.
        index : int
            Position along it, from 0.

        Returns
        -------
        Section
            NaN where there is no data.

        Raises
        ------
        OSError
            If the copy was removed meanwhile.
        IndexError
            If `index` is outside the axis.
        """
        data = amplitudes_of(self.record.limit)[self.levels(direction, index)]
        fixed = self.record.directions.index(direction)
        first, second, samples = self.record.axes
        rows, cols = ((samples, second), (samples, first), (first, second))[fixed]
        plane = Plane(direction, index, self.record.axes[fixed].value(index))
        return Section(data, rows, cols, plane, rounded=True)

    def mark_used(self) -> None:
        """Note that it was used now; the copies used longest ago are removed first."""
        with suppress(OSError):
            os.utime(self.folder / RECORD)
