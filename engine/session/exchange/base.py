"""What all formats of labels share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import CERTAIN, UNLABELLED, LabelledSection
from engine.core.volume import Volume
from engine.errors import DataError
from engine.jobs.context import NULL_JOB, JobContext
from engine.session.edits import LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument


@dataclass(frozen=True, slots=True)
class LabelSource:
    """What is exported: all authors together.

    Parameters
    ----------
    volume : Volume
        The data that are labelled.
    scheme : LabelScheme
        The classes.
    sections : tuple of LabelledSection
        Everything that is labelled.
    picks : tuple of Pick
        All fault sticks and polylines.
    """

    volume: Volume
    scheme: LabelScheme
    sections: tuple[LabelledSection, ...]
    picks: tuple[Pick, ...]

    @classmethod
    def of(cls, document: LabelDocument, volume: Volume) -> LabelSource:
        """Copy what a document holds, on the thread that the document belongs to."""
        return cls(
            volume, document.scheme, tuple(document.labelled_sections()), document.all_picks()
        )


@dataclass(frozen=True, slots=True)
class ImportedLabels:
    """What a file holds.

    Parameters
    ----------
    sections : tuple of LabelledSection, default ()
        Classes; `UNLABELLED` leaves what is there.
    picks : tuple of Pick, default ()
        With empty authors.
    notes : tuple of str, default ()
        What to know of it, in words, above all what could not be taken.
    scheme : LabelScheme, optional
        Classes to use from now on.
    """

    sections: tuple[LabelledSection, ...] = ()
    picks: tuple[Pick, ...] = ()
    notes: tuple[str, ...] = ()
    scheme: LabelScheme | None = None


@dataclass(frozen=True, slots=True)
class WrittenLabels:
    """What was written.

    Parameters
    ----------
    paths : tuple of pathlib.Path
        The files.
    notes : tuple of str, default ()
        What to know of them, in words.
    """

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> Path:
        """The file, or the folder of several, which may be called otherwise than was asked for."""
        return self.paths[0] if len(self.paths) == 1 else self.paths[0].parent


def apply_labels(
    document: LabelDocument,
    imported: ImportedLabels,
    author: str,
    job: JobContext = NULL_JOB,
) -> int:
    """Add imported labels to a document, as one step of undo.

    Parameters
    ----------
    document : LabelDocument
        Gets them.
    imported : ImportedLabels
        From a file.
    author : str
        In whose name.
    job : JobContext, default NULL_JOB
        Checked and told after each section.

    Returns
    -------
    int
        Sections and picks that were changed or added, and a new class scheme.

    Raises
    ------
    DataError
        If a class is unknown; then nothing is added.
    """
    n_changed = 0
    there = {pick.id for pick in document.all_picks()}
    with document.group("Import labels"):
        if imported.scheme is not None:
            n_changed += document.set_scheme(imported.scheme) is not None
        for number, section in enumerate(imported.sections):
            job.check()
            job.report(number, len(imported.sections))
            key = LabelKey(author, section.direction, section.index)
            kept, sure = document.plane(key)
            new = section.classes != UNLABELLED
            np.copyto(kept, section.classes, where=new)
            np.copyto(sure, section.certainty, where=new)
            n_changed += document.paint(key, 0, 0, kept, sure, title="Import labels") is not None
        for pick in imported.picks:
            if pick.id not in there:
                own = replace(pick, author=pick.author or author)
                n_changed += document.add_pick(own) is not None
    return n_changed


def certain_section(
    volume: Volume, direction: str, index: int, classes: NDArray[np.integer]
) -> LabelledSection:
    """Make a section of class ids from a file, which are taken for certain.

    Parameters
    ----------
    volume : Volume
        The data.
    direction : str
        Direction of the section.
    index : int
        Position along it, from 0.
    classes : ndarray of int, shape (n_rows, n_cols)
        Class ids, 254 for left out; 255 and below 0 for not labelled.

    Returns
    -------
    LabelledSection
        Ids are not compared with the classes of the project yet.

    Raises
    ------
    DataError
        If the shape is another one, or a value is no class id.
    """
    shape = volume.section_shape(direction, index)
    if classes.shape != shape:
        raise DataError(
            f"{direction} {index}: labels of {classes.shape[0]} x {classes.shape[1]} samples,"
            f" the section has {shape[0]} x {shape[1]}",
            hint="Give one label for each sample.",
        )
    if (classes > UNLABELLED).any():
        raise DataError(f"{direction} {index}: {int(classes.max())} is no class id")
    ids = np.where(classes < 0, UNLABELLED, classes).astype(np.uint8)
    certainty = np.where(ids == UNLABELLED, 0, CERTAIN).astype(np.uint8)
    return LabelledSection(direction, index, ids, certainty)
