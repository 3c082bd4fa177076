"""Headers of SEG-Y files for the window, read on the read lane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.jobs.context import JobContext
from engine.readers.geometry_file import (
    read_geometry_file,
    recall_options,
    remember_options,
    write_geometry_file,
)
from engine.readers.segy.grid_preview import GridPreview, preview_grid
from engine.readers.segy.header_report import HeaderReport, inspect_headers


@dataclass(frozen=True, slots=True)
class Headers:
    """What the headers of a file tell, and how it was opened before.

    Parameters
    ----------
    report : HeaderReport
        The headers.
    remembered : mapping of str to object
        Options for the reader; empty if none were remembered.
    """

    report: HeaderReport
    remembered: Mapping[str, Any]


class HeaderWork:
    """The jobs of the dialog that opens a file by its headers; they run on the read lane."""

    def read(self, path: Path, job: JobContext) -> Headers:
        """Read all headers of a file; see `inspect_headers`."""
        return Headers(inspect_headers(path, job), recall_options(path))

    def preview(self, path: Path, options: Mapping[str, Any], job: JobContext) -> GridPreview:
        """Find out what grid some options make; see `preview_grid`."""
        return preview_grid(path, options, job)

    def remember(self, path: Path, options: Mapping[str, Any], job: JobContext) -> None:
        """Open a file this way from now on; an empty choice is forgotten."""
        job.check()
        remember_options(path, options)

    def write(self, path: Path, options: Mapping[str, Any], source: Path, job: JobContext) -> Path:
        """Write options as a geometry file and return its path."""
        job.check()
        write_geometry_file(path, options, source=source)
        return path

    def load(self, path: Path, job: JobContext) -> dict[str, Any]:
        """Read the options of a geometry file."""
        job.check()
        return read_geometry_file(path)
