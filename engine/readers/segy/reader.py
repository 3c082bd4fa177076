"""Opens SEG-Y files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ReadError
from engine.readers.base import Confidence, ReaderInfo
from engine.readers.segy.binary_header import HEADER_BYTES, looks_like_segy
from engine.readers.segy.coordinates import rank_coordinates
from engine.readers.segy.description import FileFacts
from engine.readers.segy.file_layout import FileLayout, read_layout, telling_read_errors
from engine.readers.segy.geometry import find_geometry
from engine.readers.segy.header_scan import HeaderScan
from engine.readers.segy.options import SegyOptions
from engine.readers.segy.sample_axis import DELAY, find_sample_axis
from engine.readers.segy.volume import SegyVolume

_TRACE_KIND, _TRACE_SAMPLES = 29, 115
_DEAD = 2


class SegyReader:
    """Reads post-stack SEG-Y of fixed trace length, 3-D and 2-D, revisions 0 to 2."""

    info = ReaderInfo(name="segy", title="SEG-Y post-stack", extensions=(".sgy", ".segy"))

    def sniff(self, path: Path) -> Confidence:
        """Look for a ``C 1`` card or a plausible binary header.

        Parameters
        ----------
        path : pathlib.Path
            The file to judge.

        Returns
        -------
        Confidence
            ``SIGNATURE`` for either, else by extension.
        """
        with path.open("rb") as file:
            if looks_like_segy(file.read(HEADER_BYTES)):
                return Confidence.SIGNATURE
        known = path.suffix.lower() in self.info.extensions
        return Confidence.EXTENSION if known else Confidence.NO

    def open(self, path: Path, **options: Any) -> SegyVolume:
        """Open a file: read its headers, not its samples.

        Parameters
        ----------
        path : pathlib.Path
            The file.
        **options
            Fields of `SegyOptions`.

        Returns
        -------
        SegyVolume
            3-D or a 2-D line.

        Raises
        ------
        ReadError
            If the file is damaged, of an unknown sample format, or has no
            regular geometry.
        SettingsError
            If an option is unknown or outside its range.
        """
        return _open(path, SegyOptions.from_mapping(options))


def _open(path: Path, options: SegyOptions) -> SegyVolume:
    with telling_read_errors(path):
        with path.open("rb") as file:
            layout = read_layout(path, file, path.stat().st_size)
        scan = HeaderScan(layout)
        columns = scan.columns([_TRACE_KIND, DELAY, _TRACE_SAMPLES])
        _check_lengths(layout, columns[_TRACE_SAMPLES])
        samples = find_sample_axis(layout, scan, columns[DELAY], options)
        geometry = find_geometry(layout, scan, options)
        ranked = rank_coordinates(scan, geometry.grid, layout.measurement, options.coordinate_bytes)
        survey = ranked[0].survey if ranked else None
        coordinates = ranked[0].to_json() if ranked else None
        return SegyVolume(
            layout,
            geometry.grid,
            samples.axis,
            facts=FileFacts(geometry, survey, coordinates, samples.source, samples.notes),
            dead=columns[_TRACE_KIND] == _DEAD,
            options=replace(
                options,
                iline=geometry.iline,
                xline=geometry.xline,
                geometry="volume" if len(geometry.grid.axes) > 1 else "line",
                interval=samples.axis.step,
                domain="depth" if samples.axis.name == "depth" else "time",
            ),
            opener=_open,
        )


def _check_lengths(layout: FileLayout, counts: NDArray[np.int32]) -> None:
    """Refuse traces of different lengths, unless the header warrants that there are none."""
    told = counts[counts != 0]
    if layout.fixed_length or told.size == 0 or np.all(told == told[0]):
        return
    low, high = int(told.min()), int(told.max())
    raise ReadError(
        layout.path,
        f"traces have different lengths ({low} to {high} samples, bytes 115-116)",
        hint="Convert the file to traces of one length.",
    )
