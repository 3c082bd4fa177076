"""Craters as polygons for geographic information systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from engine.core.craters import Crater, Ellipse
from engine.core.georeference import Georeference
from engine.exporters.craters.table import Value

_DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".shp": "ESRI Shapefile"}
_ELLIPSE_POINTS = 72

OUTLINES, ELLIPSES = "outlines", "ellipses"
Ring = Sequence[tuple[float, float]]

SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""What a shapefile consists of; without a reference system there is no ``.prj``."""


def vector_outputs(path: Path, *, has_crs: bool) -> tuple[Path, ...]:
    """Name the files: outlines under the name given, ellipses in the same file or beside it.

    Parameters
    ----------
    path : pathlib.Path
        As the user named it.
    has_crs : bool
        Whether the image is georeferenced.

    Returns
    -------
    tuple of pathlib.Path
        A GeoPackage has two layers; other formats have two files.
    """
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        return (path,)
    both = (path, path.with_name(f"{path.stem}.{ELLIPSES}{path.suffix}"))
    if suffix == ".geojson":
        return both
    parts = [part for part in SHAPEFILE_PARTS if has_crs or part != ".prj"]
    return tuple(
        file if part == ".shp" else file.with_name(f"{file.stem}{part}")
        for file in both
        for part in parts
    )


def write_vectors(
    path: Path,
    craters: Sequence[Crater],
    columns: Mapping[str, Sequence[Value]],
    georeference: Georeference | None,
) -> None:
    """Write outlines and ellipses with their attributes.

    GeoPackage and shapefile hold coordinates of the image's own system, GeoJSON
    holds longitude and planetocentric latitude. Without a reference system x is
    the column and y the row, downwards negative, as such programs place pictures.

    Parameters
    ----------
    path : pathlib.Path
        The first file of `vector_outputs`.
    craters : sequence of Crater
        What is written.
    columns : mapping
        From `engine.exporters.craters.table.attributes`.
    georeference : Georeference or None
        Of the image.
    """
    suffix = path.suffix.lower()

    def polygon(rings: Sequence[Ring]) -> bytes:
        places = [_place(ring, suffix, georeference) for ring in rings]
        wkb: bytes = shapely.to_wkb(shapely.Polygon(places[0], places[1:]))
        return wkb

    layers = {
        OUTLINES: [polygon(crater.outline) for crater in craters],
        ELLIPSES: [polygon([_ring(crater.ellipse)]) for crater in craters],
    }
    for layer, polygons in layers.items():
        one_file = suffix == ".gpkg"
        file = path if layer == OUTLINES or one_file else _beside(path)
        options: dict[str, Any] = {"layer": layer, "append": file.exists()} if one_file else {}
        pyogrio.raw.write(
            file,
            geometry=np.array(polygons, dtype=object),
            field_data=[np.array(values) for values in columns.values()],
            fields=list(columns),
            geometry_type="Polygon",
            crs=_crs(suffix, georeference),
            driver=_DRIVERS[suffix],
            **options,
        )


def _ring(ellipse: Ellipse) -> Ring:
    rows, cols = ellipse.outline(_ELLIPSE_POINTS)
    return list(zip(rows.tolist(), cols.tolist(), strict=True))


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.{ELLIPSES}{path.suffix}")


def _place(ring: Ring, suffix: str, georeference: Georeference | None) -> list[tuple[float, float]]:
    rows, cols = np.array(ring, dtype=np.float64).T
    if georeference is None:
        x, y = cols + 0.5, -(rows + 0.5)
    elif suffix == ".geojson":
        x, y = georeference.geographic(rows, cols)
    else:
        x, y = georeference.projected(rows, cols)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _crs(suffix: str, georeference: Georeference | None) -> str | None:
    if georeference is None or suffix == ".geojson":
        return None
    return georeference.crs
