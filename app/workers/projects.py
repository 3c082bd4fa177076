"""Projects as the window keeps them: made when needed, written behind its back."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from engine.core.place_lock import PlaceTakenError
from engine.core.volume import Volume
from engine.errors import EngineError
from engine.jobs.context import JobContext
from engine.session.journal import Record
from engine.session.label_scheme import LabelScheme
from engine.session.label_state import ShapeOf
from engine.session.project import LoadedLabels, Project
from engine.session.project_data import check_same, find_data, fingerprint_data, refer_to
from engine.session.project_file import DataReference, read_project_file
from engine.session.recorder import LabelSnapshot
from engine.session.untitled import is_untitled, new_untitled, untitled_of


@dataclass(frozen=True, slots=True)
class DataAtHand:
    """Open data, to make a project of.

    Parameters
    ----------
    path : pathlib.Path
        The file or folder.
    options : mapping of str to object
        How it was opened.
    fingerprint : str or None, default None
        To know it again; None before it was computed.
    """

    path: Path
    options: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str | None = None


class OpenedData(Protocol):
    """What `Work.open_file` returns."""

    @property
    def volume(self) -> Volume:
        """The data."""


class KeptProject:
    """The project behind a document; made on disk with the first step.

    Its methods run on lanes: steps on one, saving on another.

    Parameters
    ----------
    data : DataAtHand
        What is labelled.
    project : Project, optional
        If it is on disk already.
    """

    def __init__(self, data: DataAtHand, project: Project | None = None) -> None:
        self.data = data
        self._project = project
        self._unwritten: list[Record] = []
        self._steps = threading.Lock()
        self._saving = threading.Lock()

    @property
    def folder(self) -> Path | None:
        """The folder, as soon as there is one."""
        project = self._project
        return None if project is None else project.folder

    @property
    def untitled(self) -> bool:
        """Whether nobody has given it a name yet."""
        folder = self.folder
        return folder is None or is_untitled(folder)

    @property
    def waiting(self) -> bool:
        """Whether there are steps that the disk did not take."""
        return bool(self._unwritten)

    def append(self, records: Sequence[Record], scheme: LabelScheme) -> None:
        """Write steps down; makes an untitled project for the first.

        Parameters
        ----------
        records : sequence of Record
            The steps.
        scheme : LabelScheme
            The classes, for a project that is not there yet.

        Raises
        ------
        WriteError
            If the disk does not take them; then they are kept for the next time.
        """
        with self._steps:
            self._unwritten.extend(records)
            if self._project is None and self._unwritten:
                self._make(new_untitled(), scheme)
            if self._project is not None:
                self._project.append(self._unwritten)
            self._unwritten.clear()

    def save(self, snapshot: LabelSnapshot, view: Mapping[str, Any], models: list[Path]) -> None:
        """Save labels and view, if there is a project; see `Project.save`."""
        with self._saving:
            if self._project is not None:
                self._project.save(snapshot, view=view, models=models)

    def move_to(self, folder: Path, scheme: LabelScheme) -> None:
        """Go on in another folder; an untitled one is removed then.

        Parameters
        ----------
        folder : pathlib.Path
            Must not be there yet.
        scheme : LabelScheme
            The classes, for a project that is not there yet.

        Raises
        ------
        WriteError
            If it cannot be written; then it goes on where it was.
        """
        with self._steps, self._saving:
            if self._project is None:
                self._make(folder, scheme)
                return
            old, was_untitled = self._project.folder, self.untitled
            self._project.copy_to(folder, self._refer(folder))
            if was_untitled:
                shutil.rmtree(old, ignore_errors=True)

    def close(self) -> None:
        """Give the folder up; does nothing a second time."""
        with self._steps, self._saving:
            if self._project is not None:
                self._project.close()
                self._project = None

    def _make(self, folder: Path, scheme: LabelScheme) -> None:
        project = Project.create(folder, self._refer(folder), scheme)
        project.begin()
        self._project = project

    def _refer(self, folder: Path) -> DataReference:
        fingerprint = self.data.fingerprint
        if fingerprint is None:
            fingerprint = ""
            # Labels are written down even when the disk with the data is gone.
            with suppress(OSError):
                fingerprint = fingerprint_data(self.data.path)
        return refer_to(self.data.path, folder, self.data.options, fingerprint)


@dataclass(frozen=True, slots=True)
class FoundLabels:
    """Labels of a project that was opened.

    Parameters
    ----------
    kept : KeptProject
        The project.
    loaded : LoadedLabels
        Document and history.
    saved_at : str
        When it was saved last, UTC, ISO 8601.
    changed_at : str
        When the last step was done, UTC, ISO 8601.
    view : mapping of str to object
        What the window showed.
    models : tuple of pathlib.Path
        Bundles that were used.
    opened : object
        The opened data, as `Work.open_file` returned them; None if they were open.
    """

    kept: KeptProject
    loaded: LoadedLabels
    saved_at: str
    changed_at: str
    view: Mapping[str, Any]
    models: tuple[Path, ...]
    opened: Any = None


def recognise(
    data: DataAtHand, shape_of: ShapeOf, job: JobContext
) -> tuple[str, FoundLabels | None]:
    """Fingerprint data, and find labels of them that nobody has given a name.

    Parameters
    ----------
    data : DataAtHand
        What was opened.
    shape_of : callable
        Rows and columns of its sections.
    job : JobContext
        Checked for each project.

    Returns
    -------
    fingerprint : str
        Of the data; empty if they cannot be read.
    found : FoundLabels or None
        The newest untitled project of them that has labels and is in no other window.
    """
    try:
        fingerprint = fingerprint_data(data.path)
        candidates = list(untitled_of(data.path, data.options))
    except OSError:
        return "", None
    known = replace(data, fingerprint=fingerprint)
    for folder in candidates:
        job.check()
        with suppress(PlaceTakenError, EngineError):
            found = _load(folder, known, shape_of, read_only=False)
            if found.loaded.sequence:
                return fingerprint, found
            found.kept.close()
    return fingerprint, None


def open_project(
    folder: Path,
    open_file: Callable[[Path, Mapping[str, Any], JobContext], OpenedData],
    job: JobContext,
    *,
    data: Path | None = None,
    read_only: bool = False,
) -> FoundLabels:
    """Open a project with its data.

    Parameters
    ----------
    folder : pathlib.Path
        The project folder.
    open_file : callable
        As `Work.open_file`.
    job : JobContext
        Passed on.
    data : pathlib.Path, optional
        Where the data are now, if the user told.
    read_only : bool, default False
        Whether another window may have it.

    Returns
    -------
    FoundLabels
        With the opened data.

    Raises
    ------
    PlaceTakenError
        If another window has it.
    DataMovedError
        If the data are not found.
    ReadError
        If project or data cannot be read.
    """
    info = read_project_file(folder)
    path = find_data(folder, info.data) if data is None else data
    check_same(path, info.data)
    opened = open_file(path, info.data.options, job)
    at_hand = DataAtHand(path, info.data.options, info.data.fingerprint)
    try:
        found = _load(folder, at_hand, opened.volume.section_shape, read_only=read_only)
    except BaseException:
        opened.volume.close()
        raise
    return replace(found, opened=opened)


def _load(folder: Path, data: DataAtHand, shape_of: ShapeOf, *, read_only: bool) -> FoundLabels:
    project = Project(folder, read_only=read_only)
    try:
        loaded = project.load(shape_of)
        project.point_to(refer_to(data.path, project.folder, data.options, data.fingerprint))
    except BaseException:
        project.close()
        raise
    info = project.info
    models = tuple(project.folder / name for name in info.models)
    kept = KeptProject(data, project)
    return FoundLabels(kept, loaded, info.saved, loaded.changed_at, info.view, models)
