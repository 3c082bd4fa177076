"""Small images for tests, written by GDAL itself."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import rasterio
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import from_origin

from engine.core.georeference import Georeference

MOON_M = 1_737_400.0
SOUTH_POLE = f"+proj=stere +lat_0=-90 +lon_0=0 +R={MOON_M} +units=m +no_defs"
EQUIRECTANGULAR = f"+proj=eqc +R={MOON_M} +units=m +no_defs"
LONGLAT = f"+proj=longlat +R={MOON_M} +no_defs"


def random_image(rows: int = 60, cols: int = 80, seed: int = 0) -> NDArray[np.uint8]:
    """Pixels from 1 to 250, so that 0 can stand for no data."""
    return np.random.default_rng(seed).integers(1, 250, (rows, cols)).astype(np.uint8)


def geodesic_circle(
    image: Georeference,
    shape: tuple[int, int],
    longitude: float,
    latitude: float,
    diameter_m: float,
) -> NDArray[np.bool_]:
    """Pixels within a geodesic distance on the Moon, by pyproj alone."""
    rows, cols = np.mgrid[: shape[0], : shape[1]]
    a, b, c, d, e, f = image.affine
    way = pyproj.Transformer.from_crs(
        pyproj.CRS.from_wkt(image.crs), f"+proj=longlat +R={MOON_M}", always_xy=True
    )
    x, y = a * (cols + 0.5) + b * (rows + 0.5) + c, d * (cols + 0.5) + e * (rows + 0.5) + f
    lon, lat = way.transform(x, y)
    moon = pyproj.Geod(a=MOON_M, b=MOON_M)
    _, _, distance = moon.inv(lon, lat, np.full_like(lon, longitude), np.full_like(lat, latitude))
    within: NDArray[np.bool_] = distance <= diameter_m / 2
    return within


def write_raster(
    path: Path,
    data: NDArray[Any] | None = None,
    *,
    crs: str | None = SOUTH_POLE,
    affine: Any = None,
    driver: str = "GTiff",
    band_tags: dict[str, Any] | None = None,
    **profile: Any,
) -> None:
    """Write an image of one band, or of several where the data have three dimensions."""
    data = random_image() if data is None else data
    bands = data if data.ndim == 3 else data[None]
    settings = {
        "driver": driver,
        "count": len(bands),
        "height": bands.shape[1],
        "width": bands.shape[2],
        "dtype": bands.dtype,
        **profile,
    }
    if crs is not None:
        place = from_origin(150_000.0, 200_000.0, 5.0, 5.0) if affine is None else affine
        settings.update(crs=CRS.from_string(crs), transform=place)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", **settings) as file:
            file.write(bands)
            for name, value in (band_tags or {}).items():
                setattr(file, name, value)


def write_pds3(path: Path, data: NDArray[np.uint8], *, image: str = '"IMAGE.DAT"') -> None:
    """Write a detached PDS3 label; samples go beside it where it names ``IMAGE.DAT``."""
    rows, cols = data.shape
    label = f"""PDS_VERSION_ID = PDS3
RECORD_TYPE = FIXED_LENGTH
RECORD_BYTES = {cols}
FILE_RECORDS = {rows}
^IMAGE = {image}
OBJECT = IMAGE
  LINES = {rows}
  LINE_SAMPLES = {cols}
  SAMPLE_TYPE = UNSIGNED_INTEGER
  SAMPLE_BITS = 8
END_OBJECT = IMAGE
END
"""
    path.write_bytes(label.replace("\n", "\r\n").encode())
    (path.parent / "IMAGE.DAT").write_bytes(data.tobytes())


MOON_PDS4 = {"VAR_TARGET": "Moon", "VAR_TARGET_TYPE": "Satellite"}
"""What GDAL's template of a PDS4 label asks for."""
