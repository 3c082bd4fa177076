"""Writes craters of an image as polygons and ellipses, or as tables."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError

from engine.core.class_scheme import IGNORE
from engine.core.image import Image
from engine.errors import SettingsError, ShapeError, WriteError
from engine.exporters.base import CLASSES, ExporterInfo, ExportLayers, ExportReport
from engine.exporters.craters.area import CountedArea
from engine.exporters.craters.craterstats import CountedCraters, write_diam, write_scc
from engine.exporters.craters.finder import CraterFinder
from engine.exporters.craters.table import attributes, write_csv
from engine.exporters.craters.vectors import vector_outputs, write_vectors
from engine.exporters.staging import StagingFolder

_VECTORS = (".gpkg", ".geojson", ".shp")
_CRATERSTATS = (".diam", ".scc")


class CraterExporter:
    """Finds craters in the rows of a mask and writes them.

    Every class that is not the background counts as one of craters; those that
    touch are parted, each gets an ellipse, geodesic diameters and a confidence.
    """

    info = ExporterInfo(
        name="craters",
        title="Craters",
        extensions=(*_VECTORS, ".csv", *_CRATERSTATS),
    )

    def outputs(self, path: Path) -> tuple[Path, ...]:
        """Name the files; a shapefile's ``.prj`` only comes with a reference system."""
        return vector_outputs(path, has_crs=True) if _suffix(path) in _VECTORS else (path,)

    def check(self, source: Image, path: Path, content: str) -> None:
        """Refuse probabilities, and CraterStats' tables of images without a size.

        Parameters
        ----------
        source : Image
            What is to be segmented.
        path : pathlib.Path
            The output.
        content : {"classes", "probabilities"}
            What is to be written.

        Raises
        ------
        SettingsError
            For either.
        """
        if content != CLASSES:
            raise SettingsError(
                f"{path}: a list of craters holds no probabilities",
                hint="Name a .tif, or leave --probabilities out: each crater has its confidence.",
            )
        if _suffix(path) in _CRATERSTATS and source.georeference is None:
            raise SettingsError(
                f"{path}: CraterStats needs kilometres, {source.path.name} is not georeferenced",
                hint="Export .csv, which has diameters in pixels, or georeference the image.",
            )

    def start(self, source: Image, path: Path, layers: ExportLayers) -> CraterWriter:
        """Prepare an export.

        Parameters
        ----------
        source : Image
            What is segmented.
        path : pathlib.Path
            The output; its extension tells the format.
        layers : ExportLayers
            What is written.

        Returns
        -------
        CraterWriter
            To be committed or aborted.

        Raises
        ------
        SettingsError
            If probabilities are asked for, or CraterStats' tables of an image
            whose pixels have no size.
        WriteError
            If nothing can be written there.
        """
        self.check(source, path, layers.content)
        return CraterWriter(source, path, layers)


class CraterWriter:
    """Rows of a mask on their way into a list of craters; see `CraterExporter`.

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
        self._source = source.path.name
        self._georeference = source.georeference
        self._shape = source.shape
        self._path = path
        self._finder = CraterFinder(source.shape, layers.classes)
        self._next_row = 0
        counts = _suffix(path) in _CRATERSTATS and source.georeference is not None
        self._area = CountedArea(source.georeference) if counts and source.georeference else None
        has_crs = source.georeference is not None
        self.paths = vector_outputs(path, has_crs=has_crs) if _suffix(path) in _VECTORS else (path,)
        self._staging = StagingFolder(path)

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
        self._finder.add(classes, probabilities)
        if self._area is not None:
            self._area.add(first_row, classes != IGNORE)

    def commit(self, *, overwrite: bool = True) -> ExportReport:
        """Measure the craters, write them and rename the files."""
        try:
            self._write(self._staging.path / self._path.name)
            self._staging.publish(self.paths, overwrite=overwrite)
        except (OSError, DataSourceError) as error:
            self.abort()
            if isinstance(error, WriteError):
                raise
            raise WriteError(
                self._path, f"cannot be written ({error})", hint="Check the disk, then try again."
            ) from error
        except BaseException:
            self.abort()
            raise
        size = sum(path.stat().st_size for path in self.paths)
        return ExportReport(self.paths, size, float(IGNORE), self._lines())

    def abort(self) -> None:
        """Remove what was written."""
        self._staging.discard()

    def _write(self, file: Path) -> None:
        if self._next_row != self._shape[0]:
            raise ShapeError(f"{self._next_row} rows of {self._shape[0]} were written")
        craters = self._finder.craters
        suffix = _suffix(file)
        if suffix in _CRATERSTATS and self._georeference is not None and self._area is not None:
            whole = [crater for crater in craters if not crater.is_cut]
            counted = CountedCraters(
                self._source,
                self._shape,
                self._georeference,
                whole,
                len(craters) - len(whole),
                self._area.total_m2,
            )
            (write_diam if suffix == ".diam" else write_scc)(file, counted)
            return
        columns = attributes(craters, self._georeference)
        if suffix == ".csv":
            write_csv(file, columns)
            return
        with warnings.catch_warnings():
            # An image without a reference system gives polygons without one; it is meant so.
            warnings.filterwarnings(
                "ignore", message="'crs' was not provided", category=UserWarning
            )
            write_vectors(file, craters, columns, self._georeference)

    def _lines(self) -> tuple[str, ...]:
        craters = self._finder.craters
        n_cut = sum(crater.is_cut for crater in craters)
        lines = [f"{len(craters)} craters, {n_cut} of them cut by the edge of the data"]
        whole = [crater for crater in craters if not crater.is_cut]
        if whole:
            unit = "px" if self._georeference is None else "m"
            sizes = [crater.ellipse.diameters(self._georeference)[0] for crater in whole]
            low, middle, high = np.nanpercentile(sizes, [0, 50, 100])
            lines.append(
                f"diameters of the others: {low:.4g} to {high:.4g} {unit}, half below {middle:.4g}"
            )
        if self._area is not None:
            lines.append(f"area with data: {self._area.total_m2 / 1e6:.6g} km^2")
            lines.append(f"{n_cut} craters at the edge are left out of the table")
        return tuple(lines)


def _suffix(path: Path) -> str:
    return path.suffix.lower()
