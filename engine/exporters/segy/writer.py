"""Writes the sections of a result into SEG-Y files."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import IGNORE
from engine.errors import ShapeError, WriteError
from engine.exporters.base import CLASSES, ExportReport
from engine.exporters.segy.comparison import compare
from engine.exporters.segy.source import SegySource
from engine.exporters.segy.trace_file import TraceFile

NO_DATA = -1.0
"""In traces without data; no class and no probability."""


class SegyWriter:
    """Sections in any order and direction, from any thread, into one or more files.

    Parameters
    ----------
    source : SegySource
        The volume that was segmented.
    files : tuple of TraceFile
        One for classes, one for each class for probabilities; laid out.
    content : {"classes", "probabilities"}
        What `write` is given.
    """

    def __init__(self, source: SegySource, files: tuple[TraceFile, ...], content: str) -> None:
        self.paths = tuple(file.path for file in files)
        self._source = source
        self._files = files
        self._content = content
        self._open = True
        self._lock = threading.Lock()
        self._all_silent: NDArray[np.bool_] | None = None

    def write(self, direction: str, index: int, data: NDArray[Any]) -> None:
        """Write one section.

        Traces that the source does not have are left out. Traces that it has
        without data in them (marked dead, or zeros only) keep the no-data value.

        Parameters
        ----------
        direction : str
            One of the source's directions.
        index : int
            Position along that axis, from 0.
        data : ndarray
            Classes, uint8 of the section's shape, 255 for no data; or
            probabilities, float32 of shape ``(K, n_rows, n_cols)``, NaN for no data.

        Raises
        ------
        ShapeError
            If the data do not fit the section.
        WriteError
            If the disk fails.
        ValueError
            If there is no such direction, or the writer is closed.
        """
        if not self._open:
            raise ValueError("the export is finished")
        layers = data[None] if self._content == CLASSES else data
        horizontal = self._check(direction, index, layers)
        if horizontal:
            self._write_slice(index, layers)
        else:
            self._write_traces(direction, index, layers)

    def commit(self, *, overwrite: bool = True) -> ExportReport:
        """Finish all files, compare them with the source and give them their names.

        Parameters
        ----------
        overwrite : bool, default True
            Whether files of these names are replaced.

        Returns
        -------
        ExportReport
            With the lines of the comparison.

        Raises
        ------
        WriteError
            If the disk fails, a file does not compare, or one is there that must
            stay; nothing is left then.
        """
        if not self._open:
            raise ValueError("the export is finished")
        try:
            lines = [line for file in self._files for line in self._finish(file)]
            self._publish(overwrite=overwrite)
        except BaseException:
            self.abort()
            raise
        self._open = False
        _sync_folder(self.paths[0].parent)
        size_bytes = sum(path.stat().st_size for path in self.paths)
        lines.append(f"traces without data hold {NO_DATA:g}")
        return ExportReport(self.paths, size_bytes, NO_DATA, tuple(lines))

    def abort(self) -> None:
        """Remove what was written; does nothing after `commit` or a second time."""
        if self._open:
            self._open = False
            for file in self._files:
                file.discard()

    def _publish(self, *, overwrite: bool) -> None:
        published: list[Path] = []
        try:
            for file in self._files:
                file.publish(overwrite=overwrite)
                published.append(file.path)
        except WriteError:
            if not overwrite:
                for path in published:
                    path.unlink(missing_ok=True)
            raise

    def _finish(self, file: TraceFile) -> tuple[str, ...]:
        file.finish()
        found = compare(self._source, file.temporary, name=file.path.name)
        if not found.equal:
            raise WriteError(
                file.path,
                f"does not compare with the source: {found.differences[0]}",
                hint="The disk may be failing, or the source has changed meanwhile; export again.",
            )
        return found.lines

    def _check(self, direction: str, index: int, layers: NDArray[Any]) -> bool:
        """Check a section against the axes; return whether it is a time or depth slice."""
        source = self._source
        if direction not in source.directions:
            raise ValueError(f"no direction {direction!r} among {', '.join(source.directions)}")
        sizes = [axis.size for axis in source.axes]
        fixed = -1 if direction == "line" else source.directions.index(direction)
        count = 1 if direction == "line" else sizes.pop(fixed)
        if not 0 <= index < count:
            raise IndexError(f"{direction} index {index} is outside 0 to {count - 1}")
        horizontal = fixed == len(source.axes) - 1
        shape = (len(self._files), *(sizes if horizontal else reversed(sizes)))
        if layers.shape != shape:
            raise ShapeError(f"{direction} section of shape {layers.shape[1:]}, not {shape[1:]}")
        return horizontal

    def _write_traces(self, direction: str, index: int, layers: NDArray[Any]) -> None:
        traces = self._source.traces
        if direction == "inline":
            traces = traces[index]
        elif direction == "crossline":
            traces = traces[:, index]
        present = traces >= 0
        traces = traces[present]
        silent = self._source.silent(traces)
        for file, layer in zip(self._files, layers, strict=True):
            samples = self._values(layer.T[present])
            samples[silent] = NO_DATA
            file.write_traces(traces, samples)

    def _write_slice(self, index: int, layers: NDArray[Any]) -> None:
        traces = self._source.traces.ravel()
        present = traces >= 0
        silent = self._silent()
        for file, layer in zip(self._files, layers, strict=True):
            values = np.empty(silent.size, dtype=np.float32)
            values[traces[present]] = self._values(layer.ravel()[present])
            values[silent] = NO_DATA
            file.write_slice(index, values)

    def _silent(self) -> NDArray[np.bool_]:
        with self._lock:
            if self._all_silent is None:
                self._all_silent = self._source.silent(np.arange(self._source.layout.n_traces))
            return self._all_silent

    def _values(self, layer: NDArray[Any]) -> NDArray[np.float32]:
        values = layer.astype(np.float32)
        no_data = layer == IGNORE if self._content == CLASSES else np.isnan(values)
        values[no_data] = NO_DATA
        return values


def _sync_folder(folder: Path) -> None:
    """Bring the new names to the disk, where folders can be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
