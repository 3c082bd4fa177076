"""What was done in a document and is not on disk yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.session.edits import BlockKey, Edit, LabelKey, Patch, Pick, SchemeChange
from engine.session.journal import Record
from engine.session.label_scheme import LabelScheme
from engine.session.labels import LabelDocument


@dataclass(frozen=True, slots=True)
class LabelSnapshot:
    """What is to be saved of a document at one moment.

    Parameters
    ----------
    sequence : int
        The last step in it.
    blocks : mapping
        Section and place of each block that changed -> its values, of shape
        ``(2, 256, 256)``; None where nothing is labelled any more.
    shapes : mapping of LabelKey to (int, int)
        Rows and columns of the sections of these blocks.
    scheme : LabelScheme
        The classes.
    picks : tuple of Pick
        All picks.
    """

    sequence: int
    blocks: Mapping[BlockKey, NDArray[np.uint8] | None]
    shapes: Mapping[LabelKey, tuple[int, int]]
    scheme: LabelScheme
    picks: tuple[Pick, ...]


class EditRecorder:
    """Follows a document; used by the thread that the document belongs to.

    Parameters
    ----------
    document : LabelDocument
        What is followed, from now on.
    author : callable
        Returns the name of whoever is at work.
    sequence : int, default 0
        The last step that is in the journal already.
    saved : int, default 0
        The last step that is saved already.
    noted : callable, optional
        Called after each step.
    """

    def __init__(
        self,
        document: LabelDocument,
        author: Callable[[], str],
        *,
        sequence: int = 0,
        saved: int = 0,
        noted: Callable[[], None] | None = None,
    ) -> None:
        self._document = document
        self._author = author
        self._noted = noted
        self.sequence = sequence
        self.saved = saved
        self._pending: list[Record] = []
        self._changed: set[BlockKey] = set()
        self._stop = document.subscribe_edits(self._note)

    @property
    def modified(self) -> bool:
        """Whether there are steps that are not saved; they may be in the journal."""
        return self.sequence != self.saved

    def take_records(self) -> tuple[Record, ...]:
        """Hand over the records that are to be written, once."""
        records, self._pending = tuple(self._pending), []
        return records

    def touch(self, blocks: Iterable[BlockKey]) -> None:
        """Save these blocks too, the next time."""
        self._changed.update(blocks)

    def snapshot(self) -> LabelSnapshot:
        """Take what changed since the last snapshot, as it is now."""
        blocks: dict[BlockKey, NDArray[np.uint8] | None] = {}
        for key, at in sorted(self._changed):
            blocks[key, at] = self._document.share_block(key, at)
        self._changed.clear()
        shapes = {key: self._document.shape(key.direction, key.index) for key, _ in blocks}
        document = self._document
        return LabelSnapshot(self.sequence, blocks, shapes, document.scheme, document.all_picks())

    def stop(self) -> None:
        """Follow the document no more."""
        self._stop()

    def _note(self, action: str, edit: Edit) -> None:
        if not self.sequence:
            first = _scheme_before(edit) or self._document.scheme
            self._add("begin", "New project", Edit("", (SchemeChange(first, first),)))
        self._add(action, edit.title, edit if action == "edit" else Edit("", ()))
        for change in edit.changes:
            if isinstance(change, Patch):
                self._changed.update((change.key, at) for at in change.blocks())
        if self._noted is not None:
            self._noted()

    def _add(self, action: str, title: str, edit: Edit) -> None:
        self.sequence += 1
        utc = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        record = Record(self.sequence, utc, self._author(), action, title, edit.changes)
        self._pending.append(record)


def _scheme_before(edit: Edit) -> LabelScheme | None:
    return next((c.before for c in edit.changes if isinstance(c, SchemeChange)), None)
