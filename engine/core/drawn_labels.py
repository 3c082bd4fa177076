"""Labels of a section as they are drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.core.class_scheme import ClassScheme
from engine.core.labels import CERTAIN, LEFT_OUT, POSSIBLE, PROBABLE

SHADES = {CERTAIN: 1.0, PROBABLE: 0.62, POSSIBLE: 0.34}
"""Opacity by certainty, relative to that of what is certain."""
LEFT_OUT_COLOR = (96, 96, 96)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLabels:
    """What interpreters say of a section, and how that is drawn.

    Parameters
    ----------
    classes : ClassScheme
        The classes one labels with.
    ids, certainty : ndarray of uint8, shape (n_rows, n_cols)
        The labels.
    hidden : frozenset of int
        Classes that are not drawn.
    opacity : float
        Of certain labels, from 0 to 1.
    """

    classes: ClassScheme
    ids: NDArray[np.uint8]
    certainty: NDArray[np.uint8]
    hidden: frozenset[int]
    opacity: float

    def part(self, rows: slice, cols: slice) -> DrawnLabels:
        """Return those of a rectangle."""
        return replace(self, ids=self.ids[rows, cols], certainty=self.certainty[rows, cols])

    @property
    def entries(self) -> tuple[tuple[str, str], ...]:
        """Name and colour of each class that is drawn somewhere, in their order."""
        present = np.flatnonzero(np.bincount(self.ids.ravel(), minlength=256))
        named = [
            (item.name, item.color)
            for number, item in enumerate(self.classes.classes)
            if number in present and number not in self.hidden
        ]
        if LEFT_OUT in present:
            named.append(("left out", "#{:02x}{:02x}{:02x}".format(*LEFT_OUT_COLOR)))
        return tuple(named)

    def rgba(self) -> NDArray[np.uint8]:
        """Return colours, shape ``(n_rows, n_cols, 4)``; clear where nothing is drawn."""
        table = np.zeros((CERTAIN + 1, 256, 4), dtype=np.uint8)
        for certainty, shade in SHADES.items():
            alpha = round(255 * self.opacity * shade)
            for number, item in enumerate(self.classes.classes):
                if number not in self.hidden:
                    table[certainty, number] = (*bytes.fromhex(item.color[1:]), alpha)
        table[:, LEFT_OUT] = (*LEFT_OUT_COLOR, round(255 * self.opacity))
        colors: NDArray[np.uint8] = table[self.certainty, self.ids]
        return colors
