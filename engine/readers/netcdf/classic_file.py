"""NetCDF-3, classic and with 64-bit offsets, through a memory map."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ReadError
from engine.readers.arrays.stored_array import Selection
from engine.readers.netcdf.classic_header import ClassicHeader, ClassicVariable, read_header
from engine.readers.netcdf.structure import NetcdfVariable

_LARGEST_VECTOR = 1 << 28


class ClassicNetcdfFile:
    """A NetCDF-3 file.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    ReadError
        If it is damaged or cut short.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        mapped = np.memmap(path, mode="r")
        self._size = mapped.size
        self._lock = threading.Lock()
        self._mapped: NDArray[np.uint8] | None = mapped
        self._header = header = read_header(path, mapped)
        self.title = "NetCDF-3" if header.version == 1 else "NetCDF-3, 64-bit offsets"
        self.attributes = header.attributes
        self._placed = {v.name: v for v in header.variables if v.dtype.kind in "if"}
        self.variables: Mapping[str, NetcdfVariable] = {
            v.name: self._checked(header, v) for v in self._placed.values() if v.dimensions
        }

    def coordinate(self, dimension: str) -> NetcdfVariable | None:
        """Return the variable along a dimension; see `NetcdfFile.coordinate`."""
        found = self.variables.get(dimension)
        return found if found is not None and found.dimensions == (dimension,) else None

    def read(self, name: str, selection: Selection) -> NDArray[Any]:
        """Read samples; see `NetcdfFile.read`."""
        with self._lock:
            mapped = self._mapped
            if mapped is None:
                raise ValueError(f"{self.path}: the file is closed")
            # A map beyond the end of the file would end the program.
            if self.path.stat().st_size < self._size:
                raise ReadError(
                    self.path,
                    "has become shorter since it was opened",
                    hint="Wait until it is copied, then open it again.",
                )
            placed, variable = self._placed[name], self.variables[name]
            steps = _steps(self._header, placed, variable.shape)
            samples: NDArray[Any] = np.ndarray(
                variable.shape, placed.dtype, mapped, placed.begin, steps
            )
            return np.array(samples[selection])

    def close(self) -> None:
        """Give up the map, when a read under way has ended."""
        with self._lock:
            self._mapped = None

    def _checked(self, header: ClassicHeader, placed: ClassicVariable) -> NetcdfVariable:
        shape, item = header.shape(placed, self._size), placed.dtype.itemsize
        steps = _steps(header, placed, shape)
        extent = sum(step * (n - 1) for step, n in zip(steps, shape, strict=True)) + item
        if prod(shape) and placed.begin + extent > self._size:
            raise ReadError(
                self.path,
                f"{placed.name} ends at byte {placed.begin + extent} of a file of {self._size}",
                hint="Copy or download the file again.",
            )
        if len(shape) == 1 and shape[0] * item > _LARGEST_VECTOR:
            raise ReadError(
                self.path,
                f"{placed.name} has {shape[0] * item} bytes in one dimension",
                hint="Copy or download the file again.",
            )
        names = tuple(header.dimensions[k][0] for k in placed.dimensions)
        return NetcdfVariable(placed.name, names, shape, placed.dtype, placed.attributes)


def _steps(
    header: ClassicHeader, placed: ClassicVariable, shape: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the bytes from one position to the next along each dimension."""
    item = placed.dtype.itemsize
    steps = [item * prod(shape[k + 1 :]) for k in range(len(shape))]
    if header.grows(placed):
        steps[0] = header.record_bytes()
    return tuple(steps)
