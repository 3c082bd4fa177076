"""Opens plain arrays."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from engine.core.axes import Axis
from engine.errors import SettingsError
from engine.readers.arrays.options import ArrayOptions
from engine.readers.arrays.stored_array import StoredArray
from engine.readers.arrays.volume import ArrayVolume
from engine.readers.base import Confidence, ReaderInfo
from engine.readers.geometry_file import read_geometry_file
from engine.readers.zarr_stores import is_zarr_store

_NPY, _HDF5 = b"\x93NUMPY", b"\x89HDF\r\n\x1a\n"
_ARRAYS = "engine.readers.arrays"


class ArrayReader:
    """Reads npy files, datasets of HDF5 files and arrays of Zarr folders.

    Axes are those that the user names; else those of a geometry file beside it, named
    like the file with ``.json`` behind; else positions from 0.
    """

    info = ReaderInfo(
        name="array",
        title="Array (NumPy, HDF5, Zarr)",
        extensions=(".npy", ".h5", ".hdf5", ".zarr"),
        folders=True,
    )

    def sniff(self, path: Path) -> Confidence:
        """Look for the signatures of npy and HDF5, and for the files of Zarr.

        Parameters
        ----------
        path : pathlib.Path
            The file or folder to judge.

        Returns
        -------
        Confidence
            ``NAMED`` where a file beside it names its axes; ``EXTENSION`` for other
            HDF5 files, which may be of a format of their own.
        """
        form = array_format(path)
        if not form:
            return Confidence.NO
        if sidecar(path).is_file():
            return Confidence.NAMED
        return Confidence.EXTENSION if form == "hdf5" else Confidence.SIGNATURE

    def open(self, path: Path, **options: Any) -> ArrayVolume:
        """Open an array: read its shape, not its samples.

        Parameters
        ----------
        path : pathlib.Path
            The file, or the folder of a Zarr store.
        **options
            Fields of `ArrayOptions`: ``dataset``, ``axes``.

        Returns
        -------
        ArrayVolume
            On the axes that were named.

        Raises
        ------
        ReadError
            If it is damaged, has not two or three axes, or holds no numbers.
        SettingsError
            If an option is unknown, or there are not as many axes as the array has.
        """
        if not options and sidecar(path).is_file():
            options = read_geometry_file(sidecar(path))
            options.pop("reader", None)
        chosen = ArrayOptions.from_mapping(options)
        stored = open_stored(path, chosen.dataset)
        try:
            return ArrayVolume(path, stored, _axes(path, stored, chosen), named=bool(chosen.axes))
        except BaseException:
            stored.close()
            raise


def sidecar(path: Path) -> Path:
    """Return where the geometry file beside an array is looked for."""
    return path.with_name(f"{path.name}.json")


def array_format(path: Path) -> str:
    """Return ``npy``, ``hdf5`` or ``zarr``; empty for anything else."""
    if path.is_dir():
        return "zarr" if is_zarr_store(path) else ""
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_NPY):
        return "npy"
    return "hdf5" if head == _HDF5 else ""


def open_stored(path: Path, name: str | None) -> StoredArray:
    """Open an array of a file, without axes.

    Parameters
    ----------
    path : pathlib.Path
        The file or folder.
    name : str or None
        Path of the array inside; the only one when None.

    Returns
    -------
    StoredArray
        To be closed.

    Raises
    ------
    ReadError
        If it is damaged, or no array that can be shown.
    SettingsError
        If a name is given for an npy file.
    """
    form = array_format(path)
    if form == "npy" and name is not None:
        raise SettingsError(
            f"{path}: array {name!r}, but an npy file holds only one", hint="Leave --dataset out."
        )
    # h5py and Zarr take a second to load; other files do not wait for them.
    if form == "hdf5":
        module: Any = importlib.import_module(f"{_ARRAYS}.hdf5_array")
        opened: StoredArray = module.Hdf5Array(path, name)
    elif form == "zarr":
        module = importlib.import_module(f"{_ARRAYS}.zarr_array")
        opened = module.ZarrArray(path, name)
    else:
        module = importlib.import_module(f"{_ARRAYS}.npy_array")
        opened = module.NpyArray(path)
    return opened


def _axes(path: Path, stored: StoredArray, options: ArrayOptions) -> tuple[Axis, ...]:
    specs = options.specs()
    if specs is None:
        names = ("row", "column") if len(stored.shape) == 2 else ("axis 0", "axis 1", "axis 2")
        unit = "px" if names[0] == "row" else "1"
        return tuple(
            Axis(name, unit, 0.0, 1.0, size) for name, size in zip(names, stored.shape, strict=True)
        )
    if len(specs) != len(stored.shape):
        size = " x ".join(str(n) for n in stored.shape)
        raise SettingsError(
            f"{path}: {len(specs)} axes are named, the array has {len(stored.shape)} ({size})",
            hint="Name as many, in the order of the array.",
        )
    return tuple(spec.sized(size) for spec, size in zip(specs, stored.shape, strict=True))
