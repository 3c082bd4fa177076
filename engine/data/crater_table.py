"""Tables of craters, as text: boxes, ellipses on an image, or places on the body."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.craters import Ellipse
from engine.core.georeference import Georeference
from engine.data.table_text import Cells, read_lines
from engine.errors import DataError, ReadError
from engine.jobs.context import NULL_JOB, JobContext

TABLE_SUFFIXES = frozenset({".txt", ".csv", ".diam", ".scc"})

_BOX = ("x", "y", "w", "h")
_ELLIPSE = ("row", "column", "longest_px", "short_px", "angle")
_LONGITUDES = ("longitude", "lon", "lon_circ_img")
_LATITUDES = ("latitude", "lat", "lat_circ_img")
_DIAMETERS_M = {"diameter_m": 1.0, "diameter_km": 1e3, "diam_km": 1e3, "diam_circ_img": 1e3}
_CRATERSTATS_M = {"diameter": 1e3, "diam": 1e3}
_CRATERSTATS = re.compile(r"^\s*crater\s*=\s*\{(.*)$")
_LARGEST = 1e7
"""Pixels or degrees; numbers beyond are damage."""

_SHOWN = 60
_CHECKED_EACH = 100_000
_CIRCLE_POINTS = 16
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class TableCrater:
    """One row of a table.

    Parameters
    ----------
    line : int
        Where it stands in the file, from 1.
    ellipse : Ellipse
        Its place on the image.
    class_name : str, default ""
        What the column ``class`` says.
    """

    line: int
    ellipse: Ellipse
    class_name: str = ""


@dataclass(frozen=True, slots=True)
class CraterTable:
    """What a table holds.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    craters : tuple of TableCrater
        Those that can be read and may lie on the image.
    far : tuple of int
        Lines of the craters that the map of the image does not reach.
    problems : tuple of str
        One line for each row that cannot be read, with its number.
    in_pixels : bool
        Whether it tells places on the image, not on the body.
    """

    path: Path
    craters: tuple[TableCrater, ...]
    far: tuple[int, ...]
    problems: tuple[str, ...]
    in_pixels: bool

    @property
    def n_rows(self) -> int:
        """Rows below the first line, those that cannot be read among them."""
        return len(self.craters) + len(self.far) + len(self.problems)


@dataclass(frozen=True, slots=True)
class TableImage:
    """The image that a table belongs to.

    Parameters
    ----------
    shape : tuple of int
        Its rows and columns.
    georeference : Georeference, optional
        Where it lies, if it tells.
    """

    shape: tuple[int, int]
    georeference: Georeference | None = None

    def circles(
        self,
        longitude: NDArray[np.float64],
        latitude: NDArray[np.float64],
        diameter_m: NDArray[np.float64],
    ) -> list[Ellipse | None]:
        """Return circles of the body as they lie on the image.

        Parameters
        ----------
        longitude, latitude : ndarray of float64, shape (n,)
            Of the centres, degrees, east-positive, planetocentric.
        diameter_m : ndarray of float64, shape (n,)
            Along the body, metres.

        Returns
        -------
        list of Ellipse or None
            The ellipse through points of the circle; None where the map of the image
            does not reach it, or it lies beside the image.

        Raises
        ------
        DataError
            If the image is not georeferenced.
        """
        georeference = self.georeference
        if georeference is None:
            raise DataError("the image is not georeferenced")
        found: list[Ellipse | None] = [None] * len(longitude)
        # Longitudes of a map may run from -180 or from 0.
        for turn in (0.0, 360.0, -360.0) if georeference.is_geographic else (0.0,):
            near = np.flatnonzero(
                _near(georeference, self.shape, longitude + turn, latitude, diameter_m)
            )
            rows, cols = georeference.circles(
                longitude[near] + turn, latitude[near], diameter_m[near], _CIRCLE_POINTS
            )
            whole = np.isfinite(rows).all(axis=1) & np.isfinite(cols).all(axis=1)
            for n, ellipse in zip(
                near[whole], Ellipse.through(rows[whole], cols[whole]), strict=True
            ):
                found[n] = ellipse
        return found


def _near(
    georeference: Georeference,
    shape: tuple[int, int],
    longitude: NDArray[np.float64],
    latitude: NDArray[np.float64],
    diameter_m: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Tell which circles may reach an image, from their centres and its pixels alone."""
    n_rows, n_cols = shape
    corners = [(row, col) for row in (0, n_rows - 1) for col in (0, n_cols - 1)]
    sizes = [georeference.metres_per_pixel(*place) for place in corners]
    # Up to twice as many pixels where the scale changes beyond the corners.
    reach = diameter_m / np.nanmin([*np.ravel(sizes), np.inf])
    rows, cols = georeference.pixels_at(longitude, latitude)
    near: NDArray[np.bool_] = np.ones(longitude.shape, dtype=np.bool_)
    for places, size in ((rows, n_rows), (cols, n_cols)):
        near &= (places >= -reach) & (places <= size + reach)
    return near


