"""Makes a volume of a ZGY file."""

from __future__ import annotations

import contextlib
import importlib
import io
import warnings
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from engine.core.axes import Axis
from engine.core.survey import Survey
from engine.errors import ReadError
from engine.readers.arrays.about import ArrayAbout
from engine.readers.arrays.coordinates import Coordinate, axes_of, fit_survey, unit_of
from engine.readers.arrays.stored_array import check_array
from engine.readers.arrays.volume import ArrayVolume
from engine.readers.zgy.samples import ZgySamples, telling_zgy_errors

_LIBRARY = "openzgy.api"
# Bricks of one value are not stored.
_LARGEST_RATIO = 20
_SLACK = 1 << 24
_MILLI = 0.001


def open_zgy(path: Path) -> ArrayVolume:
    """Open a volume.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    ArrayVolume
        Inline, crossline and time or depth.

    Raises
    ------
    ReadError
        If the package that reads it is missing, or the file is damaged.
    """
    library = _library(path)
    # In two steps, since a constructor that fails leaves the file open.
    file = library.ZgyReader.__new__(library.ZgyReader)
    try:
        with telling_zgy_errors(path):
            file.__init__(str(path))
            return _volume(path, file)
    except BaseException:
        with contextlib.suppress(AttributeError):
            file.close()
        raise


def _library(path: Path) -> Any:
    """Import OpenZGY, which tells at its first import what else it could read."""
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            return importlib.import_module(_LIBRARY)
    except ImportError as error:
        raise ReadError(
            path,
            "ZGY is read through the package pyzgy, which is not installed",
            hint="Install it with: pip install pyzgy",
        ) from error


def _volume(path: Path, file: Any) -> ArrayVolume:
    samples = ZgySamples(path, file)
    check_array(path, samples.shape, samples.dtype, samples.chunks)
    size, n_bytes = path.stat().st_size, prod(samples.shape) * samples.dtype.itemsize
    if n_bytes > _LARGEST_RATIO * size + _SLACK:
        raise ReadError(
            path,
            f"promises {n_bytes} bytes in a file of {size}",
            hint="Copy or download the file again.",
        )
    name, unit, notes = _sample_axis(file)
    starts = (*(float(n) for n in file.annotstart[:2]), float(file.zstart))
    steps = (*(float(n) for n in file.annotinc[:2]), float(file.zinc))
    coordinates = [
        Coordinate(axis, size, axis_unit, start + step * np.arange(size, dtype=np.float64))
        for axis, axis_unit, size, start, step in zip(
            ("inline", "crossline", name), ("", "", unit), samples.shape, starts, steps, strict=True
        )
    ]
    axes, counted = axes_of(coordinates)
    about = ArrayAbout(title="ZGY", survey=_survey(file, axes), notes=(*notes, *counted))
    return ArrayVolume(path, samples, axes, named=True, about=about)


def _sample_axis(file: Any) -> tuple[str, str, tuple[str, ...]]:
    """Return name and unit of the samples, and what was assumed."""
    domain = str(getattr(file.zunitdim, "name", "unknown"))
    unit, factor = unit_of(str(file.zunitname)), float(file.zunitfactor)
    told = unit if unit != "1" else ""
    if domain == "length":
        return "depth", told or "m", ()
    if domain == "time":
        return "twt", told or ("ms" if factor == _MILLI else "s"), ()
    return "twt", "ms", ("The file does not tell time from depth: time in ms is assumed.",)


def _survey(file: Any, axes: tuple[Axis, ...]) -> Survey | None:
    """Fit the map to the corners: first of both, last inline, last crossline, last of both."""
    rows, cols = axes[0].size - 1, axes[1].size - 1
    places = [(0, 0), (rows, 0), (0, cols), (rows, cols)]
    corners = np.array(file.corners, dtype=np.float64)
    if corners.shape != (4, 2) or not rows or not cols:
        return None
    unit = unit_of(str(file.hunitname))
    return fit_survey(axes[:2], places, corners, unit if unit in {"m", "ft"} else "m")
