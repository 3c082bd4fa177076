"""Starts SEG-Y exports."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from engine.core.volume import Volume
from engine.errors import SettingsError, WriteError
from engine.exporters.base import CLASSES, ExporterInfo, ExportLayers
from engine.exporters.segy.source import SegySource
from engine.exporters.segy.trace_file import Encoding, TraceFile, output_size
from engine.exporters.segy.writer import NO_DATA, SegyWriter
from engine.jobs.context import NULL_JOB, JobContext

_ENCODINGS = {"float32": Encoding(5, "f4"), "int8": Encoding(8, "i1")}
_INT8_CLASSES = 128


class SegyExporter:
    """Writes classes or probabilities as SEG-Y with the headers of the source.

    Text, binary and trace headers are copied byte for byte, but for the sample
    format code; byte order, trace order and trace count stay. Samples are IEEE
    floats (code 5) unless int8 (code 8) is asked for: one byte a sample is a
    quarter of the size, but not all packages read it. Traces without data hold
    -1, which is no class and no probability.
    """

    info = ExporterInfo(name="segy", title="SEG-Y", extensions=(".sgy", ".segy"))

    def outputs(self, path: Path, layers: ExportLayers) -> tuple[Path, ...]:
        """Name the files of an export.

        Parameters
        ----------
        path : pathlib.Path
            As the user named it.
        layers : ExportLayers
            What is written.

        Returns
        -------
        tuple of pathlib.Path
            `path` itself for classes; ``out.<class>.sgy`` for probabilities.
        """
        if layers.content == CLASSES:
            return (path,)
        names = [re.sub(r"[^\w-]+", "-", name).strip("-") for name in layers.classes.names]
        if len({name.lower() for name in names}) < len(names) or not all(names):
            names = [f"{index}-{name}".rstrip("-") for index, name in enumerate(names)]
        return tuple(path.with_name(f"{path.stem}.{name}{path.suffix}") for name in names)

    def start(
        self,
        source: Volume,
        path: Path,
        layers: ExportLayers,
        *,
        job: JobContext = NULL_JOB,
        **options: Any,
    ) -> SegyWriter:
        """Lay out the files under temporary names.

        Parameters
        ----------
        source : Volume
            A volume that the SEG-Y reader opened.
        path : pathlib.Path
            The output; for probabilities the class goes before the extension.
        layers : ExportLayers
            What is written.
        job : JobContext, optional
            Checked while headers are copied.
        **options
            ``sample_format``: ``float32`` (default) or, for classes, ``int8``.

        Returns
        -------
        SegyWriter
            To be committed or aborted.

        Raises
        ------
        WriteError
            If the source is not SEG-Y, the output is the source, or the disk has
            no room.
        SettingsError
            If the sample format does not fit.
        """
        if not isinstance(source, SegySource):
            raise WriteError(
                path,
                f"{source.path.name} is not SEG-Y: there are no headers to copy",
                hint="Write it as .npy instead.",
            )
        encoding = _encoding(layers, options)
        paths = self.outputs(path, layers)
        _check_targets(source, paths)
        _check_space(source, paths, encoding)
        files: list[TraceFile] = []
        try:
            for target in paths:
                files.append(TraceFile(source, target, encoding, no_data=NO_DATA))
                files[-1].lay_out(job)
        except BaseException:
            for file in files:
                file.discard()
            raise
        return SegyWriter(source, tuple(files), layers.content)


def _encoding(layers: ExportLayers, options: dict[str, Any]) -> Encoding:
    unknown = sorted(set(options) - {"sample_format"})
    if unknown:
        raise SettingsError(f"SEG-Y export has no option {unknown[0]!r}", hint="Leave it out.")
    name = options.get("sample_format", "float32")
    if name not in _ENCODINGS:
        raise SettingsError(
            f"cannot export samples as {name!r}", hint=f"Use one of {', '.join(_ENCODINGS)}."
        )
    if name == "int8" and (layers.content != CLASSES or len(layers.classes) > _INT8_CLASSES):
        raise SettingsError(
            f"int8 holds up to {_INT8_CLASSES} classes and no probabilities", hint="Use float32."
        )
    return _ENCODINGS[name]


def _check_targets(source: SegySource, paths: tuple[Path, ...]) -> None:
    for path in paths:
        if path.is_dir():
            raise WriteError(path, "is a folder", hint="Name a file.")
        if not path.parent.is_dir():
            raise WriteError(path, "its folder does not exist", hint="Make the folder first.")
        if path.exists() and path.samefile(source.path):
            raise WriteError(
                path, "the output is the input itself", hint="Choose another name for the output."
            )


def _check_space(source: SegySource, paths: tuple[Path, ...], encoding: Encoding) -> None:
    needed = len(paths) * output_size(source.layout, encoding)
    room = shutil.disk_usage(paths[0].parent)
    free = room.free
    # A file system that is no disk, such as /proc, has no size; it refuses by itself.
    if room.total and needed > free:
        raise WriteError(
            paths[0],
            f"the export needs {needed} bytes, the disk has {free} free",
            hint="Free some space or write to another disk.",
        )
