"""Named, coloured classes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DataError

IGNORE = 255
"""The class id that means "not labelled" or "no data"."""

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class SegmentationClass:
    """One class.

    Parameters
    ----------
    name : str
        What it is, in words.
    color : str
        ``#rrggbb``.
    background : bool, default False
        Whether the class stands for "nothing of interest" and is drawn
        transparent.
    """

    name: str
    color: str
    background: bool = False


@dataclass(frozen=True, slots=True)
class ClassScheme:
    """Classes in the order of their ids.

    Parameters
    ----------
    classes : tuple of SegmentationClass
        Two to 255 classes with distinct names.

    Raises
    ------
    DataError
        If there are too few or too many, a name repeats, or a colour is not
        ``#rrggbb``.
    """

    classes: tuple[SegmentationClass, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.classes) <= IGNORE:
            raise DataError(
                f"a class scheme has 2 to {IGNORE} classes, not {len(self.classes)}",
                hint="Name the background as a class too.",
            )
        if len(set(self.names)) != len(self.classes):
            raise DataError(
                f"class names repeat: {', '.join(self.names)}",
                hint="Give each class a name of its own.",
            )
        for item in self.classes:
            if not _COLOR.fullmatch(item.color):
                raise DataError(
                    f"class {item.name}: colour {item.color!r} is not #rrggbb",
                    hint="Give red, green and blue as two hexadecimal digits each.",
                )

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of the ids."""
        return tuple(item.name for item in self.classes)

    def lut(self, *, hidden: frozenset[int] = frozenset()) -> NDArray[np.uint8]:
        """Return a table that colours masks.

        Parameters
        ----------
        hidden : frozenset of int
            Classes to draw transparent, besides the background.

        Returns
        -------
        ndarray of uint8, shape (256, 4)
            Red, green, blue and alpha for each id; ids without a class are
            transparent.
        """
        table = np.zeros((256, 4), dtype=np.uint8)
        for number, item in enumerate(self.classes):
            red_green_blue = bytes.fromhex(item.color[1:])
            table[number, :3] = tuple(red_green_blue)
            table[number, 3] = 0 if item.background or number in hidden else 255
        return table

    def to_json(self) -> list[dict[str, Any]]:
        """Return a list of name, colour and background."""
        return [
            {"name": item.name, "color": item.color, "background": item.background}
            for item in self.classes
        ]

    @classmethod
    def from_json(cls, value: Sequence[Mapping[str, Any]]) -> ClassScheme:
        """Build a scheme from what `to_json` returned.

        Raises
        ------
        DataError
            If an entry lacks its name or colour.
        """
        try:
            return cls(
                tuple(
                    SegmentationClass(
                        str(item["name"]), str(item["color"]), bool(item.get("background", False))
                    )
                    for item in value
                )
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise DataError(f"the class scheme is incomplete ({error})") from error
