"""Makes a volume of an MDIO store."""

from __future__ import annotations

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.axes import Axis
from engine.core.survey import Survey
from engine.errors import ReadError
from engine.readers.arrays.about import ArrayAbout
from engine.readers.arrays.coordinates import Coordinate, axes_of, fit_survey, lattice, unit_of
from engine.readers.arrays.stored_array import LARGEST_CHUNK
from engine.readers.arrays.volume import ArrayVolume
from engine.readers.arrays.zarr_array import ZarrArray, is_array, open_checked, read_part
from engine.readers.mdio.masked_array import MaskedArray
from engine.readers.mdio.metadata import MdioLayout, read_layout

_LARGEST_VECTOR = 1 << 28
_COPY = "Copy it again, with all its files."
_SAMPLE = "sample"
_X_NAMES, _Y_NAMES = ("cdp_x", "cdp-x", "181"), ("cdp_y", "cdp-y", "185")
_SCALARS = ("coordinate_scalar", "71")


def open_mdio(path: Path, name: str | None) -> ArrayVolume:
    """Open an array of a store.

    Parameters
    ----------
    path : pathlib.Path
        The folder.
    name : str or None
        The array; the usual one when None.

    Returns
    -------
    ArrayVolume
        On the axes that the store tells.

    Raises
    ------
    ReadError
        If it is damaged, or the array has not two or three dimensions.
    """
    layout = read_layout(path, name)
    if len(layout.dimensions) not in (2, 3):
        listed = ", ".join(layout.dimensions) or "none"
        raise ReadError(
            path,
            f"{layout.samples} has the dimensions {listed}, of which two or three can be shown",
            hint="Write one offset or angle of it as a store of its own, and open that.",
        )
    stored = ZarrArray(path, layout.samples)
    if len(stored.shape) != len(layout.dimensions):
        raise ReadError(path, f"{layout.samples} has not the dimensions it names", hint=_COPY)
    axes, notes = axes_of(_coordinates(path, layout, stored.shape))
    live = _live(path, layout, stored.shape)
    missing = int(live.size - np.count_nonzero(live))
    if missing:
        notes = (*notes, f"{missing} places have no trace.")
    if layout.others:
        notes = (*notes, f"The store also holds {', '.join(layout.others[:8])} (--dataset).")
    if _SAMPLE in layout.dimensions:
        notes = (*notes, "The store does not tell time from depth: time in ms is assumed.")
    about = ArrayAbout(
        title=f"MDIO {layout.version[:20]}",
        survey=_survey(path, layout, axes, live),
        attributes=layout.attributes,
        notes=notes,
        text=layout.text,
    )
    return ArrayVolume(path, MaskedArray(stored, live, "mdio"), axes, named=True, about=about)


def _coordinates(path: Path, layout: MdioLayout, shape: tuple[int, ...]) -> list[Coordinate]:
    found = []
    for name, size in zip(layout.dimensions, shape, strict=True):
        values: NDArray[Any] | None = None
        if name in layout.coordinates:
            try:
                values = np.array(layout.coordinates[name], dtype=np.float64)
            except (TypeError, ValueError, OverflowError) as error:
                raise ReadError(path, f"{name} has no numbers", hint=_COPY) from error
        elif is_array(path / name):
            values = _small(path, name)
        if values is not None and (values.shape != (size,) or values.dtype.kind not in "iuf"):
            raise ReadError(
                path, f"{name} has not as many numbers as the samples, {size}", hint=_COPY
            )
        kept = None if values is None else values.astype(np.float64)
        found.append(Coordinate(name, size, layout.units.get(name, ""), kept))
    return found


def _live(path: Path, layout: MdioLayout, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which traces are there; all where the store does not tell."""
    if not is_array(path / layout.mask):
        return np.ones(shape[:-1], dtype=np.bool_)
    mask = _small(path, layout.mask)
    if mask.shape != shape[:-1] or mask.dtype.kind not in "biu":
        raise ReadError(path, f"{layout.mask} does not fit the samples", hint=_COPY)
    return mask.astype(np.bool_)


def _survey(
    path: Path, layout: MdioLayout, axes: tuple[Axis, ...], live: NDArray[np.bool_]
) -> Survey | None:
    """Fit the map to CDP coordinates of some live traces."""
    if tuple(axis.name for axis in axes[:-1]) != ("inline", "crossline"):
        return None
    places = [place for place in lattice(*live.shape) if live[place]]
    if layout.headers:
        coordinates, unit = _of_headers(path, layout.headers, live.shape, places), ""
    else:
        coordinates, unit = _of_arrays(path, live.shape, places), layout.units.get(_X_NAMES[0], "")
    if coordinates is None:
        return None
    unit = unit_of(unit)
    return fit_survey(axes[:2], places, coordinates, unit if unit in {"m", "ft"} else "m")


def _of_arrays(
    path: Path, shape: tuple[int, ...], places: list[tuple[int, int]]
) -> NDArray[np.float64] | None:
    names = (_X_NAMES[0], _Y_NAMES[0])
    if not all(is_array(path / name) for name in names):
        return None
    found = [_small(path, name) for name in names]
    if any(values.shape != shape or values.dtype.kind not in "iuf" for values in found):
        return None
    return np.array([[float(values[place]) for values in found] for place in places])


def _of_headers(
    path: Path, name: str, shape: tuple[int, ...], places: list[tuple[int, int]]
) -> NDArray[np.float64] | None:
    """Read coordinates from trace headers, a few of which may be as large as a block of them."""
    if not is_array(path / name):
        return None
    headers = open_checked(path, name)
    fields = np.dtype(headers.dtype).names or ()
    x, y, scalar = (
        next((n for n in names if n in fields), None) for names in (_X_NAMES, _Y_NAMES, _SCALARS)
    )
    chunk = prod(int(n) for n in headers.chunks) * np.dtype(headers.dtype).itemsize
    if tuple(headers.shape) != shape or x is None or y is None or chunk > LARGEST_CHUNK:
        return None
    rows = [read_part(path, headers, place)[()] for place in places]
    scales = [_scale(float(row[scalar])) if scalar else 1.0 for row in rows]
    return np.array(
        [[float(row[x]) * s, float(row[y]) * s] for row, s in zip(rows, scales, strict=True)]
    ).reshape(-1, 2)


def _scale(scalar: float) -> float:
    """Return the factor of a SEG-Y coordinate scalar: a divisor where it is negative."""
    if scalar == 0:
        return 1.0
    return scalar if scalar > 0 else 1.0 / -scalar


def _small(path: Path, name: str) -> NDArray[Any]:
    """Read a whole array of coordinates or marks."""
    array = open_checked(path, name)
    item = np.dtype(array.dtype).itemsize
    n_bytes, chunk = (prod(int(n) for n in sizes) * item for sizes in (array.shape, array.chunks))
    if n_bytes > _LARGEST_VECTOR or chunk > _LARGEST_VECTOR:
        raise ReadError(path, f"{name} promises {n_bytes} bytes", hint=_COPY)
    return read_part(path, array, ...)
