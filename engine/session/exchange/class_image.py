"""Labels of an image as GeoTIFF on its own grid."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.errors import NotGeoreferencedWarning, RasterioError

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
        The file.

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
    blank = np.full((_STRIP, volume.shape[1]), UNLABELLED, dtype=np.uint8)
    writer = GeotiffExporter().start(volume, path, ExportLayers(source.scheme.classes))
    try:
        for row in range(0, volume.shape[0], _STRIP):
            n_rows = min(_STRIP, volume.shape[0] - row)
            rows = labelled[0].classes[row : row + n_rows] if labelled else blank[:n_rows]
            writer.write(row, rows, _NONE)
        return WrittenLabels(writer.commit(overwrite=True).paths)
    except BaseException:
        writer.abort()
        raise


def read_class_image(path: Path, volume: Volume) -> ImportedLabels:
    """Read a GeoTIFF of class ids with the size of the image.

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
            classes = _ids(path, volume.shape)
    except (RasterioError, OSError) as error:
        raise ReadError(path, f"cannot be read ({error})", hint="Give a GeoTIFF.") from error
    return ImportedLabels((certain_section(volume, WHOLE, 0, classes),))


def _ids(path: Path, shape: tuple[int, int]) -> NDArray[np.int64]:
    with rasterio.open(path, driver="GTiff") as file:
        kind = file.dtypes[0]
        if (file.height, file.width) != shape or kind not in {"uint8", "int16"}:
            raise DataError(
                f"{path}: {file.height} x {file.width} pixels of {kind},"
                f" the image has {shape[0]} x {shape[1]}",
                hint="Give class ids in bytes on the grid of the image.",
            )
        ids: NDArray[np.int64] = file.read(1).astype(np.int64)
        return ids
