"""What a user may tell the raster reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import SettingsError
from engine.readers.base import refuse_unknown

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
    longitudes : {180, 360}
        Whether east longitudes are told from -180 to 180 or from 0 to 360 degrees.

    Raises
    ------
    SettingsError
        If a value is outside its range.
    """

    band: int | None = None
    longitudes: int = 180

    def __post_init__(self) -> None:
        if self.band is not None and self.band < 1:
            raise SettingsError(f"band {self.band}", hint="Bands are counted from 1.")
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
