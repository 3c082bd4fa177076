"""Reading and writing labels in the formats of other programs, on a lane."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.core.volume import Volume
from engine.jobs.context import JobContext
from engine.session.exchange.base import ImportedLabels, LabelSource, apply_labels
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument


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


def write_labels(source: LabelSource, path: Path, key: str, job: JobContext) -> tuple[Path, ...]:
    """Write labels to a file or folder.

    Parameters
    ----------
    source : LabelSource
        The labels.
    path : pathlib.Path
        Gets the extension of the format if it has none.
    key : str
        Of the format of a name without a known extension; by the name when empty.
    job : JobContext
        Checked before writing.

    Returns
    -------
    tuple of pathlib.Path
        The files.

    Raises
    ------
    EngineError
        If it cannot be written, or the format is not for such data.
    """
    from engine.session.exchange.formats import typed_format

    job.check()
    chosen = typed_format(path, key)
    name = path.name.lower()
    if chosen.extensions and not name.endswith(chosen.extensions):
        whole, end = chosen.extensions[0], path.suffix.lower()
        stem = path.stem if end and whole.endswith(end) else path.name
        path = path.with_name(stem + whole)
    return chosen.write(source, path)
