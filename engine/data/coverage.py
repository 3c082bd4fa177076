"""What the parts of a split hold: classes that are missing, samples without labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.data.class_cover import missing_classes
from engine.data.sources import LabelledSource
from engine.data.splits import Split
from engine.errors import DataError

_SHOWN = 5


def class_pixels(source: LabelledSource, indices: Sequence[int]) -> tuple[int, ...]:
    """Count the labelled pixels of each class in some samples.

    Parameters
    ----------
    source : LabelledSource
        The samples.
    indices : sequence of int
        Which of them.

    Returns
    -------
    tuple of int
        One number for each class; for balanced weights of a loss.
    """
    return tuple(int(n) for n in source.class_pixels[list(indices)].sum(axis=0))


def check_split(
    source: LabelledSource, split: Split, class_names: Sequence[str], *, patch: int
) -> tuple[str, ...]:
    """Refuse parts that cannot be trained or validated on, and name what else is odd.

    Parameters
    ----------
    source : LabelledSource
        The samples.
    split : Split
        Their parts.
    class_names : sequence of str
        Names of the classes in the order of their ids.
    patch : int
        The encoder's patch, in pixels.

    Returns
    -------
    tuple of str
        One sentence for each class that is missing from all labels or from a
        part, and for samples without labels; to be shown and kept in reports.

    Raises
    ------
    DataError
        If a sample is smaller than a patch, nothing is labelled in a part, or
        the training part holds one class only.
    """
    _check_sizes(source, patch)
    parts = {"training": split.training, "validation": split.validation, "test": split.test}
    counts = {
        name: source.class_pixels[list(part)].sum(axis=0) for name, part in parts.items() if part
    }
    for name, count in counts.items():
        if not count.any():
            raise DataError(
                f"no pixel of the {name} part is labelled: all are 255",
                hint="Label more of the masks, or choose another seed or other shares.",
            )
    present = [name for name, n in zip(class_names, counts["training"], strict=True) if n]
    if len(present) == 1:
        raise DataError(
            f"every labelled pixel of the training part is {present[0]}",
            hint="Label at least two classes, or choose another seed or another split.",
        )
    return (*_missing(counts, class_names), *_unlabelled(source, split))


def _check_sizes(source: LabelledSource, patch: int) -> None:
    for name, (rows, cols) in zip(source.names, source.shapes, strict=True):
        if min(rows, cols) < patch:
            raise DataError(
                f"{name}: {rows} x {cols} pixels are less than a patch of {patch}",
                hint=f"Give images of at least {patch} x {patch} pixels, or leave it out.",
            )


def _missing(counts: dict[str, NDArray[np.int64]], class_names: Sequence[str]) -> list[str]:
    """Name the classes that no label or not every part has."""
    warnings = []
    for k, lacking in missing_classes(counts).items():
        name = class_names[k]
        if len(lacking) == len(counts):
            warnings.append(f"class {name} is in no label: the model cannot learn it")
        elif "training" in lacking:
            warnings.append(f"class {name} is not in the training part: the model cannot learn it")
        else:
            warnings.append(
                f"class {name} is not in the {' nor the '.join(lacking)} part: "
                "its scores there say nothing"
                + ", and the last epoch is kept"
                * ("validation" in lacking)
            )
    return warnings


def _unlabelled(source: LabelledSource, split: Split) -> list[str]:
    used = sorted({*split.training, *split.validation, *split.test})
    empty = [source.names[i] for i in used if not source.class_pixels[i].any()]
    if not empty:
        return []
    shown = ", ".join(empty[:_SHOWN]) + (", ..." * (len(empty) > _SHOWN))
    return [f"{len(empty)} of {len(used)} samples have no label at all and teach nothing: {shown}"]
