"""The exporters of segmented images."""

from __future__ import annotations

import importlib
from pathlib import Path

from engine.errors import SettingsError
from engine.exporters.image_base import ImageExporter

_EXPORTERS = {
    (".tif", ".tiff"): "engine.exporters.geotiff.exporter:GeotiffExporter",
    (
        *(".gpkg", ".geojson", ".shp"),
        *(".csv", ".diam", ".scc"),
    ): "engine.exporters.craters.exporter:CraterExporter",
}
"""Extensions -> where the exporter is, so that GDAL is loaded only for writing."""


def image_exporter(path: Path) -> ImageExporter:
    """Choose the exporter by the output's extension.

    Parameters
    ----------
    path : pathlib.Path
        The output.

    Returns
    -------
    ImageExporter
        The one for it.

    Raises
    ------
    SettingsError
        If there is none.
    """
    for extensions, value in _EXPORTERS.items():
        if path.suffix.lower() in extensions:
            module, _, name = value.partition(":")
            exporter: ImageExporter = getattr(importlib.import_module(module), name)()
            return exporter
    kind = repr(path.suffix) if path.suffix else "names without extension"
    known = ", ".join(extension for extensions in _EXPORTERS for extension in extensions)
    raise SettingsError(
        f"cannot write {path}: no exporter of images for {kind}", hint=f"Use one of {known}."
    )
