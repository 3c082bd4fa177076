"""The labels themselves: planes, picks and scheme, to which changes are applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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

    def plane(self, key: LabelKey) -> SparsePlane:
        """Return the plane of a section, a blank one where nothing is labelled."""
        found = self.planes.get(key)
        return SparsePlane(self.shape_of(key.direction, key.index)) if found is None else found

    def apply(self, change: Change) -> LabelChange:
        """Make a change and tell where it was."""
        return self._set(change, revert=False)

    def revert(self, change: Change) -> LabelChange:
        """Take a change back and tell where it was."""
        return self._set(change, revert=True)

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
        plane = self.plane(patch.key)
        first = 0 if revert else 1
        plane.write(patch.row, patch.col, values[first], values[first + 2])
        if plane.blank:
            self.planes.pop(patch.key, None)
        else:
            self.planes[patch.key] = plane
        return LabelChange("samples", patch.key, patch.rows, patch.cols)

    def _set_pick(self, change: PickChange, *, revert: bool) -> LabelChange:
        old, new = change.before, change.after
        if revert:
            old, new = new, old
        if new is not None:
            self.picks[new.id] = new
            return LabelChange("picks", new.key)
        if old is None:
            return LabelChange("picks")
        self.picks.pop(old.id, None)
        return LabelChange("picks", old.key)
