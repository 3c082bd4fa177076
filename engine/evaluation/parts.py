"""The part of a training's own data that is scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.data.sources import LabelledSource
from engine.errors import DataError
from engine.evaluation.discipline import NEW, SELECTED, TEST, TRAINED, uses_of
from engine.store.bundle import Bundle

ALL = "all"

_USES = MappingProxyType({"training": TRAINED, "validation": SELECTED, "test": TEST})

PARTS = (ALL, *_USES)
"""What can be scored: everything new, or what training did one thing with."""


@dataclass(frozen=True, slots=True)
class Part:
    """Samples of a source that were held back, and how far they are from the others.

    Parameters
    ----------
    indices : tuple of int
        Ascending positions in the source.
    distances : mapping of int to float, optional
        From each of them to the nearest sample that was trained on; found from the
        bundle's record when left out.
    unit : str, default "slices"
        Unit of the distances.
    """

    indices: tuple[int, ...]
    distances: Mapping[int, float] | None = None
    unit: str = "slices"


def part_indices(bundle: Bundle, data: LabelledSource, part: str) -> tuple[int, ...]:
    """Find the samples of a part.

    Parameters
    ----------
    bundle : Bundle
        Its record names the samples of the parts.
    data : LabelledSource
        Of which some are to be scored.
    part : {"all", "training", "validation", "test"}
        Which part of the data the model was trained on; ``all`` of data that bring
        a test part themselves is that part.

    Returns
    -------
    tuple of int
        Ascending positions in `data`, at least one.

    Raises
    ------
    DataError
        If the bundle has no record of these data, or none of them is of the part.
    """
    if part == ALL:
        return data.held_out or tuple(range(len(data)))
    uses = uses_of(bundle, data)
    indices = tuple(index for index, use in enumerate(uses) if use == _USES[part])
    if indices:
        return indices
    if set(uses) <= {NEW}:
        raise DataError(
            f"{bundle.name}: its record of the training does not have these data, "
            f"so their {part} part is not known",
            hint="Name the data as for the training, or leave --part out to score them all.",
        )
    raise DataError(
        f"{bundle.name}: none of the {len(data)} samples is of the {part} part of its training",
        hint=f"Leave --part out to score them all{_way_to(part)}.",
    )


def _way_to(part: str) -> str:
    return ", or keep a test part with 'outcrop train --test 0.2'" if part == "test" else ""
