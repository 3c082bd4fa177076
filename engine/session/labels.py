"""The document of labels: painted, picked, undone and redone in memory.

It belongs to the GUI thread and touches no file; whoever keeps it on disk listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import CERTAIN, LEFT_OUT
from engine.errors import DataError
from engine.jobs.context import NULL_JOB, JobContext
from engine.session.edits import (
    Change,
    Edit,
    LabelChange,
    LabelKey,
    Pick,
    PickChange,
    SchemeChange,
)
from engine.session.label_reading import LabelReading
from engine.session.label_scheme import LabelScheme
from engine.session.label_state import LabelState, ShapeOf
from engine.session.painting import painted

Samples = NDArray[np.uint8]
Listener = Callable[[LabelChange], None]
EditListener = Callable[[str, Edit], None]
"""Gets ``edit``, ``undo`` or ``redo`` with the edit."""


class LabelDocument(LabelReading):
    """Labels of all sections of a volume, by all their authors.

    Parameters
    ----------
    shape_of : callable
        Tells rows and columns of a section from its direction and index.
    scheme : LabelScheme
        The classes one labels with.
    """

    def __init__(self, shape_of: ShapeOf, scheme: LabelScheme) -> None:
        super().__init__(LabelState(shape_of, scheme))
        self._done: list[Edit] = []
        self._undone: list[Edit] = []
        self._open: list[Change] | None = None
        self._listeners: list[Listener] = []
        self._edit_listeners: list[EditListener] = []
        self.read_only = False
        """Whether nothing can be changed, since another window has the project."""

    @classmethod
    def restored(cls, state: LabelState, done: list[Edit], undone: list[Edit]) -> LabelDocument:
        """Go on where another document was: its labels, edits, and edits undone."""
        document = cls(state.shape_of, state.scheme)
        document._state, document._done, document._undone = state, list(done), list(undone)
        return document

    def copy(self) -> LabelDocument:
        """Return a document that is changed, or read, on its own, also by another thread.

        It takes no longer than the list of labelled sections is long.
        """
        document = LabelDocument.restored(self._state.copy(), self._done, self._undone)
        document.read_only = self.read_only
        return document

    @property
    def pristine(self) -> bool:
        """Whether nothing was ever done here."""
        return not (self._done or self._undone or self._state.planes or self._state.picks)

    @property
    def last_steps(self) -> tuple[Edit | None, Edit | None]:
        """What `undo` would take back, and what `redo` would do again."""
        known = (self._done, self._undone)
        done, undone = (None if self.read_only or not edits else edits[-1] for edits in known)
        return done, undone

    @property
    def undo_text(self) -> str:
        """What `undo` would take back; empty if nothing."""
        edit, _ = self.last_steps
        return "" if edit is None else edit.title

    @property
    def redo_text(self) -> str:
        """What `redo` would do again; empty if nothing."""
        _, edit = self.last_steps
        return "" if edit is None else edit.title

    def paint(
        self,
        key: LabelKey,
        row: int,
        col: int,
        classes: Samples,
        certainty: Samples | int = CERTAIN,
        *,
        title: str,
    ) -> Edit | None:
        """Give a rectangle of samples new labels.

        Parameters
        ----------
        key : LabelKey
            Where, and whose.
        row, col : int
            Its upper left sample; may lie outside, what is outside is cut off.
        classes : ndarray of uint8, shape (n_rows, n_cols)
            Class ids, `LEFT_OUT`, or `UNLABELLED` to erase. Locked classes stay where
            they are, and come nowhere else.
        certainty : int or ndarray of uint8 like `classes`, default `CERTAIN`
            Of what is labelled; taken as 0 elsewhere.
        title : str
            What was done, for the menu.

        Returns
        -------
        Edit or None
            What was done; None if nothing changes.

        Raises
        ------
        DataError
            If a class or certainty is unknown.
        ShapeError
            If `classes` is no rectangle, or `certainty` of another shape.
        """
        plane = self._state.plane(key)
        patch = painted(plane, key, (row, col), (classes, certainty), self.scheme)
        return None if patch is None else self._do(title, patch)

    def add_pick(self, pick: Pick, *, title: str = "Pick") -> Edit | None:
        """Add a pick; None if its class is locked.

        Raises
        ------
        DataError
            If its class is unknown, or a pick of that id is there already.
        """
        if pick.id in self._state.picks:
            raise DataError(f"pick {pick.id} is there already")
        return self._change_pick(None, pick, title)

    def replace_pick(self, pick: Pick, *, title: str = "Change pick") -> Edit | None:
        """Put a pick in the place of the one with its id; None if nothing changes.

        Raises
        ------
        DataError
            If its class is unknown, or there is no such pick.
        """
        return self._change_pick(self._pick(pick.id), pick, title)

    def remove_pick(self, pick_id: str, *, title: str = "Remove pick") -> Edit | None:
        """Remove a pick; None if its class is locked.

        Raises
        ------
        DataError
            If there is no such pick.
        """
        return self._change_pick(self._pick(pick_id), None, title)

    def set_scheme(self, scheme: LabelScheme, *, title: str = "Change classes") -> Edit | None:
        """Use another class scheme; ids keep their meaning.

        Raises
        ------
        DataError
            If a class that is in use would have no name any more.
        """
        if scheme == self.scheme:
            return None
        fewer = len(scheme) < len(self.scheme)
        used = self._state.used() if fewer else ()
        lost = sorted({n for n in used if len(scheme) <= n < LEFT_OUT})
        if lost:
            raise DataError(
                f"{len(scheme)} classes are too few: {self.scheme.names[lost[-1]]} is in use",
                hint="Erase its labels first, or remove the class in the list of classes.",
            )
        return self._do(title, SchemeChange(self.scheme, scheme))

    def adopt_scheme(self, scheme: LabelScheme) -> None:
        """Begin with another class scheme, which is no step of undo.

        Raises
        ------
        DataError
            If something was done already.
        """
        if not self.pristine:
            raise DataError("the classes of a project with labels are changed by `set_scheme`")
        self._state.scheme = scheme
        self._tell(LabelChange("scheme"))

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Make all edits inside the block one step of undo.

        Groups inside it belong to it. If the block raises, its edits are taken back.

        Parameters
        ----------
        title : str
            What was done, for the menu.
        """
        if self._open is not None:
            yield
            return
        changes = self._open = []
        try:
            yield
        except BaseException:
            self._open = None
            for change in reversed(changes):
                self._tell(self._state.revert(change))
            raise
        self._open = None
        if changes:
            self._finish(Edit(title, tuple(changes)))

    def undo(self, job: JobContext = NULL_JOB) -> Edit | None:
        """Take the last edit back; None if there is none, or a group is open.

        A job that is cancelled meanwhile leaves it half done: only for a copy.
        """
        if self.read_only or not self._done or self._open is not None:
            return None
        edit = self._done.pop()
        for number, change in enumerate(reversed(edit.changes), start=1):
            job.check()
            self._tell(self._state.revert(change))
            job.report(number, len(edit.changes))
        self._undone.append(edit)
        self._finished("undo", edit)
        return edit

    def redo(self, job: JobContext = NULL_JOB) -> Edit | None:
        """Do the last undone edit again; None if there is none, or a group is open.

        See `undo` for the job.
        """
        if self.read_only or not self._undone or self._open is not None:
            return None
        edit = self._undone.pop()
        for number, change in enumerate(edit.changes, start=1):
            job.check()
            self._tell(self._state.apply(change))
            job.report(number, len(edit.changes))
        self._done.append(edit)
        self._finished("redo", edit)
        return edit

    def same_history(self, other: LabelDocument) -> bool:
        """Tell whether the last steps of both are the same, as when one was copied."""
        same_length = len(self._done) == len(other._done)
        pairs = zip(self.last_steps, other.last_steps, strict=True)
        return same_length and all(mine is theirs for mine, theirs in pairs)

    def take_over(self, action: str, edit: Edit, source: LabelDocument) -> None:
        """Do a step that was done in a copy, whose labels are taken as they are.

        Parameters
        ----------
        action : {"edit", "undo", "redo"}
            What was done.
        edit : Edit
            With it; its places must be the `same_at` here as where the copy began, and
            for undo and redo the history must be the same.
        source : LabelDocument
            The copy; not to be changed any more.
        """
        news = [self._state.take(change, source._state) for change in edit.changes]
        if action == "edit":
            self._undone.clear()
        else:
            (self._done if action == "undo" else self._undone).pop()
        (self._undone if action == "undo" else self._done).append(edit)
        # All is there already: the scheme comes first, and once.
        for change in [item for item in news if item.kind == "scheme"][:1]:
            self._tell(change)
        for change in news:
            if change.kind != "scheme":
                self._tell(change)
        self._finished(action, edit)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told of each change at once; call what is returned to end that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def subscribe_edits(self, listener: EditListener) -> Callable[[], None]:
        """Be told of each finished edit, undo and redo; call what is returned to end that."""
        self._edit_listeners.append(listener)
        return lambda: self._edit_listeners.remove(listener)

    def _pick(self, pick_id: str) -> Pick:
        try:
            return self._state.picks[pick_id]
        except KeyError:
            raise DataError(f"there is no pick {pick_id}") from None

    def _change_pick(self, before: Pick | None, after: Pick | None, title: str) -> Edit | None:
        if after is not None and not 0 <= after.class_id < len(self.scheme):
            raise DataError(
                f"pick {after.id}: class {after.class_id} is none of {len(self.scheme)}"
            )
        touched = {pick.class_id for pick in (before, after) if pick is not None}
        if before == after or touched & self.scheme.locked:
            return None
        return self._do(title, PickChange(before, after))

    def _do(self, title: str, change: Change) -> Edit | None:
        if self.read_only:
            return None
        edit = Edit(title, (change,))
        news = self._state.apply(change)
        if self._open is not None:
            self._open.append(change)
            self._tell(news)
        else:
            self._tell(news)
            self._finish(edit)
        return edit

    def _finish(self, edit: Edit) -> None:
        self._done.append(edit)
        self._undone.clear()
        self._finished("edit", edit)

    def _finished(self, action: str, edit: Edit) -> None:
        for listener in tuple(self._edit_listeners):
            listener(action, edit)
        self._tell(LabelChange("history"))

    def _tell(self, news: LabelChange) -> None:
        for listener in tuple(self._listeners):
            listener(news)
