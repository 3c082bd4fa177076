"""One band of an image file, read window by window."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.axes import Axis
from engine.core.georeference import Georeference, pixel_axes
from engine.core.section import Plane, Section
from engine.errors import DataError, ShapeError
from engine.readers.raster.dataset import RasterDataset
from engine.readers.raster.description import describe_image
from engine.readers.raster.options import RasterOptions
from engine.readers.raster.pixels import PixelSource

WHOLE_PIXELS = 4096 * 4096
"""Up to here the section is the image itself; of larger ones it is an overview."""

OVERVIEW_SIDE = 2048
"""Longest side of the overview, in its pixels."""

LARGEST_WINDOW = 1 << 27
"""Pixels of a section at most: 512 MiB."""

_SAMPLED_WHOLE = 1 << 21
_SAMPLED_SIDE = 64
_SAMPLED_GRID = 8


class RasterVolume:
    """An image whose pixels are read on demand.

    Parameters
    ----------
    pixels : PixelSource
        The band.
    georeference : Georeference or None
        Where it lies, if the file tells.
    options : RasterOptions
        How longitudes are told.
    notes : tuple of str
        What the user should know of the file.
    """

    kind = "image"
    survey = None

    def __init__(
        self,
        pixels: PixelSource,
        georeference: Georeference | None,
        options: RasterOptions,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.georeference = georeference
        self.longitudes = options.longitudes
        self._pixels = pixels
        self._notes = (*notes, *self._advice())
        self._lock = threading.Lock()
        self._statistics: AmplitudeStatistics | None = None
        rows, cols = self.shape = pixels.dataset.shape
        self._axes = self._axes_of((0.0, 1.0, rows), (0.0, 1.0, cols))

    @property
    def path(self) -> Path:
        """The file."""
        return self._pixels.dataset.path

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Rows and columns at full resolution."""
        return self._axes

    @property
    def directions(self) -> tuple[str, ...]:
        """``image`` alone."""
        return ("image",)

    def axis_along(self, direction: str) -> Axis:
        """Return the axis that numbers the one section.

        Raises
        ------
        ValueError
            If there is no such direction.
        """
        if direction not in self.directions:
            raise ValueError(f"no direction {direction!r} among {', '.join(self.directions)}")
        return Axis(direction, "1", 1.0, 1.0, 1)

    def section(self, direction: str, index: int) -> Section:
        """Read the image, or its overview.

        Parameters
        ----------
        direction : str
            ``image``.
        index : int
            0.

        Returns
        -------
        Section
            Full resolution up to `WHOLE_PIXELS`. Of a larger image the overview:
            at most `OVERVIEW_SIDE` pixels long, on axes of larger steps; `window`
            reads any part of it in full.

        Raises
        ------
        ValueError
            If there is no such direction or the file is closed.
        IndexError
            If `index` is not 0.
        ReadError
            If the file is damaged there.
        """
        axis = self.axis_along(direction)
        if index != 0:
            raise IndexError(f"{direction} index {index} is outside 0 to 0")
        plane = Plane(direction, index, axis.value(index))
        rows, cols = self.shape
        return self._read(slice(0, rows), slice(0, cols), self._step, plane)

    def section_shape(self, direction: str, index: int) -> tuple[int, int]:
        """Return rows and columns of the section; see `Volume.section_shape`."""
        spans = (_span(slice(0, n), n, self._step) for n in self.shape)
        (_, _, n_rows), (_, _, n_cols) = spans
        return n_rows, n_cols

    @property
    def _step(self) -> int:
        """Pixels from one to the next of the section: 1, more where it is only an overview."""
        rows, cols = self.shape
        return 1 if rows * cols <= WHOLE_PIXELS else -(-max(rows, cols) // OVERVIEW_SIDE)

    def window(self, rows: slice, cols: slice, step: int = 1) -> Section:
        """Read any part of the image, for panning and zooming.

        Parameters
        ----------
        rows, cols : slice
            Pixels from 0, first and last plus one; cut to the image.
        step : int, default 1
            Pixels of the image that one of the result stands for, down and across.

        Returns
        -------
        Section
            Without a plane; the steps of its axes are exact also where `step`
            does not divide the window.

        Raises
        ------
        ShapeError
            If nothing of the image is in the window, or the result has more than
            `LARGEST_WINDOW` pixels.
        ReadError
            If the file is damaged there.
        ValueError
            If the file is closed.
        """
        return self._read(rows, cols, step, None)

    def statistics(self) -> AmplitudeStatistics:
        """Measure up to two million pixels: all, or 64 patches; kept after the first call."""
        with self._lock:
            if self._statistics is None:
                self._statistics = self._measure()
            return self._statistics

    def describe(self) -> dict[str, Any]:
        """Return what the file says about itself, ready for JSON."""
        return describe_image(
            self._pixels, self.georeference, self.statistics(), self._notes, self.longitudes
        )

    def close(self) -> None:
        """Give up the file; a read under way on another thread still finishes."""
        self._pixels.dataset.close()

    def _advice(self) -> tuple[str, ...]:
        rows, cols = self._pixels.dataset.shape
        if rows * cols <= WHOLE_PIXELS or self._pixels.overviews:
            return ()
        return ("No overviews: zoomed out it is read slowly; gdaladdo -r average FILE makes some",)

    def _read(self, rows: slice, cols: slice, step: int, plane: Plane | None) -> Section:
        spans = [_span(part, n, step) for part, n in zip((rows, cols), self.shape, strict=True)]
        (top, height, n_rows), (left, width, n_cols) = spans
        if n_rows * n_cols > LARGEST_WINDOW:
            raise ShapeError(
                f"{self.path}: a window of {n_rows} x {n_cols} pixels is more than "
                f"{LARGEST_WINDOW} pixels",
                hint="Choose a smaller window or a larger step.",
            )
        data, n_bad = self._pixels.read((top, left, height, width), (n_rows, n_cols))
        down, across = (
            # A coarse pixel lies in the middle of those that it stands for.
            (first + (length / n - 1) / 2, length / n, n)
            for first, length, n in spans
        )
        axes = self._axes_of(down, across)
        return Section(data, *axes, plane, n_bad)

    def _axes_of(
        self, rows: tuple[float, float, int], cols: tuple[float, float, int]
    ) -> tuple[Axis, Axis]:
        if self.georeference is None:
            return pixel_axes(rows, cols)
        return self.georeference.axes(rows, cols)

    def _measure(self) -> AmplitudeStatistics:
        rows, cols = self.shape
        if rows * cols <= _SAMPLED_WHOLE:
            return self._measured([(0, 0, rows, cols)])
        height, width = (min(_SAMPLED_SIDE, n) for n in self.shape)
        # By rows: formats without random access are then decoded once.
        places = [
            (int(top), int(left), height, width)
            for top in np.linspace(0, rows - height, _SAMPLED_GRID)
            for left in np.linspace(0, cols - width, _SAMPLED_GRID)
        ]
        return self._measured(places)

    def _measured(self, places: list[tuple[int, int, int, int]]) -> AmplitudeStatistics:
        parts = [self._pixels.read(place, place[2:]) for place in places]
        samples = np.concatenate([data.ravel() for data, _ in parts])
        return AmplitudeStatistics.from_samples(samples, n_bad=sum(n for _, n in parts))


def open_raster(path: Path, driver: str, options: RasterOptions) -> RasterVolume:
    """Open an image file.

    Parameters
    ----------
    path : pathlib.Path
        The file, or its label.
    driver : str
        Name of its GDAL driver.
    options : RasterOptions
        What the user told.

    Returns
    -------
    RasterVolume
        No sample is read but the last one, to find files that end too early.

    Raises
    ------
    ReadError
        If the file is damaged, too large, or refers to others elsewhere.
    SettingsError
        If there is no such band.
    """
    dataset = RasterDataset(path, driver)
    try:
        pixels = PixelSource(dataset, options.band)
        georeference, notes = _georeference(dataset)
        return RasterVolume(pixels, georeference, options, (*pixels.plan.notes, *notes))
    except BaseException:
        dataset.close()
        raise


def _georeference(dataset: RasterDataset) -> tuple[Georeference | None, tuple[str, ...]]:
    source = dataset.source
    if source.crs is None:
        if source.transform.is_identity:
            return None, ()
        return None, ("Has coordinates but no reference system: shown in pixels",)
    try:
        wkt = source.crs.to_wkt(version="WKT2_2019")
        return Georeference(tuple(source.transform)[:6], wkt), ()
    except DataError as error:
        return None, (f"Shown in pixels: {error}",)


def _span(part: slice, n: int, step: int) -> tuple[int, int, int]:
    """Return first pixel, length in pixels, and number of pixels of the result."""
    first, last, _ = part.indices(n)
    if last <= first or step < 1:
        raise ShapeError(f"pixels {part.start} to {part.stop} in steps of {step} of {n} are none")
    return first, last - first, -(-(last - first) // step)
