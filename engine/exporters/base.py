"""What an exporter offers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import ClassScheme
from engine.core.volume import Volume
from engine.errors import SettingsError, WriteError
from engine.jobs.context import NULL_JOB, JobContext

_RECORD = ".json"
CLASSES, PROBABILITIES = "classes", "probabilities"


@dataclass(frozen=True, slots=True)
class ExporterInfo:
    """An exporter's name and the files it writes.

    Parameters
    ----------
    name : str
        Its key, such as ``segy``.
    title : str
        For people.
    extensions : tuple of str
        Lower case, with the dot; the first is the usual one.
    """

    name: str
    title: str
    extensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportLayers:
    """What is exported.

    Parameters
    ----------
    classes : ClassScheme
        The classes.
    content : {"classes", "probabilities"}
        The likeliest class, or the probability of each.

    Raises
    ------
    SettingsError
        If `content` is neither.
    """

    classes: ClassScheme
    content: str = CLASSES

    def __post_init__(self) -> None:
        if self.content not in {CLASSES, PROBABILITIES}:
            raise SettingsError(
                f"cannot export {self.content!r}", hint=f"Use {CLASSES} or {PROBABILITIES}."
            )


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written.

    Parameters
    ----------
    paths : tuple of pathlib.Path
        The files, one for classes, one for each class for probabilities.
    size_bytes : int
        Of all files together.
    no_data_value : float
        What stands where there are no data, and in sections that were not written.
    lines : tuple of str
        The comparison with the source, for people; each a fact that was checked.
    """

    paths: tuple[Path, ...]
    size_bytes: int
    no_data_value: float
    lines: tuple[str, ...]


def record_path(out: Path) -> Path:
    """Return where the record of an export lies: beside it, as ``out.sgy.json`` for ``out.sgy``.

    The whole name counts, so that results in several formats have a record each; a
    table that is JSON itself is its own record.
    """
    return out if out.suffix.lower() == _RECORD else out.with_name(out.name + _RECORD)


class ExportWriter(Protocol):
    """Takes sections in any order, from any thread, and finishes all files together.

    What is never written holds `ExportReport.no_data_value`.
    """

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that `commit` makes."""

    def write(self, direction: str, index: int, data: NDArray[np.uint8 | np.float32]) -> None:
        """Write one section.

        Parameters
        ----------
        direction : str
            One of the source's directions.
        index : int
            Position along that axis, from 0.
        data : ndarray
            Classes: uint8 of the section's shape, 255 where there is no data.
            Probabilities: float32 of shape ``(K, n_rows, n_cols)``, NaN where
            there is no data. Rows and columns are those of `Volume.section`.

        Raises
        ------
        WriteError
            If the disk is full or fails.
        ShapeError
            If the data do not fit the section.
        """

    def commit(self, *, overwrite: bool = True) -> ExportReport:
        """Finish the files, compare them with the source and give them their names.

        Parameters
        ----------
        overwrite : bool, default True
            Whether files of these names are replaced, even if they came meanwhile.

        Raises
        ------
        WriteError
            If the disk fails, a file does not compare, or one is there that must
            stay; nothing is left then.
        """

    def abort(self) -> None:
        """Remove what was written; does nothing after `commit` or a second time."""


class Exporter(Protocol):
    """Writes results of one format; made without arguments."""

    info: ExporterInfo

    def outputs(self, path: Path, layers: ExportLayers) -> tuple[Path, ...]:
        """Name the files that an export makes, without looking at the disk.

        Parameters
        ----------
        path : pathlib.Path
            The output, as `start` takes it.
        layers : ExportLayers
            What is written.

        Returns
        -------
        tuple of pathlib.Path
            The `ExportWriter.paths` of such an export.
        """

    def start(
        self,
        source: Volume,
        path: Path,
        layers: ExportLayers,
        *,
        job: JobContext = NULL_JOB,
        **options: Any,
    ) -> ExportWriter:
        """Prepare the files under temporary names in the folder of `path`.

        Parameters
        ----------
        source : Volume
            The volume that is segmented; its geometry and headers are kept.
        path : pathlib.Path
            The output; probabilities go to one file for each class, with the
            class in the name (``out.salt.sgy`` for ``out.sgy``).
        layers : ExportLayers
            What is written.
        job : JobContext, optional
            Checked while the files are laid out.
        **options
            The exporter's own.

        Returns
        -------
        ExportWriter
            To be committed or aborted.

        Raises
        ------
        WriteError
            If the output is the source, or the disk has no room.
        SettingsError
            If an option is unknown or outside its range.
        """


def refuse_existing(paths: Iterable[Path]) -> None:
    """Stop before a file is replaced.

    Parameters
    ----------
    paths : iterable of pathlib.Path
        The files that are to be written.

    Raises
    ------
    WriteError
        On the first that is there.
    """
    for path in paths:
        if path.exists():
            raise WriteError(path, "exists", hint="Choose another name, or allow overwriting.")


def existing_output(exporter: Exporter, path: Path, layers: ExportLayers) -> Path | None:
    """Return a file that an export would replace.

    Parameters
    ----------
    exporter : Exporter
        Would write.
    path : pathlib.Path
        The output.
    layers : ExportLayers
        What would be written.

    Returns
    -------
    pathlib.Path or None
        The first output that is there, or the record beside it; None if nothing is.
    """
    files = (*exporter.outputs(path, layers), record_path(path))
    return next((file for file in files if file.exists()), None)
