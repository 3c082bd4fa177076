"""Writes classes or probabilities of any volume as a NumPy array."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE
from engine.core.volume import Volume, plane_axes, plane_shape
from engine.errors import SettingsError, ShapeError, WriteError
from engine.exporters.base import CLASSES, ExporterInfo, ExportLayers, ExportReport
from engine.exporters.staging import StagingFolder
from engine.jobs.context import NULL_JOB, JobContext

_CHUNK_BYTES = 1 << 24


class NpyExporter:
    """Writes one array on the axes of the source, in the order it has them.

    Classes are bytes, 255 where there is no data; probabilities are float32 with the
    classes first, NaN where there is no data. Line numbers and units are not in the file:
    they are those of the source, which the record beside it names.
    """

    info = ExporterInfo(name="npy", title="NumPy array", extensions=(".npy",))

    def outputs(self, path: Path, layers: ExportLayers) -> tuple[Path, ...]:
        """Return `path` itself."""
        return (path,)

    def start(
        self,
        source: Volume,
        path: Path,
        layers: ExportLayers,
        *,
        job: JobContext = NULL_JOB,
        **options: Any,
    ) -> NpyWriter:
        """Fill the file with no data under a temporary name.

        Parameters
        ----------
        source : Volume
            Of two or three axes.
        path : pathlib.Path
            The output.
        layers : ExportLayers
            What is written.
        job : JobContext, optional
            Checked while the file is filled.
        **options
            There are none.

        Returns
        -------
        NpyWriter
            To be committed or aborted.

        Raises
        ------
        WriteError
            If the source has sections that are no planes of an array, the output is the
            source, or the disk has no room.
        SettingsError
            If an option is given.
        """
        if options:
            name = min(options)
            raise SettingsError(f"NumPy export has no option {name!r}", hint="Leave it out.")
        if any(
            source.section_shape(direction, 0) != plane_shape(source.axes, direction)
            for direction in source.directions
        ):
            raise WriteError(
                path,
                f"the sections of {source.path.name} are no planes of one array",
                hint="Export it in its own format.",
            )
        if not path.parent.is_dir():
            raise WriteError(path, "its folder does not exist", hint="Make the folder first.")
        if path.exists() and path.samefile(source.path):
            raise WriteError(
                path, "the output is the input itself", hint="Choose another name for the output."
            )
        return NpyWriter(source, path, layers, job)


class NpyWriter:
    """Sections on their way into an array; see `NpyExporter`.

    Parameters
    ----------
    source : Volume
        What is segmented.
    path : pathlib.Path
        The output.
    layers : ExportLayers
        What is written.
    job : JobContext
        Checked while the file is filled.
    """

    def __init__(self, source: Volume, path: Path, layers: ExportLayers, job: JobContext) -> None:
        self.paths = (path,)
        self._axes = source.axes
        self._dtype = np.dtype(np.uint8 if layers.content == CLASSES else np.float32)
        self._missing = IGNORE if layers.content == CLASSES else math.nan
        planes = () if layers.content == CLASSES else (len(layers.classes),)
        self._shape = (*planes, *(axis.size for axis in source.axes))
        n_bytes = math.prod(self._shape) * self._dtype.itemsize
        room = shutil.disk_usage(path.parent)
        if room.total and n_bytes > room.free:
            raise WriteError(
                path,
                f"the export needs {n_bytes} bytes, the disk has {room.free} free",
                hint="Free some space or write to another disk.",
            )
        self._staging = StagingFolder(path)
        self._file = self._staging.path / path.name
        try:
            self._fill(job)
        except BaseException:
            self._staging.discard()
            raise
        self._array: NDArray[Any] = np.load(self._file, mmap_mode="r+", allow_pickle=False)

    def _fill(self, job: JobContext) -> None:
        # Written, not only claimed: a map of a file that the disk cannot hold ends the program.
        n_left = math.prod(self._shape)
        blank = np.full(min(n_left, _CHUNK_BYTES), self._missing, dtype=self._dtype)
        header = {"descr": self._dtype.str, "fortran_order": False, "shape": self._shape}
        try:
            with self._file.open("wb") as file:
                np.lib.format.write_array_header_1_0(file, header)
                while n_left:
                    job.check()
                    file.write(blank[:n_left].data)
                    n_left -= min(n_left, blank.size)
        except OSError as error:
            raise WriteError(
                self.paths[0],
                f"cannot be written ({error.strerror or error})",
                hint="Free some space or write to another disk.",
            ) from error

    def write(self, direction: str, index: int, data: NDArray[np.uint8 | np.float32]) -> None:
        """Write one section; see `ExportWriter.write`."""
        rows, cols = plane_axes(self._axes, direction)
        if data.shape != (*self._shape[: -len(self._axes)], rows.size, cols.size):
            raise ShapeError(
                f"a section of {' x '.join(map(str, data.shape))} does not fit {direction}",
                hint="Export sections of the volume that the export was started for.",
            )
        place: list[slice | int] = [slice(None)] * len(self._shape)
        kept = list(self._axes)
        if len(self._axes) > 2:
            fixed = next(n for n, axis in enumerate(self._axes) if axis.name == direction)
            place[fixed - len(self._axes)] = index
            kept.pop(fixed)
        self._array[tuple(place)] = data if kept[0] == rows else np.swapaxes(data, -2, -1)

    def commit(self, *, overwrite: bool = True) -> ExportReport:
        """Finish the file and give it its name; see `ExportWriter.commit`."""
        try:
            self._array.flush()  # type: ignore[attr-defined]  # of the map
            del self._array
            self._staging.publish(self.paths, overwrite=overwrite)
        except OSError as error:
            raise WriteError(
                self.paths[0],
                f"cannot be written ({error.strerror or error})",
                hint="Check the disk, then export again.",
            ) from error
        finally:
            self.abort()
        axes = " x ".join(f"{axis.size} {axis.name}" for axis in self._axes)
        return ExportReport(
            self.paths,
            self.paths[0].stat().st_size,
            float(self._missing),
            (f"an array of {axes}, as the source has them",),
        )

    def abort(self) -> None:
        """Remove what was written; does nothing a second time."""
        self._staging.discard()
