"""The labels themselves: planes, picks and scheme, to which changes are applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from engine.session.edits import Change, LabelChange, LabelKey, Patch, Pick, PickChange
from engine.session.label_scheme import LabelScheme
from engine.session.sparse_plane import SparsePlane

ShapeOf = Callable[[str, int], tuple[int, int]]
"""Rows and columns of a section, from its direction and index."""


class LabelState:
    """What is labelled at one moment.

    Parameters
    ----------
    shape_of : callable
        Tells the shape of a section.
    scheme : LabelScheme
        The classes.
    """

    def __init__(self, shape_of: ShapeOf, scheme: LabelScheme) -> None:
        self.shape_of = shape_of
        self.scheme = scheme
        self.planes: dict[LabelKey, SparsePlane] = {}
        self.picks: dict[str, Pick] = {}
        self._shared: set[LabelKey] = set()

    def copy(self) -> LabelState:
        """Return labels that are changed on their own; what is labelled is shared until then.

        It takes no longer than the list of labelled sections is long.
        """
        other = LabelState(self.shape_of, self.scheme)
        other.planes, other.picks = dict(self.planes), dict(self.picks)
        # Whoever writes first takes a plane of its own; the present ones stay as they are.
        self._shared, other._shared = set(self.planes), set(self.planes)
        return other

    def plane(self, key: LabelKey) -> SparsePlane:
        """Return the plane of a section, a blank one where nothing is labelled."""
        found = self.planes.get(key)
        return SparsePlane(self.shape_of(key.direction, key.index)) if found is None else found

    def share_block(self, key: LabelKey, at: tuple[int, int]) -> NDArray[np.uint8] | None:
        """Return a block that stays as it is from now on; see `SparsePlane.blocks`."""
        plane = self.planes.get(key)
        return None if plane is None else plane.share_block(at)

    def apply(self, change: Change) -> LabelChange:
        """Make a change and tell where it was."""
        return self._set(change, revert=False)

    def revert(self, change: Change) -> LabelChange:
        """Take a change back and tell where it was."""
        return self._set(change, revert=True)

    def take(self, change: Change, source: LabelState) -> LabelChange:
        """Let the place of a change be as it is elsewhere, and tell where that was.

        Parameters
        ----------
        change : Change
            It was made, or taken back, in `source`.
        source : LabelState
            A copy of these labels; its blocks are taken as they are.
        """
        if isinstance(change, Patch):
            plane, theirs = self._own_plane(change.key), source.planes.get(change.key)
            for at in change.blocks():
                plane.put_block(at, None if theirs is None else theirs.blocks.get(at))
            return self._keep(change, plane)
        if isinstance(change, PickChange):
            pick = change.after or change.before
            there = None if pick is None else source.picks.get(pick.id)
            return self._put_pick(change.before or change.after, there)
        self.scheme = source.scheme
        return LabelChange("scheme")

    def same_at(self, change: Change, other: LabelState) -> bool:
        """Tell whether the place of a change is in both labels as when one was copied."""
        if isinstance(change, Patch):
            mine, theirs = self.planes.get(change.key), other.planes.get(change.key)
            if mine is theirs:
                return True
            ours, others = ({} if p is None else p.blocks for p in (mine, theirs))
            return all(ours.get(at) is others.get(at) for at in change.blocks())
        if isinstance(change, PickChange):
            pick = change.after or change.before
            return pick is None or self.picks.get(pick.id) == other.picks.get(pick.id)
        return self.scheme == other.scheme

    def used(self) -> Iterator[int]:
        """Yield the class ids of all labels and picks."""
        for plane in self.planes.values():
            yield from plane.used()
        for pick in self.picks.values():
            yield pick.class_id

    def _set(self, change: Change, *, revert: bool) -> LabelChange:
        if isinstance(change, Patch):
            return self._write(change, revert=revert)
        if isinstance(change, PickChange):
            return self._set_pick(change, revert=revert)
        self.scheme = change.before if revert else change.after
        return LabelChange("scheme")

    def _write(self, patch: Patch, *, revert: bool) -> LabelChange:
        values = patch.values()
        plane = self._own_plane(patch.key)
        first = 0 if revert else 1
        plane.write(patch.row, patch.col, values[first], values[first + 2])
        return self._keep(patch, plane)

    def _own_plane(self, key: LabelKey) -> SparsePlane:
        """Return a plane that nobody else reads."""
        plane = self.plane(key)
        if key in self._shared:
            self._shared.discard(key)
            plane = plane.copy()
        return plane

    def _keep(self, patch: Patch, plane: SparsePlane) -> LabelChange:
        if plane.blank:
            self.planes.pop(patch.key, None)
        else:
            self.planes[patch.key] = plane
        return LabelChange("samples", patch.key, patch.rows, patch.cols)

    def _set_pick(self, change: PickChange, *, revert: bool) -> LabelChange:
        old, new = change.before, change.after
        if revert:
            old, new = new, old
        return self._put_pick(old, new)

    def _put_pick(self, old: Pick | None, new: Pick | None) -> LabelChange:
        if new is not None:
            self.picks[new.id] = new
            return LabelChange("picks", new.key)
        if old is None:
            return LabelChange("picks")
        self.picks.pop(old.id, None)
        return LabelChange("picks", old.key)
