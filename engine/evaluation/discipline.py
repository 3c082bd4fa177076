"""Which samples a model has seen before it is scored on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.data.sources import LabelledSource
from engine.store.bundle import Bundle

_IDENTITY = ("images", "masks", "volume", "labels", "direction")

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
    record = bundle.training.get("data")
    if not isinstance(record, Mapping) or not _same_source(record, data.describe()):
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


def distances_to_training(
    bundle: Bundle, data: LabelledSource, uses: Sequence[str]
) -> dict[int, float] | None:
    """Measure how far samples lie from the nearest one that was trained on.

    Parameters
    ----------
    bundle : Bundle
        Its record says whether numbers in names were taken for positions.
    data : LabelledSource
        The samples and their positions.
    uses : sequence of str
        Of the same samples, from `uses_of`.

    Returns
    -------
    dict of int to float, or None
        In slices, for each sample that was not trained on; None where positions
        are not known or none of the samples was trained on.
    """
    positions = data.positions
    trained = [index for index, use in enumerate(uses) if use == TRAINED]
    if positions is None or not trained:
        return None
    settings = bundle.training.get("settings")
    split = settings.get("split") if isinstance(settings, Mapping) else None
    by_position = isinstance(split, Mapping) and split.get("by") == "position"
    if not (positions.measured or by_position):
        return None
    places = positions.in_unit("slices")
    return {
        index: float(np.abs(places[trained] - places[index]).min())
        for index, use in enumerate(uses)
        if use != TRAINED
    }


def _same_source(record: Mapping[str, Any], described: Mapping[str, Any]) -> bool:
    keys = [key for key in _IDENTITY if key in described]
    return bool(keys) and all(record.get(key) == described[key] for key in keys)


def _names(record: Mapping[str, Any], part: str) -> Sequence[str]:
    names = record.get(f"{part}_names", ())
    return [str(name) for name in names] if isinstance(names, Sequence) else ()
