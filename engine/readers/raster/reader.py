"""Opens images."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import ReadError
from engine.readers.base import Confidence, ReaderInfo
from engine.readers.raster.options import RasterOptions
from engine.readers.raster.signatures import SNIFFED_BYTES, VIRTUAL, raster_driver

if TYPE_CHECKING:
    from engine.readers.raster.volume import RasterVolume


class RasterReader:
    """Reads one band of an image: GeoTIFF, COG, ISIS3, PDS3, PDS4, VICAR, JPEG 2000, PNG, JPEG.

    GDAL is loaded when the first image is opened, not when files are sniffed.
    """

    info = ReaderInfo(
        name="raster",
        title="Image (GeoTIFF, ISIS, PDS, VICAR, JPEG 2000, PNG, JPEG)",
        extensions=(
            *(".tif", ".tiff", ".cub", ".img", ".lbl", ".xml", ".vic", ".vicar"),
            *(".jp2", ".png", ".jpg", ".jpeg"),
        ),
    )

    def sniff(self, path: Path) -> Confidence:
        """Look for the signature of a format.

        Parameters
        ----------
        path : pathlib.Path
            The file to judge; for detached labels the label, not the samples.

        Returns
        -------
        Confidence
            ``SIGNATURE``, or ``NO``: extensions such as ``.img`` and ``.xml`` say
            nothing.
        """
        return Confidence.NO if _driver(path) is None else Confidence.SIGNATURE

    def open(self, path: Path, **options: Any) -> RasterVolume:
        """Open a file without reading its samples.

        Parameters
        ----------
        path : pathlib.Path
            The file, or its label.
        **options
            Fields of `RasterOptions`: ``band``, ``longitudes``.

        Returns
        -------
        RasterVolume
            Of kind ``image``.

        Raises
        ------
        ReadError
            If the file is damaged, of another format, too large, or a virtual
            raster, which lists other files.
        SettingsError
            If an option is unknown, outside its range, or there is no such band.
        """
        chosen = RasterOptions.from_mapping(options)
        driver = _driver(path)
        if driver is None:
            raise ReadError(
                path,
                "is no image of a known format",
                hint="Convert it to GeoTIFF, for example with gdal_translate.",
            )
        if driver == VIRTUAL:
            raise ReadError(
                path,
                "is a virtual raster: a list of other files, which are not followed",
                hint="Make one file of it: gdal_translate -of COG IN.vrt OUT.tif",
            )
        module: Any = importlib.import_module("engine.readers.raster.volume")
        volume: RasterVolume = module.open_raster(path, driver, chosen)
        return volume


def _driver(path: Path) -> str | None:
    with path.open("rb") as file:
        return raster_driver(file.read(SNIFFED_BYTES))
