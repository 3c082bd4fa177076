"""Datasets of HDF5 files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.errors import ReadError
from engine.readers.arrays.stored_array import check_array
from engine.readers.hdf5_safety import check_dataset

_MOST_NAMES = 1000
_SHOWN = 8


class Hdf5Array:
    """One dataset of an HDF5 file.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str or None
        Path of the dataset; the only one of numbers with two or three axes when None.

    Raises
    ------
    ReadError
        If the file is damaged, there is no such dataset, or its samples lie in
        another file.
    """

    format = "hdf5"

    def __init__(self, path: Path, name: str | None) -> None:
        self._path = path
        # h5py has one lock for all files; this one keeps close() from a read under way.
        self._lock = threading.Lock()
        try:
            self._file = h5py.File(path, "r")
        except OSError as error:
            raise ReadError(
                path, "is no HDF5 file that can be read", hint="Copy or download it again."
            ) from error
        try:
            with _telling_damage(path):
                self.name = name or self._only_one()
                self._dataset = self._find(self.name)
                self.shape = tuple(int(n) for n in self._dataset.shape)
                self.dtype: np.dtype[Any] = self._dataset.dtype
                self.chunks = self._dataset.chunks
                check_array(path, self.shape, self.dtype, self.chunks)
        except BaseException:
            self._file.close()
            raise

    def read(self, selection: tuple[int | slice, ...]) -> NDArray[Any]:
        """Read samples; see `StoredArray.read`."""
        with self._lock:
            if not self._file:
                raise ValueError(f"{self._path}: the array is closed")
            with _telling_damage(self._path):
                return np.asarray(self._dataset[selection])

    def close(self) -> None:
        """Close the file, when a read under way has ended."""
        with self._lock:
            self._file.close()

    def _only_one(self) -> str:
        names = _names(self._file)
        if len(names) != 1:
            raise _several(self._path, names)
        return names[0]

    def _find(self, name: str) -> Any:
        parent: Any = self._file
        parts = [part for part in name.split("/") if part]
        for part in parts:
            link = parent.get(part, getlink=True) if isinstance(parent, h5py.Group) else None
            if link is None:
                raise ReadError(
                    self._path,
                    f"has no array {name!r}",
                    hint=f"There are: {_listed(_names(self._file))}.",
                )
            if not isinstance(link, h5py.HardLink):
                raise ReadError(
                    self._path,
                    f"{name!r} is a link to somewhere else",
                    hint="Name the array itself, in the file that holds it.",
                )
            parent = parent[part]
        if not isinstance(parent, h5py.Dataset) or parent.shape is None:
            raise ReadError(
                self._path,
                f"{name!r} is no array",
                hint=f"There are: {_listed(_names(self._file))}.",
            )
        check_dataset(self._path, name, parent, self._path.stat().st_size)
        return parent


def array_names(path: Path) -> tuple[str, ...]:
    """Return the datasets of a file that may be volumes.

    Parameters
    ----------
    path : pathlib.Path
        An HDF5 file.

    Returns
    -------
    tuple of str
        Their paths inside the file.

    Raises
    ------
    ReadError
        If the file is damaged.
    """
    with _telling_damage(path), h5py.File(path, "r") as file:
        return tuple(_names(file))


def _names(group: Any, prefix: str = "", depth: int = 0) -> list[str]:
    """Return datasets that may be volumes, without following links to other files."""
    found: list[str] = []
    for key in list(group)[:_MOST_NAMES]:
        if depth > 8 or len(found) >= _MOST_NAMES:
            break
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            continue
        item = group[key]
        if isinstance(item, h5py.Group):
            found += _names(item, f"{prefix}{key}/", depth + 1)
        elif isinstance(item, h5py.Dataset) and _may_be_volume(item):
            found.append(f"{prefix}{key}")
    return found


@contextmanager
def _telling_damage(path: Path) -> Iterator[None]:
    """Turn what h5py raises for a damaged file into a `ReadError`."""
    try:
        yield
    except ReadError:
        raise
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError) as error:
        raise ReadError(
            path,
            f"is a damaged HDF5 file ({str(error)[:200]})",
            hint="Copy the file again; a filter that is missing has to be installed.",
        ) from error


def _may_be_volume(dataset: Any) -> bool:
    return (
        dataset.shape is not None and len(dataset.shape) in (2, 3) and dataset.dtype.kind in "uif"
    )


def _several(path: Path, names: list[str]) -> ReadError:
    if not names:
        return ReadError(
            path, "holds no array of numbers with two or three axes", hint="Name another file."
        )
    return ReadError(
        path,
        f"holds {len(names)} arrays: {_listed(names)}",
        hint="Name one of them with --dataset.",
    )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return (", ".join(names[:_SHOWN]) or "none") + more
