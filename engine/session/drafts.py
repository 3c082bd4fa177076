"""Steps of labelling that are worked out beside the document, then taken over at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.jobs.context import JobContext
from engine.session.edits import Edit, Patch, PickChange, SchemeChange
from engine.session.labels import LabelDocument

Work = Callable[[LabelDocument, JobContext], Any]
"""Changes a document, in one step at most, and returns what it has to tell."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelStep:
    """A step of labelling that may take a while.

    Parameters
    ----------
    document : LabelDocument
        Where; if another is open when the step is ready, it is dropped.
    title : str
        What is done, in words.
    work : callable
        Does it; on another thread, in a copy of the document.
    done : callable, optional
        Gets what `work` returned, once the step is in the document.
    """

    document: LabelDocument
    title: str
    work: Work
    done: Callable[[Any], object] | None = None


class Draft:
    """A copy of a document for another thread to work on.

    Whatever the document can do, it can do in the draft. Taking over takes no longer
    than there are blocks of labels that changed.

    Parameters
    ----------
    document : LabelDocument
        What is copied, on the thread that it belongs to; that takes no time.
    """

    def __init__(self, document: LabelDocument) -> None:
        self._before = document.copy()
        self._after = self._before.copy()
        self._after.subscribe_edits(self._note)
        self._steps: list[tuple[str, Edit]] = []
        self.result: Any = None
        """What the work returned."""

    @property
    def edit(self) -> Edit | None:
        """The last step; None if nothing changed."""
        return self._steps[-1][1] if self._steps else None

    @property
    def remakes_history(self) -> bool:
        """Whether a step was undone or done again."""
        return any(action != "edit" for action, _ in self._steps)

    def run(self, work: Work, job: JobContext) -> None:
        """Work on the copy, on any thread.

        Raises
        ------
        JobCancelledError
            If the job was cancelled meanwhile.
        """
        self.result = work(self._after, job)
        job.check()

    def fits(self, document: LabelDocument) -> bool:
        """Tell whether the document is at these places as it was when it was copied."""
        if not self._steps:
            return True
        if self.remakes_history and not document.same_history(self._before):
            return False
        same_scheme = document.scheme == self._before.scheme
        return same_scheme and all(document.same_at(edit, self._before) for _, edit in self._steps)

    def enter(self, document: LabelDocument) -> None:
        """Do the same in the document that was copied, which must fit."""
        for action, edit in self._steps:
            document.take_over(action, edit, self._after)

    def run_after(self, other: Draft, work: Work, job: JobContext) -> None:
        """Do again what was done in a draft that does not fit any more.

        What has been labelled by hand since then stays. Where classes were changed too
        the ids may mean something else, and all is worked out anew.

        Parameters
        ----------
        other : Draft
            The earlier draft.
        work : callable
            What it had run.
        job : JobContext
            Checked after each section.
        """
        edit = other.edit
        if edit is None or self._must_begin_anew(other, edit):
            self.run(work, job)
            return
        self.result = other.result
        with self._after.group(edit.title):
            for number, change in enumerate(edit.changes):
                job.check()
                job.report(number, len(edit.changes))
                if isinstance(change, Patch):
                    self._paint_again(change, other)
                elif isinstance(change, PickChange):
                    self._pick_again(change, other)

    def _must_begin_anew(self, other: Draft, edit: Edit) -> bool:
        scheme_changed = self._before.scheme != other._before.scheme
        return scheme_changed or any(isinstance(c, SchemeChange) for c in edit.changes)

    def _paint_again(self, patch: Patch, other: Draft) -> None:
        place = (patch.key, patch.rows, patch.cols)
        before, wanted, present = (
            np.stack(document.window(*place))
            for document in (other._before, other._after, self._after)
        )
        by_hand = (present != before).any(axis=0)
        classes, sure = np.where(by_hand, present, wanted)
        self._after.paint(patch.key, patch.row, patch.col, classes, sure, title="")

    def _pick_again(self, change: PickChange, other: Draft) -> None:
        pick = change.after or change.before
        if pick is None:
            return
        ids = {p.id: p for p in self._after.all_picks()}
        if ids.get(pick.id) != {p.id: p for p in other._before.all_picks()}.get(pick.id):
            return
        if change.after is None:
            self._after.remove_pick(pick.id)
        elif change.before is None:
            self._after.add_pick(pick)
        else:
            self._after.replace_pick(pick)

    def _note(self, action: str, edit: Edit) -> None:
        self._steps.append((action, edit))
