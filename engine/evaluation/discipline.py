"""Which samples a model has seen before it is scored on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.data.buffers import nearest
from engine.data.sources import LabelledSource
from engine.store.bundle import Bundle

_IDENTITY = ("images", "masks", "volume", "labels", "direction")
_BY_PLACE = ("position", "range")
"""Splits that take numbers in names for positions."""

TRAINED, SELECTED, TEST, UNUSED, NEW = "trained on", "selected on", "test", "not used", "unknown"
"""What training did with a sample; `NEW` where the bundle's record does not have it."""


def uses_of(bundle: Bundle, data: LabelledSource) -> tuple[str, ...]:
    """Say what a bundle's training did with each sample.

    Parameters
    ----------
    bundle : Bundle
        Its record names the data and the samples of the parts.
    data : LabelledSource
        What is evaluated.

    Returns
    -------
    tuple of str
        ``trained on``, ``selected on``, ``test``, ``not used`` or ``unknown`` for
        each sample.

    Notes
    -----
    Bundles do not carry their data, so sources are compared by what they say of
    themselves (for folders, the last two parts of their paths) and samples by
    name. A copy of the training data under another name is not noticed.
    """
    record = _table(bundle.training, "data")
    if not _same_source(record, data.describe()):
        return (NEW,) * len(data)
    known = dict.fromkeys(_names(record, "dropped"), UNUSED)
    known |= dict.fromkeys(_names(record, "test"), TEST)
    known |= dict.fromkeys(_names(record, "training"), TRAINED)
    known |= dict.fromkeys(_names(record, "validation"), SELECTED)
    if "training_names" not in record:
        # Older records count the first pairs and name those held back.
        n_pairs = record.get("pairs")
        first = data.names[: n_pairs if isinstance(n_pairs, int) else 0]
        known = dict.fromkeys(first, TRAINED) | known
    return tuple(known.get(name, NEW) for name in data.names)


def verdict(uses: Sequence[str]) -> str:
    """Say in one sentence what the scores are worth.

    Parameters
    ----------
    uses : sequence of str
        Of the evaluated samples, from `uses_of`.

    Returns
    -------
    str
        For a report; where seen samples are mixed with those of a test part, it
        says how to score these alone.
    """
    n, trained, selected = len(uses), uses.count(TRAINED), uses.count(SELECTED)
    if trained or selected:
        parts = [f"{trained} were trained on"] * bool(trained)
        parts += [f"{selected} selected the best epoch"] * bool(selected)
        text = f"Of these {n} files, {' and '.join(parts)}: the scores are better than on new data."
        kept = uses.count(TEST)
        return f"{text} --part test scores the {kept} of the test part alone." if kept else text
    if uses.count(TEST) == n and n:
        return f"All {n} files are of the test part: neither trained on nor used for selection."
    if uses.count(UNUSED) + uses.count(TEST) == n and n:
        return f"None of the {n} files was trained on or used for selection."
    return "The record of the model does not have these files; whether it saw them is not known."


@dataclass(frozen=True, slots=True)
class Distances:
    """How far samples lie from the nearest one that was trained on.

    Parameters
    ----------
    values : mapping of int to float
        By the sample's place in its source.
    unit : {"slices", "m", "s"}
        Of the values.
    """

    values: Mapping[int, float]
    unit: str


def distances_to_training(
    bundle: Bundle, data: LabelledSource, uses: Sequence[str]
) -> Distances | None:
    """Find how far samples lie from the nearest one that was trained on.

    Parameters
    ----------
    bundle : Bundle
        Its record has the distances of its own validation and test samples, and
        says whether numbers in names were taken for positions.
    data : LabelledSource
        The samples and their positions.
    uses : sequence of str
        Of the same samples, from `uses_of`.

    Returns
    -------
    Distances or None
        In the unit of the bundle's split, in slices where the data do not give that.
        Samples that are not in the record are measured only if all that was trained
        on is among the data. None where no distance is known.
    """
    record = _table(bundle.training, "data")
    split = _table(_table(bundle.training, "settings"), "split")
    unit, positions = str(split.get("unit", "slices")), data.positions
    values = _recorded(record, data, uses, unit)
    trained = [index for index, use in enumerate(uses) if use == TRAINED]
    rest = [index for index, use in enumerate(uses) if use != TRAINED and index not in values]
    # Among some of the samples trained on, the nearest one may be missing.
    complete = bool(trained) and len(trained) >= len(_names(record, "training"))
    if positions is not None and rest and complete:
        if not values and unit not in positions.units:
            unit = "slices"
        if unit in positions.units and (positions.measured or split.get("by") in _BY_PLACE):
            values |= nearest(positions, unit, trained, rest)
    return Distances(values, unit) if values else None


def _recorded(
    record: Mapping[str, Any], data: LabelledSource, uses: Sequence[str], unit: str
) -> dict[int, float]:
    """Look up the distances that training measured, by the names of the samples."""
    found: dict[str, float] = {}
    for part in ("validation", "test"):
        names, values = _names(record, part), record.get(f"{part}_distances_{unit}")
        if isinstance(values, Sequence) and len(values) == len(names):
            found |= dict(zip(names, values, strict=True))
    return {
        index: float(found[name])
        for index, (name, use) in enumerate(zip(data.names, uses, strict=True))
        if use in {SELECTED, TEST} and name in found
    }


def _table(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Look up a table that others may have written; empty if it is none."""
    value = values.get(key)
    return value if isinstance(value, Mapping) else {}


def _same_source(record: Mapping[str, Any], described: Mapping[str, Any]) -> bool:
    keys = [key for key in _IDENTITY if key in described]
    return bool(keys) and all(record.get(key) == described[key] for key in keys)


def _names(record: Mapping[str, Any], part: str) -> Sequence[str]:
    names = record.get(f"{part}_names", ())
    return [str(name) for name in names] if isinstance(names, Sequence) else ()
