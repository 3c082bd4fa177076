"""Checks of an HDF5 file before anything in it is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path

import h5py

from engine.errors import ReadError

_COPY = "Copy or download the file again."
_MOST_OBJECTS = 20_000
_DEEPEST = 32
_LARGEST_CHUNK = 1 << 28
_LARGEST_VECTOR = 1 << 28
_SMALLEST_CHUNK = 1 << 12
_MOST_SMALL_CHUNKS = 200_000
# Deflate, the strongest filter in use, shrinks by at most 1032 to 1.
_LARGEST_RATIO = 1100
_SLACK = 1 << 24


@dataclass(frozen=True, slots=True)
class ArrayEntry:
    """An array inside a file.

    Parameters
    ----------
    name : str
        Its path, from the root.
    shape : tuple of int
        Its size.
    dtype : str
        Its samples.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        size = " x ".join(str(n) for n in self.shape) or "one value"
        return f"{self.name} ({size}, {self.dtype})"


@contextmanager
def opened(path: Path) -> Iterator[h5py.File]:
    """Open a file for reading, with every failure a `ReadError`.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Yields
    ------
    h5py.File
        Closed at the end.

    Raises
    ------
    ReadError
        If the file, or what is read inside, is damaged.
    """
    with telling_hdf5_errors(path), h5py.File(path, "r") as file:
        yield file


@contextmanager
def telling_hdf5_errors(path: Path) -> Iterator[None]:
    """Turn what h5py raises for a damaged file into a `ReadError`.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    ReadError
        Instead of it.
    """
    try:
        yield
    except ReadError:
        raise
    except PermissionError as error:
        raise ReadError(
            path, "no permission to read it", hint="Ask its owner, or copy the file."
        ) from error
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, IndexError) as error:
        # What h5py raises for damaged files; the library's own words are after a colon.
        words = str(error).strip("'\"").split("(")[-1].rstrip(")") or type(error).__name__
        raise ReadError(path, f"damaged HDF5 file: {words}", hint=_COPY) from error
    except MemoryError as error:
        raise ReadError(path, "needs more memory than there is", hint=_COPY) from error


def check_file(path: Path) -> tuple[ArrayEntry, ...]:
    """Refuse a file that would read other files, or more than it can hold.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    tuple of ArrayEntry
        All its arrays.

    Raises
    ------
    ReadError
        If the file is damaged, links to other files, promises more samples than it
        can hold, or is cut into chunks too large or too many.
    """
    size = path.stat().st_size
    entries = []
    with opened(path) as file:
        for name, item in _walk(path, file):
            if isinstance(item, h5py.Dataset):
                check_dataset(path, name, item, size)
                entries.append(ArrayEntry(name, tuple(item.shape or ()), str(item.dtype)))
    return tuple(entries)


def _walk(path: Path, file: h5py.File) -> Iterator[tuple[str, h5py.Group | h5py.Dataset]]:
    """Visit every object once, without following links out of the file."""
    seen = {h5py.h5o.get_info(file.id).addr}
    pending: list[tuple[str, h5py.Group]] = [("", file)]
    while pending:
        prefix, group = pending.pop()
        for key in group:
            name = f"{prefix}/{key}"
            link = group.get(key, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                raise ReadError(
                    path,
                    f"{name} is a link to another file",
                    hint="Copy what it links to into this file.",
                )
            if isinstance(link, h5py.SoftLink) or (item := group.get(key)) is None:
                continue  # what a soft link names is visited at its own place
            address = h5py.h5o.get_info(item.id).addr
            if address in seen:
                continue
            seen.add(address)
            if len(seen) > _MOST_OBJECTS or name.count("/") > _DEEPEST:
                raise ReadError(path, f"holds more than {_MOST_OBJECTS} objects", hint=_COPY)
            if isinstance(item, h5py.Group):
                pending.append((name, item))
            yield name, item


def check_dataset(path: Path, name: str, array: h5py.Dataset, size: int) -> None:
    """Refuse an array that lies in other files, or is larger than its file can hold.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    name : str
        The array's path inside it.
    array : h5py.Dataset
        The array.
    size : int
        Bytes of the file.

    Raises
    ------
    ReadError
        For either, and for chunks that are too large or too many.
    """
    if array.is_virtual or array.external:
        raise ReadError(
            path,
            f"the samples of {name} are in other files",
            hint="Copy them into one file, for example with h5repack.",
        )
    item = array.dtype.itemsize
    n_bytes = prod(array.shape or ()) * item
    if n_bytes > _LARGEST_RATIO * size + _SLACK:
        raise ReadError(path, f"{name} promises {n_bytes} bytes in a file of {size}", hint=_COPY)
    if len(array.shape or ()) < 2 and n_bytes > _LARGEST_VECTOR:
        raise ReadError(path, f"{name} has {n_bytes} bytes in one dimension", hint=_COPY)
    if array.chunks is None:
        return
    chunk = prod(array.chunks) * item
    if chunk > _LARGEST_CHUNK:
        raise ReadError(
            path,
            f"a chunk of {name} takes {chunk} bytes, more than {_LARGEST_CHUNK}",
            hint="Write the file with smaller chunks, for example with h5repack.",
        )
    count = prod(-(-n // c) for n, c in zip(array.shape, array.chunks, strict=True))
    if chunk < _SMALLEST_CHUNK and count > _MOST_SMALL_CHUNKS:
        raise ReadError(
            path,
            f"{name} is cut into {count} chunks of {chunk} bytes",
            hint="Write the file with larger chunks, for example with h5repack.",
        )
