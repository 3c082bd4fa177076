"""Writes classes or probabilities of an image as GeoTIFF."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from engine.core.class_scheme import IGNORE
from engine.core.image import Image
from engine.errors import ShapeError, WriteError
from engine.exporters.base import CLASSES, ExporterInfo, ExportLayers, ExportReport
from engine.exporters.staging import StagingFolder

_BLOCK = 256
_SMALLEST_OVERVIEW = 1024


class GeotiffExporter:
    """Writes tiled, compressed GeoTIFF with the size, map and system of the source.

    Classes are bytes with a colour table, 255 where there is no data;
    probabilities are float32, a band for each class, NaN where there is no data.
    """

    info = ExporterInfo(name="geotiff", title="GeoTIFF", extensions=(".tif", ".tiff"))

    def outputs(self, path: Path) -> tuple[Path, ...]:
        """Return `path` itself."""
        return (path,)

    def check(self, source: Image, path: Path, content: str) -> None:
        """Refuse nothing: it holds classes and probabilities of any image."""

    def start(self, source: Image, path: Path, layers: ExportLayers) -> GeotiffWriter:
        """Create the file under a temporary name.

        Parameters
        ----------
        source : Image
            What is segmented.
        path : pathlib.Path
            The output.
        layers : ExportLayers
            What is written.

        Returns
        -------
        GeotiffWriter
            To be committed or aborted.

        Raises
        ------
        WriteError
            If the file cannot be made.
        """
        return GeotiffWriter(source, path, layers)


class GeotiffWriter:
    """Rows of a result on their way into a GeoTIFF; see `GeotiffExporter`.

    Parameters
    ----------
    source : Image
        What is segmented.
    path : pathlib.Path
        The output.
    layers : ExportLayers
        What is written.
    """

    def __init__(self, source: Image, path: Path, layers: ExportLayers) -> None:
        self.paths = (path,)
        self._shape = source.shape
        self._layers = layers
        self._waiting: list[NDArray[Any]] = []
        self._next_row = self._written_rows = 0
        self._profile = _profile(source, layers)
        self._staging = StagingFolder(path)
        self._temporary = self._staging.path / path.name
        try:
            with _guarded(path):
                self._file: Any = rasterio.open(self._temporary, "w", **self._profile)
                self._describe()
        except BaseException:
            self._staging.discard()
            raise

    def write(
        self, first_row: int, classes: NDArray[np.uint8], probabilities: NDArray[np.float32]
    ) -> None:
        """Take the next rows; see `engine.exporters.image_base.ImageWriter`."""
        if first_row != self._next_row or classes.shape[1] != self._shape[1]:
            raise ShapeError(
                f"rows of shape {classes.shape} at {first_row}, the image has {self._shape} and "
                f"is at {self._next_row}"
            )
        self._next_row += len(classes)
        is_classes = self._layers.content == CLASSES
        self._waiting.append(classes[None].copy() if is_classes else probabilities.copy())
        self._flush(self._next_row - self._next_row % _BLOCK)

    def commit(self, *, overwrite: bool = True) -> ExportReport:
        """Finish, compare the grid with that of the source, and rename."""
        (path,) = self.paths
        try:
            self._flush(self._next_row)
            with _guarded(path):
                self._build_overviews()
                self._file.close()
            lines = self._compare()
            self._staging.publish(self.paths, overwrite=overwrite)
        except BaseException:
            self.abort()
            raise
        no_data = float(IGNORE) if self._layers.content == CLASSES else float("nan")
        return ExportReport(self.paths, path.stat().st_size, no_data, lines)

    def abort(self) -> None:
        """Remove what was written."""
        self._file.close()
        self._staging.discard()

    def _flush(self, last_row: int) -> None:
        """Write whole rows of blocks, so that none is compressed twice."""
        if last_row <= self._written_rows:
            return
        rows = np.concatenate(self._waiting, axis=1)
        count = last_row - self._written_rows
        self._waiting = [rows[:, count:]]
        with _guarded(self.paths[0]):
            place = Window(0, self._written_rows, self._shape[1], count)
            self._file.write(rows[:, :count], window=place)
        self._written_rows = last_row

    def _describe(self) -> None:
        classes = self._layers.classes
        if self._layers.content == CLASSES:
            colors = {
                index: tuple(int(item.color[k : k + 2], 16) for k in (1, 3, 5))
                for index, item in enumerate(classes.classes)
            }
            self._file.write_colormap(1, colors)
            return
        for band, name in enumerate(classes.names, start=1):
            self._file.set_band_description(band, name)

    def _build_overviews(self) -> None:
        side = max(self._shape)
        factors = [2**k for k in range(1, 12) if side / 2**k >= _SMALLEST_OVERVIEW / 2]
        if side > _SMALLEST_OVERVIEW:
            self._file.build_overviews(factors, Resampling.nearest)

    def _compare(self) -> tuple[str, ...]:
        with _guarded(self.paths[0]), rasterio.open(self._temporary) as file:
            wanted = self._profile.get("crs"), self._profile.get("transform", Affine.identity())
            if (file.height, file.width) != self._shape or self._next_row != self._shape[0]:
                raise WriteError(
                    self.paths[0],
                    f"has {self._next_row} rows, the source {self._shape[0]}",
                    hint="Export again.",
                )
            same = file.crs == wanted[0] and file.transform.almost_equals(wanted[1])
        rows, cols = self._shape
        place = "reference system and map from pixels are the source's"
        if not same:
            place = "GeoTIFF keeps the reference system in other words than the source"
        elif wanted[0] is None:
            place = "not georeferenced, as the source"
        return (f"{rows} x {cols} pixels, as the source", place)


def _profile(source: Image, layers: ExportLayers) -> dict[str, Any]:
    rows, cols = source.shape
    is_classes = layers.content == CLASSES
    profile = {
        "driver": "GTiff",
        "height": rows,
        "width": cols,
        "count": 1 if is_classes else len(layers.classes),
        "dtype": "uint8" if is_classes else "float32",
        "nodata": float(IGNORE) if is_classes else float("nan"),
        "tiled": True,
        "blockxsize": _BLOCK,
        "blockysize": _BLOCK,
        "compress": "deflate",
        "interleave": "band",
        "BIGTIFF": "IF_SAFER",
    }
    if source.georeference is not None:
        profile["crs"] = CRS.from_wkt(source.georeference.crs)
        profile["transform"] = Affine(*source.georeference.affine)
    return profile


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    """Turn GDAL's failures into `WriteError`."""
    try:
        with warnings.catch_warnings(), rasterio.Env(GDAL_PAM_ENABLED="NO"):
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            yield
    except (RasterioError, OSError) as error:
        if isinstance(error, WriteError):
            raise
        raise WriteError(
            path, f"cannot be written ({error})", hint="Free some space, or choose another disk."
        ) from error
