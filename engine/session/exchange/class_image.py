"""Labels of an image as GeoTIFF on its own grid, also where only an overview is labelled."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from engine.core.image import Image
from engine.core.labels import UNLABELLED
from engine.core.volume import Volume
from engine.errors import DataError, ReadError
from engine.exporters.base import ExportLayers
from engine.exporters.geotiff.exporter import GeotiffExporter
from engine.session.exchange.base import ImportedLabels, LabelSource, WrittenLabels, certain_section

WHOLE = "image"
"""The direction whose one section is the whole image."""

_STRIP = 256
_NONE = np.zeros((0, 0, 0), dtype=np.float32)


def write_class_image(source: LabelSource, path: Path) -> WrittenLabels:
    """Write GeoTIFF with the size, map and system of the image.

    Parameters
    ----------
    source : LabelSource
        The labels.
    path : pathlib.Path
        The file; replaced if it is there. 254 is left out, 255 not labelled.

    Returns
    -------
    WrittenLabels
        The file. Where only an overview is labelled, every pixel has the class of
        the one of the overview that stands for it.

    Raises
    ------
    DataError
        If the data are no image, or only its tiles are labelled.
    WriteError
        If it cannot be written.
    """
    volume = source.volume
    if not isinstance(volume, Image) or WHOLE not in volume.directions:
        raise DataError(
            f"{volume.path.name}: is no image that is labelled as a whole",
            hint="Export its labels as PNG.",
        )
    labelled = [section for section in source.sections if section.direction == WHOLE]
    shape = volume.section_shape(WHOLE, 0)
    classes = labelled[0].classes if labelled else np.full(shape, UNLABELLED, dtype=np.uint8)
    n_rows, n_cols = volume.shape
    cols = np.arange(n_cols) * shape[1] // n_cols
    writer = GeotiffExporter().start(volume, path, ExportLayers(source.scheme.classes))
    try:
        for row in range(0, n_rows, _STRIP):
            rows = np.arange(row, min(row + _STRIP, n_rows)) * shape[0] // n_rows
            writer.write(row, classes[np.ix_(rows, cols)], _NONE)
        paths = writer.commit(overwrite=True).paths
    except BaseException:
        writer.abort()
        raise
    if shape == volume.shape:
        return WrittenLabels(paths)
    down, across = overview_steps(volume)
    note = f"labelled on the overview: {down:.3g} x {across:.3g} pixels have one label"
    return WrittenLabels(paths, (note,))


def overview_steps(image: Image) -> tuple[float, float]:
    """Return how many rows and columns of an image its one section has one of.

    Parameters
    ----------
    image : Image
        With a direction `WHOLE`, whose section is an overview if the image is large.

    Returns
    -------
    tuple of float
        Down and across; 1 where the section is the image itself. They are not
        whole where the overview does not divide the image.
    """
    shape = image.section_shape(WHOLE, 0)
    return image.shape[0] / shape[0], image.shape[1] / shape[1]


def read_class_image(path: Path, volume: Volume) -> ImportedLabels:
    """Read a GeoTIFF of class ids with the size of the image.

    Where only an overview is labelled, it takes the one in the middle of the pixels
    that each of its own stands for.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    volume : Volume
        The image.

    Returns
    -------
    ImportedLabels
        One section.

    Raises
    ------
    ReadError
        If it cannot be read.
    DataError
        If it has another size, or holds no class ids.
    """
    if not isinstance(volume, Image) or WHOLE not in volume.directions:
        raise DataError(f"{volume.path.name}: is no image that is labelled as a whole")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            classes = _ids(path, volume.shape, volume.section_shape(WHOLE, 0))
    except (RasterioError, OSError) as error:
        raise ReadError(path, f"cannot be read ({error})", hint="Give a GeoTIFF.") from error
    return ImportedLabels((certain_section(volume, WHOLE, 0, classes),))


def _ids(path: Path, shape: tuple[int, int], wanted: tuple[int, int]) -> NDArray[np.int64]:
    """Read the pixels in the middle of `wanted` rows and columns."""
    with rasterio.open(path, driver="GTiff") as file:
        kind = file.dtypes[0]
        if (file.height, file.width) != shape or kind not in {"uint8", "int16"}:
            raise DataError(
                f"{path}: {file.height} x {file.width} pixels of {kind},"
                f" the image has {shape[0]} x {shape[1]}",
                hint="Give class ids in bytes on the grid of the image.",
            )
        rows, cols = (
            (2 * np.arange(n) + 1) * length // (2 * n)
            for n, length in zip(wanted, shape, strict=True)
        )
        ids = np.empty(wanted, dtype=np.int64)
        for row in range(0, shape[0], _STRIP):
            first, last = np.searchsorted(rows, (row, row + _STRIP))
            if first < last:
                part = file.read(1, window=Window(0, row, shape[1], min(_STRIP, shape[0] - row)))
                ids[first:last] = part[np.ix_(rows[first:last] - row, cols)]
        return ids
