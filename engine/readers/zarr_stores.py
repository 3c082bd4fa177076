"""Which folders are Zarr stores, told without the library that reads them."""

from __future__ import annotations

from pathlib import Path

_FILES = ("zarr.json", ".zarray", ".zgroup")


def is_zarr_store(path: Path) -> bool:
    """Tell whether a path is a folder with the metadata of a Zarr array or group.

    Parameters
    ----------
    path : pathlib.Path
        Anything, there or not.

    Returns
    -------
    bool
        Of versions 2 and 3 alike.
    """
    return path.is_dir() and any((path / name).is_file() for name in _FILES)
