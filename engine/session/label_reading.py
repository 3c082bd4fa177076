"""What can be read of labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import LabelledSection
from engine.session.edits import Edit, LabelKey, Pick
from engine.session.label_scheme import LabelScheme
from engine.session.label_state import LabelState
from engine.session.merging import differing, merge

Samples = NDArray[np.uint8]


class LabelReading:
    """Labels of all sections of a volume, by all their authors, for reading.

    Parameters
    ----------
    state : LabelState
        The labels; whoever made this may change them.
    """

    def __init__(self, state: LabelState) -> None:
        self._state = state

    @property
    def scheme(self) -> LabelScheme:
        """The classes one labels with."""
        return self._state.scheme

    def keys(self) -> tuple[LabelKey, ...]:
        """Return author and section of everything that is labelled, in order."""
        return tuple(sorted(self._state.planes))

    def blocks(self, key: LabelKey) -> Mapping[tuple[int, int], Samples]:
        """Return what is labelled of a section in blocks; see `SparsePlane.blocks`."""
        plane = self._state.planes.get(key)
        return {} if plane is None else plane.blocks

    def share_block(self, key: LabelKey, at: tuple[int, int]) -> Samples | None:
        """Return a block that stays as it is from now on; None if nothing is labelled in it."""
        return self._state.share_block(key, at)

    def shape(self, direction: str, index: int) -> tuple[int, int]:
        """Return rows and columns of a section."""
        return self._state.shape_of(direction, index)

    def plane(self, key: LabelKey) -> tuple[Samples, Samples]:
        """Copy the labels of a section by one author.

        Returns
        -------
        classes, certainty : ndarray of uint8, shape (n_rows, n_cols)
            `UNLABELLED` and 0 where nothing is labelled.
        """
        return self.window(key, slice(None), slice(None))

    def window(self, key: LabelKey, rows: slice, cols: slice) -> tuple[Samples, Samples]:
        """Copy a part of `plane`; what lies outside the section is cut off."""
        return self._state.plane(key).read(rows, cols)

    def authors_at(self, direction: str, index: int) -> tuple[str, ...]:
        """Return who has labelled a section, in order."""
        places = ((key.direction, key.index, key.author) for key in self._state.planes)
        return tuple(sorted(author for *at, author in places if at == [direction, index]))

    def merged(self, direction: str, index: int) -> LabelledSection:
        """Put the labels of all authors of a section together; see `merging.merge`."""
        blank = self.plane(LabelKey("", direction, index))
        return LabelledSection(direction, index, *merge(blank, self._planes_at(direction, index)))

    def labelled_sections(self) -> Iterator[LabelledSection]:
        """Yield each section with labels, merged over authors, in order; for training."""
        for direction, index in sorted({(key.direction, key.index) for key in self.keys()}):
            yield self.merged(direction, index)

    def disagreement(self, direction: str, index: int) -> NDArray[np.bool_]:
        """Tell where two authors of a section name different classes.

        Returns
        -------
        ndarray of bool, shape (n_rows, n_cols)
            True where they differ; a place that one has not labelled is none.
        """
        shape = self.shape(direction, index)
        return differing(shape, (classes for classes, _ in self._planes_at(direction, index)))

    def picks(self, direction: str, index: int) -> tuple[Pick, ...]:
        """Return the picks of a section by all authors."""
        return tuple(p for p in self.all_picks() if (p.direction, p.index) == (direction, index))

    def all_picks(self) -> tuple[Pick, ...]:
        """Return the picks of all sections."""
        return tuple(self._state.picks.values())

    def same_at(self, edit: Edit, other: LabelReading) -> bool:
        """Tell whether the places of an edit are in both as when one was copied."""
        return all(self._state.same_at(change, other._state) for change in edit.changes)

    def _planes_at(self, direction: str, index: int) -> Iterator[tuple[Samples, Samples]]:
        for author in self.authors_at(direction, index):
            yield self.plane(LabelKey(author, direction, index))
