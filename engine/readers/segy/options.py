"""What a user may tell the SEG-Y reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from engine.errors import SettingsError
from engine.readers.base import refuse_unknown
from engine.readers.segy.binary_header import TRACE_HEADER_BYTES
from engine.readers.segy.sort_key import SortKey

GEOMETRIES = ("auto", "volume", "line")
DOMAINS = ("auto", "time", "depth")
LARGEST_INTERVAL = 1e5
"""Milliseconds, or the unit of depth; a hundred seconds are no sampling of the earth."""


@dataclass(frozen=True, slots=True)
class SegyOptions:
    """Options of `SegyReader.open`.

    Parameters
    ----------
    iline, xline : int, optional
        Positions of the line numbers in the trace header, from 1; found by a
        scan when left out. For a 2-D line `xline` alone numbers the traces.
    geometry : {"auto", "volume", "line"}
        3-D, 2-D, or whichever the headers show.
    interval : float, optional
        Sample interval in ms, or in the unit of depth; the header's when left out.
    domain : {"auto", "time", "depth"}
        What the samples run along; the text header tells when ``auto``.
    cdp_x, cdp_y : int, optional
        Positions of the CDP coordinates in the trace header, from 1; the usual
        places are tried when left out.
    sort_key : str, optional
        Gathers the traces by a number of their headers instead of placing them
        on a grid; see `SortKey.parse`.

    Raises
    ------
    SettingsError
        If a value is outside its range.
    """

    iline: int | None = None
    xline: int | None = None
    geometry: str = "auto"
    interval: float | None = None
    domain: str = "auto"
    cdp_x: int | None = None
    cdp_y: int | None = None
    sort_key: str | None = None

    def __post_init__(self) -> None:
        last = TRACE_HEADER_BYTES - 3
        for name in ("iline", "xline", "cdp_x", "cdp_y"):
            byte = getattr(self, name)
            if byte is not None and not (isinstance(byte, int) and 1 <= byte <= last):
                raise SettingsError(
                    f"{name}: byte {byte} is outside the trace header",
                    hint=f"Name a byte position from 1 to {last}.",
                )
        if self.geometry not in GEOMETRIES:
            raise SettingsError(
                f"unknown geometry {self.geometry!r}", hint=f"Use one of {', '.join(GEOMETRIES)}."
            )
        if self.domain not in DOMAINS:
            raise SettingsError(
                f"unknown domain {self.domain!r}", hint=f"Use one of {', '.join(DOMAINS)}."
            )
        if self.interval is not None and not 0 < self.interval <= LARGEST_INTERVAL:
            raise SettingsError(
                f"sample interval {self.interval:g} is not between 0 and {LARGEST_INTERVAL:g}",
                hint="Name the interval in ms, or in metres or feet for depth.",
            )
        self._check_together()

    def _check_together(self) -> None:
        if self.iline is not None and self.xline is None:
            raise SettingsError(
                "byte position of the inline number without that of the crossline number",
                hint="Name both, --iline and --xline.",
            )
        if (self.cdp_x is None) != (self.cdp_y is None):
            raise SettingsError(
                "byte position of one CDP coordinate without the other",
                hint="Name both, --cdp-x and --cdp-y.",
            )
        if self.sort_key is not None:
            SortKey.parse(self.sort_key)
            if self.iline is not None or self.xline is not None:
                raise SettingsError(
                    "a sort key and bytes of line numbers together",
                    hint="Name --sort-key for gathers, or --iline and --xline for a volume.",
                )

    @property
    def coordinate_bytes(self) -> tuple[int, int] | None:
        """Bytes of the CDP coordinates, if they were named."""
        return None if self.cdp_x is None or self.cdp_y is None else (self.cdp_x, self.cdp_y)

    def to_json(self) -> dict[str, Any]:
        """Return the options that differ from their defaults, for `from_mapping`."""
        default = type(self)()
        names = [f.name for f in fields(self)]
        return {n: v for n in names if (v := getattr(self, n)) != getattr(default, n)}

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> SegyOptions:
        """Build options from keyword arguments.

        Raises
        ------
        SettingsError
            If a name is unknown or a value is outside its range.
        """
        refuse_unknown(values, cls, "SEG-Y has")
        try:
            return cls(**values)
        except TypeError as error:
            raise SettingsError(
                f"an option has a value of the wrong type ({error})",
                hint="Byte positions and the interval are numbers, all else is text.",
            ) from error
