"""Opens NetCDF files."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.core.volume import Volume
from engine.errors import ReadError, SettingsError
from engine.readers.base import Confidence, ReaderInfo, refuse_unknown
from engine.readers.das.options import DasOptions

_HDF5, _CLASSIC, _CDF5 = b"\x89HDF\r\n\x1a\n", (b"CDF\x01", b"CDF\x02"), b"CDF\x05"
_OPENING = "engine.readers.netcdf.opening"
"""Loads h5py; other files do not wait for them."""


@dataclass(frozen=True, slots=True)
class NetcdfOptions:
    """Options of `NetcdfReader.open`.

    Parameters
    ----------
    dataset : str, optional
        The variable to show; the largest one when left out.
    window_s : float, optional
        Of a record: length of a window in seconds.
    samples : int, optional
        Or its length in samples.
    overlap : float, default 0
        Share that neighbouring windows have in common.

    Raises
    ------
    SettingsError
        If a value cannot be what it should.
    """

    dataset: str | None = None
    window_s: float | None = None
    samples: int | None = None
    overlap: float = 0.0

    def __post_init__(self) -> None:
        if self.dataset is not None and not isinstance(self.dataset, str):
            raise SettingsError(f"dataset {self.dataset!r} is no name", hint="Name it as text.")
        self.windows()

    def windows(self) -> DasOptions:
        """Return how a record is cut."""
        return DasOptions(window_s=self.window_s, samples=self.samples, overlap=self.overlap)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> NetcdfOptions:
        """Build options from keyword arguments.

        Raises
        ------
        SettingsError
            If a name is unknown or a value cannot be what it should.
        """
        refuse_unknown(values, cls, "NetCDF files have")
        return cls(**values)


class NetcdfReader:
    """Reads NetCDF-4 with h5py and NetCDF-3 through a memory map.

    A variable of time and of places along a fibre is a record; others are arrays on
    the axes that the file names: a volume where these are inline, crossline and time or
    depth.
    """

    info = ReaderInfo(name="netcdf", title="NetCDF", extensions=(".nc", ".nc4", ".cdf", ".netcdf"))

    def sniff(self, path: Path) -> Confidence:
        """Look for the signatures of NetCDF.

        Parameters
        ----------
        path : pathlib.Path
            The file to judge.

        Returns
        -------
        Confidence
            ``EXTENSION`` for HDF5 files of another name, which may have named
            dimensions too.
        """
        with path.open("rb") as file:
            head = file.read(len(_HDF5))
        if head.startswith((*_CLASSIC, _CDF5)):
            return Confidence.SIGNATURE
        if head != _HDF5:
            return Confidence.NO
        named = path.suffix.lower() in self.info.extensions
        return Confidence.SIGNATURE if named else Confidence.EXTENSION

    def open(self, path: Path, **options: Any) -> Volume:
        """Open a file: read its coordinates, not its samples.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        **options
            Fields of `NetcdfOptions`: ``dataset``, ``window_s``, ``samples``,
            ``overlap``.

        Returns
        -------
        Volume
            A record, or an array on the axes that the file names.

        Raises
        ------
        ReadError
            If it is damaged, holds no array of two or three dimensions, or has none
            that are named.
        SettingsError
            If an option is unknown or outside its range.
        """
        chosen = NetcdfOptions.from_mapping(options)
        with path.open("rb") as file:
            head = file.read(4)
        if head == _CDF5:
            raise ReadError(
                path,
                "NetCDF file with 64-bit data (CDF-5), which is not read",
                hint="Convert it with: nccopy -k nc4 OLD NEW",
            )
        opening: Any = importlib.import_module(_OPENING)
        opened: Volume = opening.open_netcdf(
            path, chosen.dataset, chosen.windows(), classic=head in _CLASSIC
        )
        return opened
