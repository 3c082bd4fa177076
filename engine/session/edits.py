"""Changes of labels as values, which are applied, reverted and kept."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from engine.core.labels import CERTAIN
from engine.errors import DataError
from engine.session.label_scheme import LabelScheme
from engine.session.sparse_plane import BLOCK

PICK_KINDS: Final = ("stick", "polyline")

# Rectangles are mostly of one value: the fastest level leaves a hundredth already.
_LEVEL = 1


@dataclass(frozen=True, slots=True, order=True)
class LabelKey:
    """Whose labels, and of which section.

    Parameters
    ----------
    author : str
        Name of the interpreter.
    direction : str
        Direction of the section.
    index : int
        Position along that direction, from 0.
    """

    author: str
    direction: str
    index: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", int(self.index))


BlockKey = tuple[LabelKey, tuple[int, int]]
"""A block of a section, by its row and column of blocks."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A fault stick or another polyline on a section.

    Parameters
    ----------
    id : str
        Differs between any two picks of a project.
    kind : {"stick", "polyline"}
        What it stands for.
    direction : str
        Direction of its section.
    index : int
        Position of the section along that direction, from 0.
    nodes : tuple of (float, float)
        Column and row of each node on the grid of the section; 0 is the middle of
        the first sample.
    class_id : int
        What it belongs to.
    certainty : int, default `CERTAIN`
        How sure the interpreter is.
    author : str, default ""
        Who picked it.
    name : str, default ""
        What it is called: those of one fault share a name.

    Raises
    ------
    DataError
        If the kind is unknown or a node is not finite.
    """

    id: str
    kind: str
    direction: str
    index: int
    nodes: tuple[tuple[float, float], ...]
    class_id: int
    certainty: int = CERTAIN
    author: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        # Indices and nodes often come out of arrays; files want plain numbers.
        object.__setattr__(self, "index", int(self.index))
        nodes = tuple((float(col), float(row)) for col, row in self.nodes)
        object.__setattr__(self, "nodes", nodes)
        if self.kind not in PICK_KINDS:
            raise DataError(f"pick {self.id}: kind {self.kind!r} is none of {PICK_KINDS}")
        if not np.isfinite(np.asarray(self.nodes, dtype=np.float64)).all():
            raise DataError(f"pick {self.id}: a node has no place")

    @property
    def key(self) -> LabelKey:
        """Whose it is, and of which section."""
        return LabelKey(self.author, self.direction, self.index)


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of changed labels; the values are kept compressed.

    Parameters
    ----------
    key : LabelKey
        Where.
    row, col : int
        The upper left sample.
    shape : tuple of int
        Rows and columns.
    packed : bytes
        Classes before and after, certainties before and after, compressed with zlib.
    """

    key: LabelKey
    row: int
    col: int
    shape: tuple[int, int]
    packed: bytes

    @classmethod
    def of(
        cls,
        key: LabelKey,
        place: tuple[int, int],
        classes: tuple[NDArray[np.uint8], NDArray[np.uint8]],
        certainty: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    ) -> Patch:
        """Keep a change.

        Parameters
        ----------
        key : LabelKey
            Where.
        place : tuple of int
            Row and column of the upper left sample.
        classes, certainty : tuple of two ndarray of uint8, shape (n_rows, n_cols)
            Before and after.

        Returns
        -------
        Patch
            The compressed change.
        """
        values = np.stack([*classes, *certainty])
        _, n_rows, n_cols = values.shape
        row, col = map(int, place)
        return cls(key, row, col, (n_rows, n_cols), zlib.compress(values.tobytes(), _LEVEL))

    @property
    def rows(self) -> slice:
        """The changed rows."""
        return slice(self.row, self.row + self.shape[0])

    @property
    def cols(self) -> slice:
        """The changed columns."""
        return slice(self.col, self.col + self.shape[1])

    @property
    def before_classes(self) -> NDArray[np.uint8]:
        """Class ids before, of `shape`."""
        return self._plane(0)

    @property
    def after_classes(self) -> NDArray[np.uint8]:
        """Class ids after, of `shape`."""
        return self._plane(1)

    @property
    def before_certainty(self) -> NDArray[np.uint8]:
        """Certainties before, of `shape`."""
        return self._plane(2)

    @property
    def after_certainty(self) -> NDArray[np.uint8]:
        """Certainties after, of `shape`."""
        return self._plane(3)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield row and column of each block of a `SparsePlane` that it meets."""
        for row in range(self.rows.start // BLOCK, (self.rows.stop - 1) // BLOCK + 1):
            for col in range(self.cols.start // BLOCK, (self.cols.stop - 1) // BLOCK + 1):
                yield row, col

    def _plane(self, number: int) -> NDArray[np.uint8]:
        plane: NDArray[np.uint8] = self.values()[number]
        return plane

    def values(self) -> NDArray[np.uint8]:
        """Unpack all, of shape ``(4, n_rows, n_cols)`` in the order of `packed`.

        Raises
        ------
        DataError
            If there is more or less in it than its shape tells.
        """
        expected = 4 * self.shape[0] * self.shape[1]
        unpacker = zlib.decompressobj()
        try:
            raw = unpacker.decompress(self.packed, expected + 1)
        except zlib.error as error:
            raise DataError(f"a change of labels is damaged ({error})") from error
        if len(raw) != expected or not unpacker.eof:
            raise DataError(f"a change of labels is damaged: {len(raw)} of {expected} bytes")
        return np.frombuffer(raw, dtype=np.uint8).reshape(4, *self.shape)


@dataclass(frozen=True, slots=True)
class PickChange:
    """A pick that was added (nothing before), replaced, or removed (nothing after)."""

    before: Pick | None
    after: Pick | None


@dataclass(frozen=True, slots=True)
class SchemeChange:
    """Another class scheme."""

    before: LabelScheme
    after: LabelScheme


Change = Patch | PickChange | SchemeChange


@dataclass(frozen=True, slots=True)
class Edit:
    """One step of undo.

    Parameters
    ----------
    title : str
        What was done, for the menu: ``Brush``.
    changes : tuple of Change
        In the order in which they were made.
    """

    title: str
    changes: tuple[Change, ...]

    @property
    def n_samples(self) -> int:
        """Samples in the rectangles that it changed."""
        patches = (change for change in self.changes if isinstance(change, Patch))
        return sum(patch.shape[0] * patch.shape[1] for patch in patches)


@dataclass(frozen=True, slots=True)
class LabelChange:
    """What listeners of a document are told.

    Parameters
    ----------
    kind : {"samples", "picks", "scheme", "history"}
        What changed; ``history`` follows each finished edit, undo and redo.
    key : LabelKey, optional
        Where, for samples and picks.
    rows, cols : slice, optional
        The changed rectangle, for samples.
    """

    kind: Literal["samples", "picks", "scheme", "history"]
    key: LabelKey | None = None
    rows: slice | None = None
    cols: slice | None = None
