"""Labels of a whole volume, read section by section."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.class_scheme import IGNORE
from engine.core.volume import Volume, kind_text, plane_axes
from engine.errors import DataError, ReadError
from engine.readers.detect import open_volume

NOT_LABELLED = -1
"""Value of a label volume where nobody looked; so is 255, and no data."""


class LabelVolume(Protocol):
    """Values of labels on the grid of a volume."""

    def section(self, direction: str, index: int) -> NDArray[np.int64]:
        """Give the values on one plane, oriented as the volume's section."""

    def close(self) -> None:
        """Give up the file."""


def open_labels(path: Path, volume: Volume, **options: Any) -> LabelVolume:
    """Open the labels that belong to a volume.

    Parameters
    ----------
    path : pathlib.Path
        ``.npy`` of the volume's shape, (inlines, crosslines, samples) or
        (traces, samples), or a file of the volume's own kind and geometry.
    volume : Volume
        What was labelled.
    **options
        Passed on to the reader, as for the volume.

    Returns
    -------
    LabelVolume
        Opened; values are read on demand.

    Raises
    ------
    ReadError
        If the file cannot be read or holds no whole numbers.
    DataError
        If it has another geometry than the volume.
    """
    if path.suffix.lower() == ".npy":
        return _ArrayLabels(path, volume)
    return _VolumeLabels(path, volume, options)


class _ArrayLabels:
    """A memory-mapped ``.npy``."""

    def __init__(self, path: Path, volume: Volume) -> None:
        try:
            data = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ReadError(
                path, f"cannot be read ({reason})", hint="Save the labels with numpy.save."
            ) from error
        shape = tuple(axis.size for axis in volume.axes)
        if not isinstance(data, np.ndarray) or data.shape != shape:
            found = data.shape if isinstance(data, np.ndarray) else "an archive"
            raise DataError(
                f"{path}: labels of shape {found}, but {volume.path.name} has {shape}",
                hint=f"Give one label for each {' x '.join(a.name for a in volume.axes)}.",
            )
        if data.dtype.kind not in "buif":
            raise ReadError(path, f"samples of type {data.dtype} are no labels", hint=_IDS)
        self._path = path
        self._axes = volume.axes
        self._data: NDArray[Any] | None = data

    def section(self, direction: str, index: int) -> NDArray[np.int64]:
        """Cut one plane; samples run downwards on vertical ones."""
        if self._data is None:
            raise ValueError("the labels are closed")
        kept, plane = list(self._axes), self._data
        if len(kept) > 2:
            fixed = [axis.name for axis in kept].index(direction)
            plane = plane[(slice(None),) * fixed + (index,)]
            del kept[fixed]
        turned = plane_axes(kept, direction) != tuple(kept)
        return _whole(self._path, plane.T if turned else plane)

    def close(self) -> None:
        """Drop the memory map."""
        self._data = None


class _VolumeLabels:
    """A second volume whose amplitudes are labels."""

    def __init__(self, path: Path, volume: Volume, options: dict[str, Any]) -> None:
        self._volume = open_volume(path, **options)
        for own, wanted in zip(self._volume.axes, volume.axes, strict=False):
            if not _same(own, wanted):
                self._volume.close()
                raise DataError(
                    f"{path}: {_words(own)}, but {volume.path.name} has {_words(wanted)}",
                    hint="Give labels on the same lines and samples as the volume.",
                )
        if len(self._volume.axes) != len(volume.axes):
            self._volume.close()
            raise DataError(
                f"{path}: {kind_text(self._volume.kind)}, "
                f"but {volume.path.name} is {kind_text(volume.kind)}",
                hint="Give labels of the same geometry.",
            )

    def section(self, direction: str, index: int) -> NDArray[np.int64]:
        """Read one plane."""
        return _whole(self._volume.path, self._volume.section(direction, index).data)

    def close(self) -> None:
        """Close the file."""
        self._volume.close()


_IDS = "Save whole numbers: class ids, and -1 or 255 for not labelled."


def _whole(path: Path, values: NDArray[Any]) -> NDArray[np.int64]:
    """Turn values into integers; what is not a number is not labelled."""
    if values.dtype.kind != "f":
        return np.ascontiguousarray(values, dtype=np.int64)
    missing = np.isnan(values)
    known = np.where(missing, NOT_LABELLED, values)
    if not np.array_equal(known, np.rint(known)) or np.abs(known).max(initial=0) > 2 * IGNORE:
        raise ReadError(path, "labels that are no class ids", hint=_IDS)
    return np.ascontiguousarray(known, dtype=np.int64)


def _same(own: Axis, wanted: Axis) -> bool:
    """Whether two axes hold the same positions, to a hundredth of a step."""
    tolerance = 0.01 * abs(wanted.step)
    return (
        own.size == wanted.size
        and abs(own.first - wanted.first) <= tolerance
        and abs(own.last - wanted.last) <= tolerance
    )


def _words(axis: Axis) -> str:
    return f"{axis.name} {axis.first:g} to {axis.last:g} ({axis.size})"
