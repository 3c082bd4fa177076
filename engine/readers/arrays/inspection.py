"""Which arrays a file holds, for a choice among them."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ReadError
from engine.readers.arrays.reader import array_format, open_stored

_MOST = 200
_ARRAYS = "engine.readers.arrays"


@dataclass(frozen=True, slots=True)
class ArrayFacts:
    """An array that may be shown.

    Parameters
    ----------
    name : str
        Path inside the file; empty where the file is the array.
    shape : tuple of int
        Positions along each of its two or three axes.
    dtype : str
        Type of its samples.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def title(self) -> str:
        """Name, size and type for people."""
        size = " × ".join(str(n) for n in self.shape)
        return f"{self.name}  ({size}, {self.dtype})" if self.name else f"{size}, {self.dtype}"


def inspect_arrays(path: Path) -> tuple[ArrayFacts, ...]:
    """List the arrays of a file; none of their samples are read.

    Parameters
    ----------
    path : pathlib.Path
        An npy or HDF5 file, or the folder of a Zarr store.

    Returns
    -------
    tuple of ArrayFacts
        Those of numbers with two or three axes that can be opened, up to 200.

    Raises
    ------
    ReadError
        If the file is damaged or holds none.
    """
    found, refused = [], None
    for name in _names(path):
        try:
            stored = open_stored(path, name)
        except ReadError as error:
            refused = error
            continue
        found.append(ArrayFacts(stored.name, stored.shape, str(stored.dtype.newbyteorder("="))))
        stored.close()
    if not found:
        raise refused or ReadError(
            path,
            "holds no array of numbers with two or three axes",
            hint="Name an npy or HDF5 file, or a Zarr store.",
        )
    return tuple(found)


def _names(path: Path) -> tuple[str | None, ...]:
    form = array_format(path)
    if form in {"hdf5", "zarr"}:
        module: Any = importlib.import_module(f"{_ARRAYS}.{form}_array")
        names: tuple[str, ...] = module.array_names(path)
        return names[:_MOST]
    return (None,) if form else ()
