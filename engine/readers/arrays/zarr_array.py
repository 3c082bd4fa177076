"""Arrays of Zarr stores, versions 2 and 3, in folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.storage import LocalStore

from engine.errors import ReadError
from engine.readers.arrays.stored_array import check_array

_LARGEST_METADATA = 10_000_000
_MOST_FOLDERS = 1000
_CODECS = frozenset(
    {
        "bytes",
        "transpose",
        "blosc",
        "gzip",
        "zstd",
        "crc32c",
        "sharding_indexed",
        "zlib",
        "lz4",
        "bz2",
        "lzma",
        "shuffle",
        "delta",
        "fixedscaleoffset",
        "bitround",
        "quantize",
    }
)
"""Those that only compute; a codec such as pickle would run what the file says."""

_DAMAGE = (
    OSError,
    ValueError,
    TypeError,
    RuntimeError,
    LookupError,
    AttributeError,
    OverflowError,
    MemoryError,
    SystemError,
)
"""What Zarr and its codecs raise for damaged files."""


class ZarrArray:
    """One array of a Zarr store.

    Parameters
    ----------
    path : pathlib.Path
        The folder.
    name : str or None
        Path of the array inside it; the only one when None.

    Raises
    ------
    ReadError
        If it is damaged, there is no such array, or it is stored with a codec that
        is not known to be safe.
    """

    format = "zarr"

    def __init__(self, path: Path, name: str | None) -> None:
        self._path = path
        self.name = self._choose(name)
        array = open_checked(path, self.name)
        self.shape = tuple(int(n) for n in array.shape)
        self.dtype: np.dtype[Any] = np.dtype(array.dtype)
        self.chunks: tuple[int, ...] | None = tuple(int(n) for n in array.chunks)
        check_array(path, self.shape, self.dtype, self.chunks)
        self._array: Any = array

    def read(self, selection: tuple[int | slice, ...]) -> NDArray[Any]:
        """Read samples; see `StoredArray.read`."""
        array = self._array
        if array is None:
            raise ValueError(f"{self._path}: the array is closed")
        return read_part(self._path, array, selection)

    def close(self) -> None:
        """Give up the store."""
        self._array = None

    def _choose(self, name: str | None) -> str:
        if name is not None:
            inside = [part for part in name.split("/") if part]
            if ".." in inside or not is_array(self._path.joinpath(*inside)):
                found = ", ".join(_names(self._path)) or "none"
                raise ReadError(self._path, f"has no array {name!r}", hint=f"There are: {found}.")
            return "/".join(inside)
        if is_array(self._path):
            return ""
        names = list(_names(self._path))
        if len(names) != 1:
            listed = ", ".join(names) or "none"
            raise ReadError(
                self._path,
                f"holds {len(names)} arrays: {listed}",
                hint="Name one of them with --dataset.",
            )
        return names[0]


def open_checked(path: Path, name: str) -> Any:
    """Open an array of any shape whose codecs only compute.

    Parameters
    ----------
    path : pathlib.Path
        The store.
    name : str
        Path of the array inside it.

    Returns
    -------
    zarr.Array
        For `read_part`.

    Raises
    ------
    ReadError
        If it is damaged, or stored with another codec.
    """
    _check_codecs(path, path / name)
    try:
        array = zarr.open_array(LocalStore(path, read_only=True), path=name, mode="r")
        # What a damaged file says is looked at here, not later.
        np.dtype(array.dtype), tuple(int(n) for n in (*array.shape, *array.chunks))
    except _DAMAGE as error:
        raise ReadError(
            path,
            f"{name or 'its array'} is damaged ({str(error)[:200]})",
            hint="Copy it again, with all its files.",
        ) from error
    return array


def read_part(path: Path, array: Any, selection: Any) -> NDArray[Any]:
    """Read a part of an array that `open_checked` returned.

    Raises
    ------
    ReadError
        If its files are damaged.
    """
    try:
        return np.asarray(array[selection])
    except _DAMAGE as error:
        raise ReadError(
            path,
            f"cannot be read ({str(error)[:200]})",
            hint="Copy it again, with all its files.",
        ) from error


def array_names(path: Path) -> tuple[str, ...]:
    """Return the arrays of a store.

    Parameters
    ----------
    path : pathlib.Path
        The folder.

    Returns
    -------
    tuple of str
        Their paths inside the store; one empty name where the store is an array.
    """
    return ("",) if is_array(path) else tuple(_names(path))


def _names(path: Path) -> Iterator[str]:
    """Return the arrays one and two groups down."""
    seen = 0
    for pattern in ("*", "*/*"):
        for place in sorted(path.glob(pattern)):
            seen += 1
            if seen > _MOST_FOLDERS:
                return
            if is_array(place):
                yield place.relative_to(path).as_posix()


def is_array(folder: Path) -> bool:
    """Tell whether a folder is a Zarr array."""
    if (folder / ".zarray").is_file():
        return True
    return _metadata(folder / "zarr.json").get("node_type") == "array"


def _metadata(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST_METADATA:
            return {}
        value = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _check_codecs(path: Path, folder: Path) -> None:
    """Refuse codecs that are not on the list, and chunks that reach outside the store."""
    version_3 = _metadata(folder / "zarr.json")
    version_2 = _metadata(folder / ".zarray")
    names = set(_codec_names(version_3.get("codecs") or []))
    for item in (version_2.get("compressor"), *(version_2.get("filters") or [])):
        if item is not None:
            names.add(str(item.get("id")) if isinstance(item, dict) else str(item))
    unknown = sorted(names - _CODECS)
    if unknown:
        raise ReadError(
            path,
            f"is stored with {unknown[0]!r}, which is not read",
            hint=f"Store it anew with one of {', '.join(sorted(_CODECS))}.",
        )


def _codec_names(codecs: Any) -> Iterator[str]:
    for codec in codecs if isinstance(codecs, list) else []:
        name = codec.get("name") if isinstance(codec, dict) else codec
        yield str(name).removeprefix("numcodecs.")
        settings = codec.get("configuration") if isinstance(codec, dict) else None
        if isinstance(settings, dict):
            yield from _codec_names(settings.get("codecs"))
            yield from _codec_names(settings.get("index_codecs"))
