"""The classes one labels with, and those that are locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.core.class_scheme import ClassScheme, SegmentationClass
from engine.core.labels import LEFT_OUT
from engine.errors import DataError

FIRST_CLASSES: Final = ClassScheme(
    (
        SegmentationClass("background", "#8c8c8c", background=True),
        SegmentationClass("class 1", "#e69f00"),
    )
)
"""What one begins to label with where no model tells its classes."""


@dataclass(frozen=True, slots=True)
class LabelScheme:
    """Classes in the order of their ids, with locks.

    Parameters
    ----------
    classes : ClassScheme
        Names and colours; at most 254, since two ids mean something else.
    locked : frozenset of int, default empty
        Ids that are neither painted nor painted over.

    Raises
    ------
    DataError
        If there are too many classes, or a locked id is none of them.
    """

    classes: ClassScheme
    locked: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if len(self.classes) > LEFT_OUT:
            raise DataError(
                f"{len(self.classes)} classes to label with, at most {LEFT_OUT} are possible",
                hint="Join some of them.",
            )
        strange = sorted(set(self.locked) - set(range(len(self.classes))))
        if strange:
            raise DataError(f"locked classes {strange} are none of {len(self.classes)}")

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of the ids."""
        return self.classes.names

    def with_lock(self, class_id: int, *, locked: bool) -> LabelScheme:
        """Lock or unlock a class."""
        rest = self.locked - {class_id}
        return replace(self, locked=rest | {class_id} if locked else rest)

    def with_class(self, added: SegmentationClass) -> LabelScheme:
        """Add a class; it gets the next id."""
        return replace(self, classes=ClassScheme((*self.classes.classes, added)))

    def with_changed(self, class_id: int, changed: SegmentationClass) -> LabelScheme:
        """Give a class another name or colour."""
        classes = list(self.classes.classes)
        classes[class_id] = changed
        return replace(self, classes=ClassScheme(tuple(classes)))

    def without(self, class_id: int) -> LabelScheme:
        """Take a class out; those behind it get the id before theirs."""
        kept = (*self.classes.classes[:class_id], *self.classes.classes[class_id + 1 :])
        locked = frozenset(n - (n > class_id) for n in self.locked if n != class_id)
        return LabelScheme(ClassScheme(kept), locked)

    def to_json(self) -> dict[str, Any]:
        """Return the classes as `ClassScheme.to_json` has them, and the locked ids."""
        return {"classes": self.classes.to_json(), "locked": sorted(self.locked)}

    @classmethod
    def from_json(cls, value: object) -> LabelScheme:
        """Build a scheme from what `to_json` or `ClassScheme.to_json` returned.

        Raises
        ------
        DataError
            If it is none.
        """
        whole = value if isinstance(value, Mapping) else {"classes": value}
        classes, locked = whole.get("classes"), whole.get("locked", [])
        if not isinstance(classes, list) or not isinstance(locked, list):
            raise DataError("the class scheme is not a list of classes")
        if not all(type(number) is int for number in locked):
            raise DataError(f"locked classes are {locked}, not ids")
        return cls(ClassScheme.from_json(classes), frozenset(locked))
