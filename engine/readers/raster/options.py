"""What a user may tell the raster reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import SettingsError
from engine.readers.base import refuse_unknown

LARGEST_TILE = 4096
_SMALLEST_TILE = 64

LONGITUDES = (180, 360)
"""East-positive longitudes run from -180 to 180 or from 0 to 360 degrees."""


@dataclass(frozen=True, slots=True)
class RasterOptions:
    """Options of `RasterReader.open`.

    Parameters
    ----------
    band : int, optional
        Band to read, from 1; the first when left out, or the luminance of the
        first three where these are red, green and blue.
    tile : int, default 1024
        Longest side of the sections in the direction ``tile``, in pixels.
    overlap : int, default 128
        Pixels that neighbouring tiles share at least.
    longitudes : {180, 360}
        Whether east longitudes are told from -180 to 180 or from 0 to 360 degrees.

    Raises
    ------
    SettingsError
        If a value is outside its range.
    """

    band: int | None = None
    tile: int = 1024
    overlap: int = 128
    longitudes: int = 180

    def __post_init__(self) -> None:
        if self.band is not None and self.band < 1:
            raise SettingsError(f"band {self.band}", hint="Bands are counted from 1.")
        if not _SMALLEST_TILE <= self.tile <= LARGEST_TILE:
            raise SettingsError(
                f"tiles of {self.tile} pixels",
                hint=f"Choose a size from {_SMALLEST_TILE} to {LARGEST_TILE}.",
            )
        if not 0 <= self.overlap <= self.tile // 2:
            raise SettingsError(
                f"tiles of {self.tile} pixels cannot overlap by {self.overlap}",
                hint="Choose an overlap of at most half a tile.",
            )
        if self.longitudes not in LONGITUDES:
            raise SettingsError(
                f"longitudes up to {self.longitudes} degrees", hint="Choose 180 or 360."
            )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> RasterOptions:
        """Build options from keyword arguments.

        Raises
        ------
        SettingsError
            If a name is unknown or a value is outside its range.
        """
        refuse_unknown(values, cls, "images have")
        return cls(**values)
