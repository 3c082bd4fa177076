"""Where the pixels of an image lie on a body.

A pixel is named by its row and column counted from 0 at the centre of the first
one, so that -0.5 is the outer edge of the image.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.core.axes import Axis
from engine.core.reference_system import (
    body,
    counts_west,
    finite,
    from_geodetic,
    is_centric,
    squeeze,
    system,
    to_geodetic,
)
from engine.errors import DataError

_HALF = 0.5
_POLE = 90.0


@dataclass(frozen=True, slots=True)
class Georeference:
    """The map from pixels to projected coordinates, and from these to the body.

    Parameters
    ----------
    affine : tuple of six floats
        ``(a, b, c, d, e, f)`` with ``x = a * u + b * v + c`` and
        ``y = d * u + e * v + f``, where u and v count columns and rows from the
        outer corner of the first pixel, as GDAL and rasterio have it.
    crs : str
        Coordinate reference system, as WKT.

    Raises
    ------
    DataError
        If the affine map is singular or not finite, or the reference system is
        none that lies on a body.
    """

    affine: tuple[float, float, float, float, float, float]
    crs: str

    def __post_init__(self) -> None:
        a, b, _, d, e, _ = self.affine
        if not np.isfinite(self.affine).all() or a * e - b * d == 0:
            raise DataError(f"the map from pixels to coordinates is singular: {self.affine}")
        body(self.crs)
        if not self.is_geographic:
            to_geodetic(self.crs)
            from_geodetic(self.crs)

    @property
    def name(self) -> str:
        """Name of the coordinate reference system; its method and radius if it has none."""
        known = system(self.crs)
        if known.name.strip().lower() not in {"", "unknown", "unnamed"}:
            return known.name
        operation = known.coordinate_operation
        method = operation.method_name if operation else "Longitude and latitude"
        return f"{method}, equatorial radius {self.axes_m[0] / 1000:.10g} km"

    @property
    def is_geographic(self) -> bool:
        """Whether x and y are longitude and latitude."""
        return not system(self.crs).is_projected

    @property
    def axes_m(self) -> tuple[float, float]:
        """Equatorial and polar radius of the body, metres."""
        geod = body(self.crs)
        return float(geod.a), float(geod.b)

    @property
    def unit_m(self) -> float:
        """Metres in a unit of x and y; radians would be meant for degrees."""
        return (
            1.0
            if self.is_geographic
            else float(system(self.crs).axis_info[0].unit_conversion_factor)
        )

    @property
    def is_aligned(self) -> bool:
        """Whether rows and columns run along y and x."""
        return self.affine[1] == 0 == self.affine[3]

    def projected(
        self, rows: ArrayLike, cols: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x and y of pixels.

        Parameters
        ----------
        rows, cols : array-like of float
            Pixels; of one shape.

        Returns
        -------
        x, y : ndarray of float64
            In the unit of the reference system; longitude and latitude where it
            is geographic.
        """
        a, b, c, d, e, f = self.affine
        u = np.asarray(cols, dtype=np.float64) + _HALF
        v = np.asarray(rows, dtype=np.float64) + _HALF
        return a * u + b * v + c, d * u + e * v + f

    def pixels(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return rows and columns of projected coordinates; the inverse of `projected`."""
        a, b, c, d, e, f = self.affine
        p = np.asarray(x, dtype=np.float64) - c
        q = np.asarray(y, dtype=np.float64) - f
        determinant = a * e - b * d
        cols = (e * p - b * q) / determinant - _HALF
        rows = (a * q - d * p) / determinant - _HALF
        return rows, cols

    def geographic(
        self, rows: ArrayLike, cols: ArrayLike, *, longitudes: int = 180
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return longitude and planetocentric latitude of pixels.

        Parameters
        ----------
        rows, cols : array-like of float
            Pixels; of one shape.
        longitudes : {180, 360}
            Whether longitudes run from -180 to 180 or from 0 to 360.

        Returns
        -------
        longitude, latitude : ndarray of float64
            Degrees, east-positive; NaN off the body.
        """
        longitude, latitude = self._geodetic(*self.projected(rows, cols))
        return wrap_longitude(longitude, longitudes), self._centric(latitude)

    def pixels_at(
        self, longitude: ArrayLike, latitude: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return rows and columns of a place; the inverse of `geographic`.

        Parameters
        ----------
        longitude, latitude : array-like of float
            Degrees, east-positive, planetocentric.

        Returns
        -------
        rows, cols : ndarray of float64
            NaN where the projection does not reach.
        """
        east = np.asarray(longitude, dtype=np.float64)
        centric = np.asarray(latitude, dtype=np.float64)
        if self.is_geographic:
            x = -east if counts_west(self.crs) else east
            return self.pixels(x, centric if is_centric(self.crs) else self._graphic(centric))
        x, y = from_geodetic(self.crs).transform(east, self._graphic(centric))
        return self.pixels(finite(x), finite(y))

    def circles(
        self,
        longitude: NDArray[np.float64],
        latitude: NDArray[np.float64],
        diameter_m: NDArray[np.float64],
        count: int,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return rows and columns of points on circles of the body.

        Parameters
        ----------
        longitude, latitude : ndarray of float64, shape (n,)
            Of the centres, degrees, east-positive, planetocentric.
        diameter_m : ndarray of float64, shape (n,)
            Along geodesics, metres.
        count : int
            Points of each, evenly spaced in azimuth from north.

        Returns
        -------
        rows, cols : ndarray of float64, shape (n, count)
            NaN where the projection does not reach.
        """
        azimuth = np.arange(count) * (360.0 / count)
        start, north, azimuth, radius = np.broadcast_arrays(
            longitude[:, None], self._graphic(latitude)[:, None], azimuth, diameter_m[:, None] / 2
        )
        east, north, _ = body(self.crs).fwd(start, north, azimuth, radius)
        # Not across the edge of the map by which the longitude was counted.
        east = start + wrap_longitude(east - start, 180)
        return self.pixels_at(east, self._centric(north))

    def metres_per_pixel(self, row: float, col: float) -> tuple[float, float]:
        """Return the geodesic size of a pixel.

        Parameters
        ----------
        row, col : float
            The pixel.

        Returns
        -------
        down, across : float
            Metres from edge to edge along the column and along the row; NaN off
            the body.
        """
        offsets = np.array([-_HALF, _HALF, 0.0, 0.0])
        longitude, latitude = self._geodetic(*self.projected(row + offsets, col + offsets[::-1]))
        if not np.isfinite(longitude).all():
            return float("nan"), float("nan")
        _, _, length = body(self.crs).inv(
            longitude[::2], latitude[::2], longitude[1::2], latitude[1::2]
        )
        return float(length[0]), float(length[1])

    def distances(
        self,
        rows: tuple[ArrayLike, ArrayLike],
        cols: tuple[ArrayLike, ArrayLike],
    ) -> NDArray[np.float64]:
        """Return the geodesic distances between pairs of pixels, metres.

        Parameters
        ----------
        rows, cols : pair of array-like of float
            Of the first and of the second pixel of each pair.

        Returns
        -------
        ndarray of float64
            NaN where a pixel is off the body.
        """
        first = self._geodetic(*self.projected(rows[0], cols[0]))
        second = self._geodetic(*self.projected(rows[1], cols[1]))
        good = np.isfinite(first[0]) & np.isfinite(second[0])
        distances = np.full(good.shape, np.nan)
        east, north, other_east, other_north = (v[good] for v in (*first, *second))
        distances[good] = body(self.crs).inv(east, north, other_east, other_north)[2]
        return distances

    def area_m2(self, rows: ArrayLike, cols: ArrayLike) -> float:
        """Return the area on the body of a polygon of pixels, square metres; NaN off the body."""
        longitude, latitude = self._geodetic(*self.projected(rows, cols))
        if not np.isfinite(longitude).all():
            return float("nan")
        area, _ = body(self.crs).polygon_area_perimeter(longitude, latitude)
        return abs(float(area))

    def axes(
        self, rows: tuple[float, float, int], cols: tuple[float, float, int]
    ) -> tuple[Axis, Axis]:
        """Return the axes of rows and columns in coordinates of the body.

        Parameters
        ----------
        rows, cols : tuple
            First pixel, pixels between neighbours, and number of neighbours.

        Returns
        -------
        rows, cols : Axis
            Northing and easting in metres, or latitude and longitude in degrees;
            plain pixels where the image is rotated against these.
        """
        if not self.is_aligned:
            return pixel_axes(rows, cols)
        a, _, c, _, e, f = self.affine
        names = ("latitude", "longitude") if self.is_geographic else ("northing", "easting")
        unit = "deg" if self.is_geographic else "m"
        scale = self.unit_m
        down, across = (
            Axis(name, unit, (start + slope * (first + _HALF)) * scale, slope * step * scale, size)
            for name, start, slope, (first, step, size) in (
                (names[0], f, e, rows),
                (names[1], c, a, cols),
            )
        )
        return down, across

    def _geodetic(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return east-positive longitude and geodetic latitude, degrees; NaN off the body."""
        if not self.is_geographic:
            longitude, latitude = to_geodetic(self.crs).transform(x, y)
            return finite(longitude), finite(latitude)
        # PROJ would mind the order and the signs that the system's axes have on paper;
        # x of an image is its longitude whatever these are.
        longitude = -x if counts_west(self.crs) else x
        latitude = self._graphic(y) if is_centric(self.crs) else y
        on_body = np.abs(latitude) <= _POLE
        return np.where(on_body, longitude, np.nan), np.where(on_body, latitude, np.nan)

    def _centric(self, latitude: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return planetocentric latitudes of geodetic ones, degrees."""
        return squeeze(latitude, (1 - body(self.crs).f) ** 2)

    def _graphic(self, latitude: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return geodetic latitudes of planetocentric ones, degrees."""
        return squeeze(latitude, 1 / (1 - body(self.crs).f) ** 2)


def pixel_axes(rows: tuple[float, float, int], cols: tuple[float, float, int]) -> tuple[Axis, Axis]:
    """Return axes in pixels, for images that do not tell where they are.

    Parameters
    ----------
    rows, cols : tuple
        First pixel, pixels between neighbours, and number of neighbours.

    Returns
    -------
    rows, cols : Axis
        Unit ``px``.
    """
    return Axis("row", "px", *rows), Axis("column", "px", *cols)


def wrap_longitude(longitude: NDArray[np.float64], longitudes: int) -> NDArray[np.float64]:
    """Bring longitudes into -180 to 180 or 0 to 360 degrees.

    Parameters
    ----------
    longitude : ndarray of float64
        Degrees, east-positive.
    longitudes : {180, 360}
        Upper end of the range, which itself is left out.

    Returns
    -------
    ndarray of float64
        Degrees.
    """
    return (longitude + 360.0 - longitudes) % 360.0 - (360.0 - longitudes)
