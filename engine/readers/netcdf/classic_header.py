"""The header of NetCDF-3 files: dimensions, attributes, and where variables lie.

Source: NetCDF Classic Format Specification (Unidata, NetCDF User's Guide, appendix). SciPy
reads such files too, but leaves files and maps open where a header is damaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ReadError
from engine.readers.netcdf.structure import attribute_value

_COPY = "Copy or download the file again."
_DIMENSIONS, _VARIABLES, _ATTRIBUTES = 10, 11, 12
_TYPES = {1: "i1", 2: "S1", 3: ">i2", 4: ">i4", 5: ">f4", 6: ">f8"}
_STREAMING = 0xFFFFFFFF
_MOST_DIMENSIONS = 32


@dataclass(frozen=True, slots=True)
class ClassicVariable:
    """A variable in its place.

    Parameters
    ----------
    name : str
        Its name.
    dimensions : tuple of int
        Numbers of its dimensions.
    attributes : dict
        Texts, numbers and lists of numbers.
    dtype : numpy.dtype
        Big endian.
    begin : int
        Byte of its first sample.
    """

    name: str
    dimensions: tuple[int, ...]
    attributes: dict[str, Any]
    dtype: np.dtype[Any]
    begin: int


@dataclass(frozen=True, slots=True)
class ClassicHeader:
    """What a header says.

    Parameters
    ----------
    version : int
        1 for classic files, 2 for 64-bit offsets.
    dimensions : tuple of (str, int)
        Names and sizes; the size of the one that grows is 0.
    attributes : dict
        Of the file.
    variables : tuple of ClassicVariable
        All.
    n_records : int or None
        Positions along the dimension that grows; None where it was not written.
    """

    version: int
    dimensions: tuple[tuple[str, int], ...]
    attributes: dict[str, Any]
    variables: tuple[ClassicVariable, ...]
    n_records: int | None

    def grows(self, variable: ClassicVariable) -> bool:
        """Return whether the first dimension of a variable is the one that grows."""
        return bool(variable.dimensions) and self.dimensions[variable.dimensions[0]][1] == 0

    def record_bytes(self) -> int:
        """Return the bytes from one record to the next."""
        sizes = [self._bytes_of(v) for v in self.variables if self.grows(v)]
        # A single variable is stored without padding.
        return sizes[0] if len(sizes) == 1 else sum(-(-n // 4) * 4 for n in sizes)

    def shape(self, variable: ClassicVariable, size_bytes: int) -> tuple[int, ...]:
        """Return the shape of a variable in a file of some size."""
        shape = tuple(self.dimensions[k][1] for k in variable.dimensions)
        if not self.grows(variable):
            return shape
        count = self.n_records
        if count is None:
            count = max(size_bytes - variable.begin, 0) // max(self.record_bytes(), 1)
        return (count, *shape[1:])

    def _bytes_of(self, variable: ClassicVariable) -> int:
        """Return the bytes of a variable, of one record if it grows."""
        sizes = [self.dimensions[k][1] for k in variable.dimensions]
        return prod(sizes[1:] if self.grows(variable) else sizes) * variable.dtype.itemsize


def read_header(path: Path, raw: NDArray[np.uint8]) -> ClassicHeader:
    """Read the header of a file.

    Parameters
    ----------
    path : pathlib.Path
        Named in errors.
    raw : ndarray of uint8
        The file's bytes, mapped.

    Returns
    -------
    ClassicHeader
        Not yet checked against the file's size.

    Raises
    ------
    ReadError
        If it is cut short, or says what it cannot.
    """
    cursor = _Cursor(path, raw)
    version = int(cursor.take(4)[3])
    cursor.wide = version > 1
    count = cursor.number()
    dimensions = tuple((cursor.name(), cursor.number()) for _ in cursor.items(_DIMENSIONS))
    attributes = cursor.attributes()
    variables = tuple(cursor.variable(len(dimensions)) for _ in cursor.items(_VARIABLES))
    growing = [k for k, (_, size) in enumerate(dimensions) if size == 0]
    if any(k in variable.dimensions[1:] for variable in variables for k in growing):
        raise cursor.damaged("a dimension that grows is not the first")
    records = None if count == _STREAMING else count
    return ClassicHeader(version, dimensions, attributes, variables, records)


class _Cursor:
    """Walks through the bytes of a header."""

    def __init__(self, path: Path, raw: NDArray[np.uint8]) -> None:
        self._path = path
        self._raw = raw
        self._at = 0
        self.wide = False

    def damaged(self, what: str) -> ReadError:
        return ReadError(self._path, f"damaged NetCDF file: {what}", hint=_COPY)

    def take(self, n_bytes: int) -> bytes:
        stop = self._at + n_bytes
        if stop > self._raw.size:
            raise self.damaged("its header is cut short")
        found = self._raw[self._at : stop].tobytes()
        self._at = stop
        return found

    def padded(self, n_bytes: int) -> bytes:
        found = self.take(n_bytes)
        self.take(-n_bytes % 4)
        return found

    def number(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def name(self) -> str:
        return self.padded(self.number()).decode("utf-8", "replace")

    def items(self, tag: int) -> Iterator[int]:
        found, count = self.number(), self.number()
        if found != tag and (found, count) != (0, 0):
            raise self.damaged(f"a list begins with {found} instead of {tag}")
        return iter(range(count))

    def dtype(self) -> np.dtype[Any]:
        code = self.number()
        if code not in _TYPES:
            raise self.damaged(f"unknown type of samples {code}")
        return np.dtype(_TYPES[code])

    def attributes(self) -> dict[str, Any]:
        found = {}
        for _ in self.items(_ATTRIBUTES):
            name, dtype = self.name(), self.dtype()
            raw = self.padded(self.number() * dtype.itemsize)
            stored = raw.rstrip(b"\0") if dtype.kind == "S" else np.frombuffer(raw, dtype)
            value = attribute_value(stored)
            if value is not None:
                found[name] = value
        return found

    def variable(self, n_dimensions: int) -> ClassicVariable:
        name, rank = self.name(), self.number()
        if rank > _MOST_DIMENSIONS:
            raise self.damaged(f"{name} has {rank} dimensions")
        dimensions = tuple(self.number() for _ in range(rank))
        if any(k >= n_dimensions for k in dimensions):
            raise self.damaged(f"{name} has dimensions that are not there")
        attributes, dtype = self.attributes(), self.dtype()
        self.take(4)  # its size, which does not hold those of 4 GiB and more
        begin = int.from_bytes(self.take(8 if self.wide else 4), "big")
        return ClassicVariable(name, dimensions, attributes, dtype, begin)
