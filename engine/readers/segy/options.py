"""What a user may tell the SEG-Y reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from engine.errors import SettingsError
from engine.readers.segy.binary_header import TRACE_HEADER_BYTES

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

    def __post_init__(self) -> None:
        last = TRACE_HEADER_BYTES - 3
        for name, byte in (("iline", self.iline), ("xline", self.xline)):
            if byte is not None and not 1 <= byte <= last:
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
        if self.iline is not None and self.xline is None:
            raise SettingsError(
                "byte position of the inline number without that of the crossline number",
                hint="Name both, --iline and --xline.",
            )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> SegyOptions:
        """Build options from keyword arguments.

        Raises
        ------
        SettingsError
            If a name is unknown or a value is outside its range.
        """
        known = [f.name for f in fields(cls)]
        for name in values:
            if name not in known:
                raise SettingsError(
                    f"SEG-Y has no option {name!r}", hint=f"Options are {', '.join(known)}."
                )
        return cls(**values)
