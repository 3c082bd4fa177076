"""NetCDF-4: HDF5 whose arrays have dimension scales, read with h5py."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.errors import UnknownFormatError
from engine.readers.arrays.stored_array import Selection
from engine.readers.hdf5_safety import check_file, telling_hdf5_errors
from engine.readers.netcdf.structure import NetcdfVariable, attribute_value

_PROPERTIES = "_NCProperties"
_BARE = "This is a netCDF dimension but not a netCDF variable"
_OF_LIBRARY = frozenset(
    {"DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME", "_Netcdf4Coordinates", "_Netcdf4Dimid"}
)
_MOST_ATTRIBUTES = 200


class Hdf5NetcdfFile:
    """An HDF5 file with named dimensions.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    UnknownFormatError
        If none of its arrays has named dimensions.
    ReadError
        If it is damaged, links to other files, or promises more than it can hold.
    """

    title = "NetCDF-4"

    def __init__(self, path: Path) -> None:
        self.path = path
        names = [entry.name for entry in check_file(path)]
        # h5py has one lock for all files; this one keeps close() from a read under way.
        self._lock = threading.Lock()
        with telling_hdf5_errors(path):
            self._file = h5py.File(path, "r")
        try:
            with telling_hdf5_errors(path):
                self.attributes = _attributes(self._file)
                self.variables = self._variables(names)
        except BaseException:
            self._file.close()
            raise

    def coordinate(self, dimension: str) -> NetcdfVariable | None:
        """Return the variable along a dimension; see `NetcdfFile.coordinate`."""
        found = self.variables.get(dimension)
        return found if found is not None and len(found.shape) == 1 else None

    def read(self, name: str, selection: Selection) -> NDArray[Any]:
        """Read samples; see `NetcdfFile.read`."""
        with self._lock:
            if not self._file:
                raise ValueError(f"{self.path}: the file is closed")
            with telling_hdf5_errors(self.path):
                return np.asarray(self._file[name][selection])

    def close(self) -> None:
        """Close the file, when a read under way has ended."""
        with self._lock:
            self._file.close()

    def _variables(self, names: list[str]) -> Mapping[str, NetcdfVariable]:
        arrays = {name: self._file[name] for name in names}
        found = {}
        named = _PROPERTIES in self._file.attrs
        for name, array in arrays.items():
            dimensions = _dimensions(name, array)
            named |= any(dimensions) and not _is_scale(array)
            if array.dtype.kind in "iuf" and array.ndim and not _is_bare(array):
                found[name] = NetcdfVariable(
                    name, dimensions, array.shape, array.dtype, _attributes(array), array.chunks
                )
        if not named:
            raise UnknownFormatError(
                self.path, "HDF5 file without named dimensions", hint="Name the axes with --axes."
            )
        return found


def _dimensions(name: str, array: h5py.Dataset) -> tuple[str, ...]:
    """Return the names of dimensions; empty names for those without.

    The library's own functions for scales end the program where these are damaged.
    """
    if _is_scale(array):
        return (name,)
    told = array.attrs.get("DIMENSION_LIST")
    if not isinstance(told, np.ndarray) or told.shape != (array.ndim,):
        return tuple("" for _ in array.shape or ())
    return tuple(_scale_name(array, references) for references in told)


def _scale_name(array: h5py.Dataset, references: Any) -> str:
    reference = references[0] if isinstance(references, np.ndarray) and references.size else None
    scale = array.file[reference] if isinstance(reference, h5py.Reference) and reference else None
    return str(scale.name) if isinstance(scale, h5py.Dataset) and scale.name else ""


def _is_scale(array: h5py.Dataset) -> bool:
    told = attribute_value(array.attrs.get("CLASS"))
    return bool(told == "DIMENSION_SCALE" and array.ndim == 1)


def _is_bare(array: h5py.Dataset) -> bool:
    """Return whether a scale has a size only, and no values."""
    told = attribute_value(array.attrs.get("NAME"))
    return isinstance(told, str) and told.startswith(_BARE)


def _attributes(item: h5py.Group | h5py.Dataset) -> dict[str, Any]:
    """Return attributes by name, without those of the library and objects of other kinds."""
    found = {}
    for name in list(item.attrs)[:_MOST_ATTRIBUTES]:
        # Names that are no UTF-8 come as bytes.
        if not isinstance(name, str) or name in _OF_LIBRARY:
            continue
        value = attribute_value(item.attrs[name])
        if value is not None:
            found[name] = value
    return found
