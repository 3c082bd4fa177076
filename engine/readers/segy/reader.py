"""Opens SEG-Y files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ReadError
from engine.readers.base import Confidence, ReaderInfo
from engine.readers.segy.binary_header import FileLayout, looks_like_segy, read_layout
from engine.readers.segy.coordinates import find_coordinates
from engine.readers.segy.description import FileFacts
from engine.readers.segy.geometry import find_geometry
from engine.readers.segy.header_scan import HeaderScan
from engine.readers.segy.options import SegyOptions
from engine.readers.segy.sample_axis import DELAY, find_sample_axis
from engine.readers.segy.volume import SegyVolume

_SNIFFED_BYTES = 3600
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
            if looks_like_segy(file.read(_SNIFFED_BYTES)):
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
            Fields of `SegyOptions`: ``iline``, ``xline``, ``geometry``,
            ``interval``, ``domain``.

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
        chosen = SegyOptions.from_mapping(options)
        try:
            with path.open("rb") as file:
                layout = read_layout(path, file, path.stat().st_size)
            return _open(layout, chosen)
        except ReadError:
            raise
        except PermissionError as error:
            raise ReadError(
                path, "no permission to read it", hint="Ask its owner, or copy the file."
            ) from error
        except OSError as error:
            raise ReadError(
                path,
                f"cannot be read ({error.strerror or error})",
                hint="Check the disk, or copy the file.",
            ) from error


def _open(layout: FileLayout, options: SegyOptions) -> SegyVolume:
    scan = HeaderScan(layout)
    columns = scan.columns([_TRACE_KIND, DELAY, _TRACE_SAMPLES])
    _check_lengths(layout, columns[_TRACE_SAMPLES])
    samples = find_sample_axis(layout, scan, columns[DELAY], options)
    geometry = find_geometry(layout, scan, options)
    survey, coordinates = find_coordinates(scan, geometry.grid, layout.measurement)
    facts = FileFacts(geometry, survey, coordinates, samples.source, samples.notes)
    return SegyVolume(
        layout,
        geometry.grid,
        samples.axis,
        facts=facts,
        dead=columns[_TRACE_KIND] == _DEAD,
        opener=partial(
            SegyReader().open,
            iline=geometry.iline,
            xline=geometry.xline,
            geometry="volume" if len(geometry.grid.axes) > 1 else "line",
            interval=samples.axis.step,
            domain="depth" if samples.axis.name == "depth" else "time",
        ),
    )


def _check_lengths(layout: FileLayout, counts: NDArray[np.int32]) -> None:
    """Refuse traces of different lengths, unless the header warrants that there are none."""
    told = counts[counts != 0]
    if layout.fixed_length or told.size == 0 or np.all(told == told[0]):
        return
    low, high = int((told & 0xFFFF).min()), int((told & 0xFFFF).max())
    raise ReadError(
        layout.path,
        f"traces have different lengths ({low} to {high} samples, bytes 115-116)",
        hint="Convert the file to traces of one length.",
    )
