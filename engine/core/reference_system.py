"""Reference systems of bodies, and the way from their coordinates to the body."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.errors import DataError

if TYPE_CHECKING:  # pyproj loads with the first system, not when the window starts
    import pyproj

_POLE = 90.0


@lru_cache(maxsize=32)
def system(crs: str) -> pyproj.CRS:
    """Read a reference system.

    Parameters
    ----------
    crs : str
        As WKT.

    Returns
    -------
    pyproj.CRS
        Kept for the next call.

    Raises
    ------
    DataError
        If it is not understood.
    """
    import pyproj

    try:
        return pyproj.CRS.from_wkt(crs)
    except pyproj.exceptions.CRSError as error:
        raise DataError(f"the coordinate reference system is not understood ({error})") from error


@lru_cache(maxsize=32)
def body(crs: str) -> pyproj.Geod:
    """Return the ellipsoid or sphere that a reference system lies on.

    Raises
    ------
    DataError
        If it lies on none, such as a local grid.
    """
    import pyproj

    known = system(crs)
    ellipsoid = known.ellipsoid
    if ellipsoid is None or not (known.is_projected or known.is_geographic or is_centric(crs)):
        raise DataError(f"the coordinate reference system {known.name!r} lies on no body")
    try:
        return pyproj.Geod(a=ellipsoid.semi_major_metre, b=ellipsoid.semi_minor_metre)
    except pyproj.exceptions.ProjError as error:
        raise DataError(f"the body of {known.name!r} is no ellipsoid ({error})") from error


@lru_cache(maxsize=32)
def is_centric(crs: str) -> bool:
    """Return whether the system's own latitudes are planetocentric."""
    return any("planetocentric" in axis.name.lower() for axis in system(crs).axis_info)


@lru_cache(maxsize=32)
def counts_west(crs: str) -> bool:
    """Return whether the system's own longitudes grow westwards."""
    return any(axis.direction == "west" for axis in system(crs).axis_info)


@lru_cache(maxsize=32)
def _geodetic_system(crs: str) -> pyproj.CRS:
    """Return east-positive longitude and geodetic latitude on the body."""
    import pyproj

    geod = body(crs)
    return pyproj.CRS.from_dict({"proj": "longlat", "a": geod.a, "b": geod.b, "no_defs": True})


@lru_cache(maxsize=32)
def to_geodetic(crs: str) -> pyproj.Transformer:
    """Return the way from x and y to east-positive longitude and geodetic latitude, degrees.

    Raises
    ------
    DataError
        If PROJ finds none.
    """
    return _way(system(crs), _geodetic_system(crs))


@lru_cache(maxsize=32)
def from_geodetic(crs: str) -> pyproj.Transformer:
    """Return the way back from `to_geodetic`."""
    return _way(_geodetic_system(crs), system(crs))


def _way(one: pyproj.CRS, other: pyproj.CRS) -> pyproj.Transformer:
    import pyproj

    try:
        return pyproj.Transformer.from_crs(one, other, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        raise DataError(f"there is no way from {one.name!r} to {other.name!r} ({error})") from error


def squeeze(latitude: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """Multiply the tangents of latitudes.

    Parameters
    ----------
    latitude : ndarray of float64
        Degrees.
    factor : float
        The square of the polar over the equatorial radius makes geodetic
        latitudes planetocentric, its inverse makes them geodetic again.

    Returns
    -------
    ndarray of float64
        Degrees; poles stay where they are.
    """
    squeezed = np.degrees(np.arctan(factor * np.tan(np.radians(latitude))))
    return np.where(np.abs(latitude) >= _POLE, latitude, squeezed)


def finite(values: ArrayLike) -> NDArray[np.float64]:
    """Return values with NaN in the place of PROJ's infinity for "not there"."""
    data = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(data), data, np.nan)
