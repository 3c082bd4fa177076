"""Reading and writing labels in the formats of other programs, on a lane."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.volume import Volume
from engine.jobs.context import JobContext
from engine.session.exchange.base import (
    ImportedLabels,
    LabelSource,
    WrittenLabels,
    apply_labels,
)
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument

if TYPE_CHECKING:
    from engine.session.exchange.formats import LabelFormat


def read_labels(
    paths: tuple[Path, ...], key: str, volume: Volume, scheme: LabelScheme, job: JobContext
) -> ImportedLabels:
    """Read files of labels.

    Parameters
    ----------
    paths : tuple of pathlib.Path
        The files.
    key : str
        Of the format; by the name of each file when empty.
    volume : Volume
        The data.
    scheme : LabelScheme
        The present classes.
    job : JobContext
        Checked before each file.

    Returns
    -------
    ImportedLabels
        Of all files together.

    Raises
    ------
    EngineError
        If one cannot be read or does not fit the data.
    """
    from engine.session.exchange.formats import label_format

    together = ImportedLabels()
    for number, path in enumerate(paths):
        job.check()
        job.report(number, len(paths), path.name)
        found = label_format(path, key).read(path, volume, together.scheme or scheme, job)
        together = replace(
            together,
            sections=(*together.sections, *found.sections),
            picks=(*together.picks, *found.picks),
            notes=(*together.notes, *found.notes),
            scheme=found.scheme or together.scheme,
        )
    return together


def add_labels(
    paths: tuple[Path, ...],
    key: str,
    volume: Volume,
    author: str,
    document: LabelDocument,
    job: JobContext,
) -> tuple[int, tuple[str, ...]]:
    """Add what is in files to labels, as one step of undo.

    Parameters
    ----------
    paths, key, volume
        As `read_labels` takes them.
    author : str
        In whose name.
    document : LabelDocument
        Gets the labels.
    job : JobContext
        Checked and told after each section.

    Returns
    -------
    n_changed : int
        Sections and picks that were changed or added, and a new class scheme.
    notes : tuple of str
        What to know of them, in words.

    Raises
    ------
    EngineError
        If a file cannot be read or does not fit; then nothing is added.
    """
    imported = read_labels(paths, key, volume, document.scheme, job)
    return apply_labels(document, imported, author, job), imported.notes


@dataclass(frozen=True, slots=True, eq=False)
class LabelExport:
    """Labels with the place and the format in which they are to be written.

    Parameters
    ----------
    source : LabelSource
        The labels.
    format : LabelFormat
        The format.
    path : pathlib.Path
        File, or folder, with the extension of the format.
    exists : bool
        Whether there is a file of that name.
    """

    source: LabelSource
    format: LabelFormat
    path: Path
    exists: bool


def plan_export(
    document: LabelDocument, volume: Volume, path: Path, key: str, job: JobContext
) -> LabelExport:
    """Find out what is written where.

    Parameters
    ----------
    document : LabelDocument
        The labels; a copy that belongs to this thread.
    volume : Volume
        The data.
    path : pathlib.Path
        Gets the extension of the format if it has none.
    key : str
        Of the format of a name without a known extension; by the name when empty.
    job : JobContext
        Checked before anything is done.

    Returns
    -------
    LabelExport
        For `write_labels`.

    Raises
    ------
    SettingsError
        If there is no such format.
    """
    from engine.session.exchange.formats import typed_format

    job.check()
    source = LabelSource.of(document, volume)
    chosen = typed_format(path, key)
    # One section is a file, also where several would be a folder.
    ends = chosen.extensions or ((".png",) if len(source.sections) == 1 else ())
    if ends and not path.name.lower().endswith(ends):
        whole, end = ends[0], path.suffix.lower()
        stem = path.stem if end and whole.endswith(end) else path.name
        path = path.with_name(stem + whole)
    return LabelExport(source, chosen, path, path.is_file())


def write_labels(export: LabelExport, job: JobContext) -> WrittenLabels:
    """Write labels.

    Parameters
    ----------
    export : LabelExport
        From `plan_export`.
    job : JobContext
        Checked before writing.

    Returns
    -------
    WrittenLabels
        The files.

    Raises
    ------
    EngineError
        If it cannot be written, or the format is not for such data.
    """
    job.check()
    return export.format.write(export.source, export.path)
