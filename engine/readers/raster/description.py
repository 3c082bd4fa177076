"""What an image file says about itself."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from engine.core.amplitudes import AmplitudeStatistics
from engine.core.georeference import Georeference
from engine.readers.raster.pixels import PixelSource

_TITLES = {
    "GTiff": "GeoTIFF",
    "ISIS3": "ISIS3 cube",
    "PDS": "PDS3",
    "PDS4": "PDS4",
    "VICAR": "VICAR",
    "JP2OpenJPEG": "JPEG 2000",
    "PNG": "PNG",
    "JPEG": "JPEG",
}
_CORNERS = ("upper_left", "upper_right", "lower_right", "lower_left")


def describe_image(
    pixels: PixelSource,
    georeference: Georeference | None,
    statistics: AmplitudeStatistics,
    notes: tuple[str, ...],
    longitudes: int,
) -> dict[str, Any]:
    """Gather what ``outcrop info --json`` prints of an image.

    Parameters
    ----------
    pixels : PixelSource
        The file and its band.
    georeference : Georeference or None
        Where the image lies, if it tells.
    statistics : AmplitudeStatistics
        Of a sample of its pixels.
    notes : tuple of str
        What the user should know.
    longitudes : {180, 360}
        How longitudes are told.

    Returns
    -------
    dict
        JSON values only; no number is NaN or infinite.
    """
    source = pixels.dataset.source
    first = pixels.plan.bands[0]
    layout = source.tags(ns="IMAGE_STRUCTURE")
    title = "Cloud-optimised GeoTIFF" if layout.get("LAYOUT") == "COG" else _TITLES[source.driver]
    return {
        "format": "raster",
        "title": title,
        "driver": source.driver,
        "size_bytes": sum(Path(name).stat().st_size for name in source.files),
        "files": [Path(name).name for name in source.files],
        "data_type": source.dtypes[first - 1],
        "bands": {"count": source.count, "shown": list(pixels.plan.bands)},
        "no_data_value": _number(source.nodatavals[first - 1]),
        "scale": pixels.plan.scale,
        "offset": pixels.plan.offset,
        "compression": layout.get("COMPRESSION"),
        "block": list(source.block_shapes[first - 1]),
        "overviews": list(pixels.overviews),
        "georeference": _describe_place(georeference, pixels.dataset.shape, longitudes),
        "values": {
            "n": statistics.n,
            "n_bad": statistics.n_bad,
            "minimum": statistics.minimum,
            "maximum": statistics.maximum,
            "mean": statistics.mean,
            "std": statistics.std,
            "percentiles": {"1": statistics.quantiles[2], "99": statistics.quantiles[-3]},
        },
        "notes": list(notes),
    }


def _describe_place(
    georeference: Georeference | None, shape: tuple[int, int], longitudes: int
) -> dict[str, Any] | None:
    if georeference is None:
        return None
    rows, cols = (n - 0.5 for n in shape)
    corner_rows, corner_cols = (-0.5, -0.5, rows, rows), (-0.5, cols, cols, -0.5)
    centre = ((shape[0] - 1) / 2, (shape[1] - 1) / 2)
    longitude, latitude = georeference.geographic(
        [*corner_rows, centre[0]], [*corner_cols, centre[1]], longitudes=longitudes
    )
    places = [
        {"longitude": _number(lon), "latitude": _number(lat)}
        for lon, lat in zip(longitude, latitude, strict=True)
    ]
    down, across = georeference.metres_per_pixel(*centre)
    return {
        "crs": georeference.name,
        "wkt": georeference.crs,
        "affine": list(georeference.affine),
        "radii_m": list(georeference.axes_m),
        "metres_per_pixel": {"down": _number(down), "across": _number(across)},
        "corners": dict(zip(_CORNERS, places, strict=False)),
        "centre": places[-1],
        "longitudes": longitudes,
        "latitudes": "planetocentric",
    }


def _number(value: float | None) -> float | None:
    """Return a number that JSON can hold, or None."""
    return None if value is None or not math.isfinite(value) else float(value)
