"""What a figure of a section is made of; matplotlib is loaded where it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.workers.analysis import VisiblePart
from engine.core.axes import Axis
from engine.core.drawn_labels import DrawnLabels
from engine.core.section import Section
from engine.core.shades import Shades


@dataclass(frozen=True, slots=True)
class FigureChoice:
    """What was chosen for a figure.

    Parameters
    ----------
    path : pathlib.Path
        A PNG or an SVG file.
    width_mm, height_mm : float
        Printed size.
    dpi : int
        Pixels per inch of a PNG.
    whole : bool
        Whether all of the section is drawn, and not only what is seen.
    """

    path: Path
    width_mm: float
    height_mm: float
    dpi: int
    whole: bool


@dataclass(frozen=True, slots=True, eq=False)
class PictureSource:
    """What is on the screen.

    Parameters
    ----------
    part : VisiblePart
        The section and what of it is seen.
    mask : ndarray of uint8, shape (n_rows, n_cols), or None
        Class ids of the whole section, if they are drawn.
    labels : DrawnLabels or None
        Labels of the whole section, if they are drawn.
    look : mapping of str to object
        The other fields of a `SectionPicture`.
    shades : Shades, optional
        What else a model says of the whole section, if it is drawn.
    """

    part: VisiblePart
    mask: NDArray[np.uint8] | None
    labels: DrawnLabels | None
    look: Mapping[str, Any]
    shades: Shades | None = None

    def fields(self, *, whole: bool) -> dict[str, Any]:
        """Return the fields of a `SectionPicture` of the whole section or of what is seen."""
        part = self.part.exact()
        section, mask = part.section, self.mask
        labels, shades = self.labels, self.shades
        if not whole:
            rows, cols = part.rows, part.cols
            section = Section(
                section.data[rows, cols],
                _part(section.rows, rows),
                _part(section.cols, cols),
                section.plane,
            )
            mask = None if mask is None else mask[rows, cols]
            labels = None if labels is None else labels.part(rows, cols)
            shades = None if shades is None else shades.part(rows, cols)
        drawn = {"section": section, "mask": mask, "labels": labels, "shades": shades}
        return {**drawn, "levels": self.part.levels, **self.look}


def _part(axis: Axis, chosen: slice) -> Axis:
    return replace(axis, first=axis.value(chosen.start), size=chosen.stop - chosen.start)
