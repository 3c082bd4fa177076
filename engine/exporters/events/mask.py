"""The class of every sample of a record, as .npy or HDF5."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.class_scheme import IGNORE, ClassScheme
from engine.errors import SettingsError, WriteError

HDF5_SUFFIXES = (".h5", ".hdf5")
SUFFIXES = (".npy", *HDF5_SUFFIXES)


class MaskWriter:
    """Writes rows as they come, under a temporary name beside the target.

    An HDF5 file holds ``classes`` (time by channel, uint8, 255 for no data) with
    the two axes as dimension scales; a .npy file the classes alone.

    Parameters
    ----------
    path : pathlib.Path
        The target.
    time, channels : Axis
        Axes of the record.
    classes : ClassScheme
        What the numbers mean.

    Raises
    ------
    SettingsError
        If the extension is none of `SUFFIXES`.
    WriteError
        If the folder cannot be written to.
    """

    def __init__(self, path: Path, time: Axis, channels: Axis, classes: ClassScheme) -> None:
        if path.suffix.lower() not in SUFFIXES:
            raise SettingsError(
                f"cannot write a mask as {path.name}", hint=f"Use one of {', '.join(SUFFIXES)}."
            )
        self.path = path
        self._part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        self._row = 0
        self._file: h5py.File | None = None
        self._array: Any = None
        shape = (time.size, channels.size)
        try:
            if path.suffix.lower() in HDF5_SUFFIXES:
                self._file = h5py.File(self._part, "w")
                self._array = _hdf5_array(self._file, (time, channels), classes)
            else:
                self._array = np.lib.format.open_memmap(
                    self._part, mode="w+", dtype=np.uint8, shape=shape
                )
        except OSError as error:
            self.abort()
            raise _not_written(path, error) from error

    def write(self, rows: NDArray[np.uint8]) -> None:
        """Write the next rows.

        Parameters
        ----------
        rows : ndarray of uint8, shape (n_rows, n_channels)
            Class ids.

        Raises
        ------
        WriteError
            If the disk is full or fails.
        """
        try:
            self._array[self._row : self._row + len(rows)] = rows
        except OSError as error:
            raise _not_written(self.path, error) from error
        self._row += len(rows)

    def commit(self) -> None:
        """Give the file its name.

        Raises
        ------
        WriteError
            If the disk fails.
        """
        try:
            self._close()
            self._part.replace(self.path)
        except OSError as error:
            self.abort()
            raise _not_written(self.path, error) from error

    def abort(self) -> None:
        """Remove what was written; does nothing after `commit` or a second time."""
        self._close()
        self._part.unlink(missing_ok=True)

    def _close(self) -> None:
        if isinstance(self._array, np.memmap):
            self._array.flush()
        self._array = None
        if self._file is not None:
            self._file.close()
            self._file = None


def _hdf5_array(file: h5py.File, axes: tuple[Axis, Axis], classes: ClassScheme) -> h5py.Dataset:
    array = file.create_dataset(
        "classes",
        shape=tuple(axis.size for axis in axes),
        dtype=np.uint8,
        chunks=True,
        compression="gzip",
        compression_opts=1,
        fillvalue=IGNORE,
    )
    array.attrs["classes"] = list(classes.names)
    array.attrs["no_data_value"] = IGNORE
    for number, axis in enumerate(axes):
        scale = file.create_dataset(axis.name, data=axis.values())
        scale.attrs["unit"] = axis.unit
        if axis.name == "utc":
            scale.attrs["description"] = "seconds since 1970-01-01T00:00 UTC"
        scale.make_scale(axis.name)
        array.dims[number].attach_scale(scale)
    return array


def _not_written(path: Path, error: OSError) -> WriteError:
    return WriteError(
        path,
        f"cannot be written ({error.strerror or error})",
        hint="Free some space, or choose another folder.",
    )