def read_crater_table(path: Path, image: TableImage, job: JobContext = NULL_JOB) -> CraterTable:
    """Read a table whose first line names its columns, or a table of CraterStats.

    Known are, whatever the case and the order, and among any other columns:

    * ``X, Y, W, H``: upper left corner, width and height of a box, in pixels from the
      outer edge of the first one;
    * ``row, column, longest_px, short_px, angle``: as Outcrop writes them;
    * ``longitude, latitude, diameter_m`` or ``diameter_km``; also ``LON_CIRC_IMG,
      LAT_CIRC_IMG, DIAM_CIRC_IMG`` of the lunar catalogue [1]_;
    * ``crater = {diameter, fraction, lon, lat`` of CraterStats' ``.diam`` and ``.scc``.

    ``class`` may name the class. Columns are separated by commas, semicolons or tabs,
    also mixed; if there is no comma in the first line, by semicolons and tabs only, and
    a comma in a number is its decimal sign.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    image : TableImage
        What it belongs to.
    job : JobContext, default NULL_JOB
        Checked from time to time.

    Returns
    -------
    CraterTable
        Rows that are no craters are told, not taken.

    Raises
    ------
    ReadError
        If the file is no such table, or the image does not tell where places lie.

    References
    ----------
    .. [1] Robbins, "A New Global Database of Lunar Impact Craters >1-2 km", Journal of
       Geophysical Research: Planets 124, 2019. https://doi.org/10.1029/2018JE005592
    """
    numbered, scale_m = _rows(path)
    _, header = next(numbered, (0, ""))
    cells = Cells.of(header)
    names = [name.strip().lower() for name in cells.split(header)]
    columns = _columns(path, names, scale_m, image)
    named = names.index("class") if "class" in names else -1
    numbers: list[int] = []
    values: list[list[float]] = []
    class_names: list[str] = []
    problems: list[str] = []
    for number, line in numbered:
        if number % _CHECKED_EACH == 0:
            job.check()
        words = cells.split(line)
        try:
            row = [cells.number(words[place]) for place in columns.places]
        except (ValueError, IndexError):
            row = []
        if problem := columns.problem(row):
            problems.append(f"line {number} {problem}: {line[:_SHOWN]!r}")
            continue
        numbers.append(number)
        values.append(row)
        class_names.append(words[named].strip() if 0 <= named < len(words) else "")
    found = columns.ellipses(np.array(values, dtype=np.float64).reshape(-1, len(columns.places)))
    craters = tuple(
        TableCrater(number, ellipse, class_name)
        for number, ellipse, class_name in zip(numbers, found, class_names, strict=True)
        if ellipse is not None
    )
    far = tuple(number for number, ellipse in zip(numbers, found, strict=True) if ellipse is None)
    return CraterTable(path, craters, far, tuple(problems), columns.in_pixels)


def _rows(path: Path) -> tuple[Iterator[tuple[int, str]], dict[str, float]]:
    """Return the header and the rows with their numbers, and metres of the diameters named so."""
    lines = read_lines(path)
    if path.suffix.lower() not in {".diam", ".scc"}:
        return ((n, line) for n, line in enumerate(lines, 1) if line.strip()), _DIAMETERS_M
    for first, line in enumerate(lines):
        if found := _CRATERSTATS.match(line):
            return _braced(lines, first, found[1]), _DIAMETERS_M | _CRATERSTATS_M
    return iter(()), {}


def _braced(lines: Sequence[str], first: int, header: str) -> Iterator[tuple[int, str]]:
    yield first + 1, header
    for number, line in enumerate(lines[first + 1 :], start=first + 2):
        if line.lstrip().startswith("}"):
            return
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns to read, the largest number of each, and what makes ellipses of the rows."""

    places: list[int]
    largest: tuple[float, ...]
    sizes: tuple[int, ...]
    in_pixels: bool
    ellipses: Callable[[NDArray[np.float64]], Sequence[Ellipse | None]]

    def problem(self, row: list[float]) -> str:
        """Tell what is wrong with a row; nothing if it is a crater."""
        if not row:
            return "is no crater"
        if not all(map(math.isfinite, row)):
            return "has no place or size"
        if min(row[k] for k in self.sizes) <= 0:
            return "has no size"
        if any(abs(value) > most for value, most in zip(row, self.largest, strict=True)):
            return "is out of range"
        return ""


def _columns(
    path: Path, names: list[str], scale_m: dict[str, float], image: TableImage
) -> _Columns:
    for wanted, of_row in ((_BOX, _of_box), (_ELLIPSE, _of_axes)):
        if all(name in names for name in wanted):
            return _Columns(
                [names.index(name) for name in wanted],
                (_LARGEST,) * len(wanted),
                (2, 3),
                in_pixels=True,
                ellipses=partial(_each, of_row),
            )
    place = [
        next((name for name in known if name in names), "")
        for known in (_LONGITUDES, _LATITUDES, tuple(scale_m))
    ]
    if not all(place):
        raise ReadError(
            path,
            "its first line does not name the columns of craters",
            hint="Name them in the first line: X, Y (upper left), W, H in pixels, or"
            " longitude, latitude, diameter_km.",
        )
    if image.georeference is None:
        raise ReadError(
            path,
            "tells places on the body, but the image is not georeferenced",
            hint="Give boxes in pixels (X, Y, W, H), or georeference the image.",
        )
    metres = scale_m[place[2]]
    around_m = 2 * math.pi * max(image.georeference.axes_m)
    return _Columns(
        [names.index(name) for name in place],
        (_LARGEST, _LARGEST, around_m / metres),
        (2,),
        in_pixels=False,
        ellipses=lambda rows: image.circles(rows[:, 0], rows[:, 1], rows[:, 2] * metres),
    )


def _each(of_row: Callable[..., Ellipse], rows: NDArray[np.float64]) -> list[Ellipse]:
    return [of_row(*row) for row in rows.tolist()]


def _of_box(left: float, top: float, width: float, height: float) -> Ellipse:
    axes = (height / 2, 0.0, 0.0, width / 2)
    return Ellipse(top + height / 2 - _HALF, left + width / 2 - _HALF, axes)


def _of_axes(row: float, col: float, longest: float, shortest: float, angle: float) -> Ellipse:
    down, right = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    one, other = longest / 2, shortest / 2
    return Ellipse(row, col, (one * down, one * right, other * right, -other * down))
