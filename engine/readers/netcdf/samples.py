"""Samples of a NetCDF variable: as an array, and as rows of a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.readers.arrays.stored_array import Selection
from engine.readers.das.source import NO_STAMPS, RecordFacts
from engine.readers.netcdf.cf import Packing
from engine.readers.netcdf.structure import NetcdfFile, NetcdfVariable


class NetcdfArray:
    """A variable as an array; NaN where there is no data.

    Parameters
    ----------
    file : NetcdfFile
        The file; closed with the array.
    variable : NetcdfVariable
        One of its variables.
    """

    format = "netcdf"

    def __init__(self, file: NetcdfFile, variable: NetcdfVariable) -> None:
        self._file = file
        self._variable = variable
        self._packing = Packing.of(variable)
        self.name = variable.name.strip("/")
        self.shape = variable.shape
        self.dtype: np.dtype[Any] = variable.dtype
        self.chunks = variable.chunks

    def read(self, selection: Selection) -> NDArray[Any]:
        """Read samples; see `StoredArray.read`."""
        return self._packing.unpack(self._file.read(self._variable.name, selection))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class NetcdfRecord:
    """A variable of time and place as rows; see `RecordSource`.

    Parameters
    ----------
    file : NetcdfFile
        The file.
    variable : NetcdfVariable
        Of two dimensions.
    facts : RecordFacts
        What is known of it.
    transposed : bool
        Whether places come first, then times.
    stamps : ndarray of int64, optional
        See `RecordSource.stamps`.
    """

    file: NetcdfFile
    variable: NetcdfVariable
    facts: RecordFacts
    transposed: bool
    stamps: NDArray[np.int64] = field(default_factory=lambda: NO_STAMPS)

    @property
    def path(self) -> Path:
        """The file."""
        return self.file.path

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read some rows; see `RecordSource.read`."""
        rows, every = slice(start, stop), slice(None)
        selection = (every, rows) if self.transposed else (rows, every)
        data = Packing.of(self.variable).unpack(self.file.read(self.variable.name, selection))
        return np.ascontiguousarray(data.T) if self.transposed else data
