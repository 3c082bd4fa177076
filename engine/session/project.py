"""A project folder: labels, journal, models, and what the window showed.

::

    NAME.outcrop/
      project.json   what it is of, classes, picks, view; replaced as a whole
      labels.zarr/   the labels when it was saved last
      journal        every step; what came after the last save is replayed from it
      models/        model bundles
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from engine.core.place_lock import place_lock
from engine.core.provenance import program_version
from engine.core.writable import make_folder
from engine.errors import ReadError
from engine.session.edits import BlockKey
from engine.session.journal import Journal, JournalWriter, Record, read_journal
from engine.session.label_scheme import LabelScheme
from engine.session.label_state import LabelState, ShapeOf
from engine.session.label_store import read_planes
from engine.session.labels import LabelDocument
from engine.session.project_file import (
    DataReference,
    ProjectInfo,
    read_project_file,
    write_project_file,
)
from engine.session.recorder import LabelSnapshot
from engine.session.replay import Replay, first_scheme

JOURNAL: Final = "journal"
LABELS: Final = "labels.zarr"
MODELS: Final = "models"


def _nothing() -> None:
    """Do nothing between two blocks."""


@dataclass(frozen=True, slots=True)
class LoadedLabels:
    """The labels of a project as they were left.

    Parameters
    ----------
    document : LabelDocument
        With the whole history of undo.
    sequence : int
        The last step in it.
    recovered : int
        Steps that were not saved when the program ended.
    changed : frozenset of BlockKey
        Blocks in which they differ from what is saved.
    notes : tuple of str
        What could not be read, in words.
    changed_at : str
        When the last step was done, UTC, ISO 8601; empty without any.
    """

    document: LabelDocument
    sequence: int
    recovered: int
    changed: frozenset[BlockKey]
    notes: tuple[str, ...]
    changed_at: str


class Project:
    """An open project folder; used by one thread at a time.

    Parameters
    ----------
    folder : pathlib.Path
        The folder.
    read_only : bool, default False
        Whether nothing is written, because another window may have it.

    Raises
    ------
    PlaceTakenError
        If another window has it.
    ReadError
        If it is no project, or damaged.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder.absolute()
        self.read_only = read_only
        self._writer: JournalWriter | None = None
        self._lock: AbstractContextManager[None] | None = None
        if not self.folder.is_dir():
            hint = "Projects are made in the window: open the data, label, and press Ctrl+S."
            raise ReadError(folder, "there is no such project", hint=hint)
        if not read_only:
            self._lock = _locked(self.folder)
        try:
            self.info = read_project_file(self.folder)
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(cls, folder: Path, data: DataReference, scheme: LabelScheme) -> Project:
        """Make a project without labels and open it.

        Parameters
        ----------
        folder : pathlib.Path
            Must not be there yet; the folders above it are made.
        data : DataReference
            What is labelled, seen from `folder`.
        scheme : LabelScheme
            The classes.

        Returns
        -------
        Project
            The open project.

        Raises
        ------
        WriteError
            If it cannot be made or is there already.
        """
        now = _now()
        info = ProjectInfo(data, scheme, created=now, saved=now, program=program_version())

        def fill(staging: Path) -> None:
            (staging / MODELS).mkdir()
            JournalWriter(staging / JOURNAL).close()
            write_project_file(staging, info)

        make_folder(folder.absolute(), fill)
        return cls(folder)

    def journal(self) -> Journal:
        """Read the journal; see `read_journal`."""
        path = self.folder / JOURNAL
        return read_journal(path) if path.exists() else Journal()

    def load(self, shape_of: ShapeOf) -> LoadedLabels:
        """Read the labels, and get ready to write down what is done next.

        Parameters
        ----------
        shape_of : callable
            Rows and columns of a section of the data.

        Returns
        -------
        LoadedLabels
            All that could be read.

        Raises
        ------
        ReadError
            If the journal cannot be read.
        WriteError
            If it cannot be written to.
        """
        journal, notes = self.journal(), []
        replay, note = self._replayed(journal, shape_of)
        notes += [note] if note else []
        notes += [f"Journal: {problem}" for problem in [journal.note] if problem]
        sequence, end = replay.steps, journal.end_of(replay.steps)
        if sequence < self.info.saved_sequence:
            # The labels are newer than what is left of their history.
            notes.append("What was done before cannot be undone any more.")
            replay.done.clear()
            replay.undone.clear()
            sequence = end = 0
        if not self.read_only:
            self._writer = JournalWriter(self.folder / JOURNAL, end)
            if sequence < self.info.saved_sequence:
                self.info = replace(self.info, saved_sequence=0)
                write_project_file(self.folder, self.info)
        document = LabelDocument.restored(replay.state, replay.done, replay.undone)
        document.read_only = self.read_only
        recovered = max(sequence - self.info.saved_sequence, 0)
        changed = frozenset(replay.changed)
        last = journal.records[replay.steps - 1].utc if replay.steps else ""
        return LoadedLabels(document, sequence, recovered, changed, tuple(notes), last)

    def begin(self) -> None:
        """Get ready to write down steps in a project that has none.

        Raises
        ------
        WriteError
            If the journal cannot be written to.
        """
        self._writer = JournalWriter(self.folder / JOURNAL)

    def point_to(self, data: DataReference) -> None:
        """Refer to the data where they are now, from the next save on."""
        self.info = replace(self.info, data=data)

    def append(self, records: Sequence[Record]) -> None:
        """Write steps into the journal and wait until the disk has them.

        Raises
        ------
        WriteError
            If it cannot be done; then none of them is in the journal.
        """
        if records and self._writer is not None:
            self._writer.append(b"".join(record.to_bytes() for record in records))

    def save(
        self,
        snapshot: LabelSnapshot,
        *,
        view: Mapping[str, Any],
        models: Sequence[Path] = (),
        between: Callable[[], None] = _nothing,
    ) -> None:
        """Save labels, classes, picks and view.

        Parameters
        ----------
        snapshot : LabelSnapshot
            What changed since it was saved last.
        view : mapping of str to object
            What the window shows, as JSON values.
        models : sequence of pathlib.Path, default ()
            Bundles in use.
        between : callable, optional
            Called after each block of labels.

        Raises
        ------
        WriteError
            If it cannot be done; what was saved before is still there then.
        """
        if self.read_only:
            return
        if snapshot.blocks:
            from engine.session.label_writer import write_blocks

            write_blocks(self.folder / LABELS, snapshot, between)
        info = replace(
            self.info,
            scheme=snapshot.scheme,
            picks=snapshot.picks,
            view=view,
            models=tuple(_seen_from(self.folder, model) for model in models),
            saved_sequence=snapshot.sequence,
            saved=_now(),
            program=program_version(),
        )
        write_project_file(self.folder, info)
        self.info = info

    def copy_to(self, folder: Path, data: DataReference) -> None:
        """Write all of it to another folder and go on there.

        Parameters
        ----------
        folder : pathlib.Path
            Must not be there yet.
        data : DataReference
            The data, seen from there.

        Raises
        ------
        WriteError
            If it cannot be done; then it goes on in the old folder.
        """
        target = folder.absolute()
        models = tuple(
            _seen_from(target, self.folder / name) if name.startswith("..") else name
            for name in self.info.models
        )
        info = replace(self.info, data=data, models=models)

        def fill(staging: Path) -> None:
            shutil.copytree(self.folder, staging, dirs_exist_ok=True)
            write_project_file(staging, info)

        make_folder(target, fill)
        lock = _locked(target)
        read_only, self.read_only = self.read_only, False
        self.close()
        self.folder, self.info, self._lock = target, info, lock
        if not read_only:
            self._writer = JournalWriter(target / JOURNAL, self.journal().end)

    def close(self) -> None:
        """Give up the folder; what was handed over is written."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._lock is not None:
            self._lock.__exit__(None, None, None)
            self._lock = None

    def _replayed(self, journal: Journal, shape_of: ShapeOf) -> tuple[Replay, str]:
        """Return the labels with their history, and what was wrong with them."""
        info, note = self.info, ""
        state = LabelState(shape_of, info.scheme)
        since = info.saved_sequence
        try:
            state.planes = read_planes(self.folder / LABELS, shape_of, len(info.scheme))
            state.picks = {pick.id: pick for pick in info.picks}
        except ReadError as error:
            note = f"{error}; they were made again from the journal."
            self._put_labels_aside()
            state = LabelState(shape_of, first_scheme(journal.records) or info.scheme)
            since = 0
        replay = Replay(state, since)
        problem = replay.run(journal.records)
        return replay, " ".join(part for part in (note, problem) if part)

    def _put_labels_aside(self) -> None:
        if self.read_only:
            return
        number = 1
        while (aside := self.folder / f"{LABELS}-damaged-{number}").exists():
            number += 1
        (self.folder / LABELS).rename(aside)


def _locked(folder: Path) -> AbstractContextManager[None]:
    hint = "Close it there, or open it for reading only."
    lock = place_lock(folder, taken="is open in another window", hint=hint)
    lock.__enter__()
    return lock


def _seen_from(folder: Path, path: Path) -> str:
    with suppress(ValueError):  # another drive
        return Path(os.path.relpath(path.absolute(), folder)).as_posix()
    return path.absolute().as_posix()


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
