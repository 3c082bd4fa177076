"""From the journal back to the labels, and to what can be undone and redone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.errors import DataError, EngineError
from engine.session.edits import BlockKey, Change, Edit, Patch, SchemeChange
from engine.session.journal import Record
from engine.session.label_scheme import LabelScheme
from engine.session.label_state import LabelState


@dataclass(slots=True)
class Replay:
    """Labels with their history.

    Parameters
    ----------
    state : LabelState
        The labels as they were when step `since` was done; changed by `run`.
    since : int
        The steps up to this one are already in `state`.
    done, undone : list of Edit
        What can be undone, and redone, the last first to come at the end.
    steps : int
        How many records were taken.
    changed : set of BlockKey
        Blocks that were written since step `since`.
    """

    state: LabelState
    since: int = 0
    done: list[Edit] = field(default_factory=list)
    undone: list[Edit] = field(default_factory=list)
    steps: int = 0
    changed: set[BlockKey] = field(default_factory=set)

    def run(self, records: Sequence[Record]) -> str:
        """Take records in their order.

        Parameters
        ----------
        records : sequence of Record
            From the first on.

        Returns
        -------
        str
            Why it stopped before the last, in words; empty if it did not.
        """
        for record in records:
            try:
                self._take(record)
            except EngineError as error:
                return f"step {record.sequence} ({record.title}) does not fit: {error}"
            self.steps += 1
        return ""

    def _take(self, record: Record) -> None:
        new = record.sequence > self.since
        if record.action == "begin":
            return
        if record.action == "edit":
            edit = Edit(record.title, record.changes)
            for change in edit.changes:
                check_fits(change, self.state)
            if new:
                self._change(edit, revert=False)
            self.done.append(edit)
            self.undone.clear()
            return
        taken, put = (
            (self.done, self.undone) if record.action == "undo" else (self.undone, self.done)
        )
        if not taken:
            raise DataError(f"there is nothing to {record.action}")
        edit = taken.pop()
        if new:
            self._change(edit, revert=record.action == "undo")
        put.append(edit)

    def _change(self, edit: Edit, *, revert: bool) -> None:
        for change in reversed(edit.changes) if revert else edit.changes:
            (self.state.revert if revert else self.state.apply)(change)
            if isinstance(change, Patch):
                self.changed.update((change.key, at) for at in change.blocks())


def first_scheme(records: Sequence[Record]) -> LabelScheme | None:
    """Return the class scheme that a project began with; None if the journal does not tell."""
    if records and records[0].action == "begin":
        for change in records[0].changes:
            if isinstance(change, SchemeChange):
                return change.after
    return None


def check_fits(change: Change, state: LabelState) -> None:
    """Check that a change lies inside its section.

    Parameters
    ----------
    change : Change
        Read from a file.
    state : LabelState
        Knows the sections.

    Raises
    ------
    DataError
        If it does not, or there is no such section; then the data are others than
        those that were labelled.
    """
    if not isinstance(change, Patch):
        return
    key = change.key
    try:
        n_rows, n_cols = state.shape_of(key.direction, key.index)
    except (ValueError, IndexError) as error:
        raise DataError(f"the data have no {key.direction} {key.index}") from error
    if change.rows.stop > n_rows or change.cols.stop > n_cols:
        raise DataError(
            f"{key.direction} {key.index} has {n_rows} x {n_cols} samples,"
            f" labels reach to {change.rows.stop} x {change.cols.stop}"
        )
