"""A folder of consecutive files as one record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.core.utc import NS_PER_S, iso_utc
from engine.errors import ReadError
from engine.readers.das.joined import GAPS, LONGEST_ROWS, JoinedSource, Part, listed
from engine.readers.das.source import RecordSource

_SAME_STEP = 1e-4
_SAME_PLACE = 0.5


def join(folder: Path, sources: Sequence[RecordSource], n_others: int) -> RecordSource:
    """Put files in order of time.

    Parameters
    ----------
    folder : pathlib.Path
        Where they are.
    sources : sequence of RecordSource
        At least one.
    n_others : int
        Files of the folder that are no records.

    Returns
    -------
    RecordSource
        One record. Times between files are NaN; of what two files hold, the
        later file's samples are dropped.

    Raises
    ------
    ReadError
        If a file has no date where there are several, or other channels or
        another sampling rate than the first.
    """
    if not sources:
        raise ReadError(folder, "holds no DAS file", hint="Name another folder.")
    ordered = sorted(sources, key=lambda source: source.facts.start_ns)
    first = ordered[0].facts
    for source in ordered[1:]:
        _check_alike(source, ordered[0])
    # Clocks drift within the tolerance: the mean of all files keeps them in place.
    step_ns = float(np.average([s.facts.step_ns for s in ordered]))
    parts, notes = _place(ordered, step_ns)
    if n_others:
        notes.append(f"{n_others} files of the folder are no DAS records and are left out.")
    n_samples = parts[-1].stop
    if n_samples > LONGEST_ROWS:
        raise ReadError(
            folder, "its files are years apart", hint="Move files of other records elsewhere."
        )
    facts = replace(
        first,
        title=f"{first.title}, {len(ordered)} file{'s' if len(ordered) > 1 else ''}",
        n_samples=n_samples,
        step_ns=step_ns,
        notes=tuple(dict.fromkeys([*notes, *(n for s in ordered for n in s.facts.notes)])),
    )
    return JoinedSource(folder, facts, tuple(parts))


def _check_alike(source: RecordSource, reference: RecordSource) -> None:
    facts, first = source.facts, reference.facts
    hint = f"{reference.path.name} differs: move one of them to another folder."
    if not (facts.has_date and first.has_date):
        raise ReadError(
            source.path if not facts.has_date else reference.path,
            "does not tell when it was recorded, so that it cannot be put in order",
            hint="Open it alone.",
        )
    if facts.channels.size != first.channels.size:
        raise ReadError(
            source.path,
            f"has {facts.channels.size} channels, not {first.channels.size}",
            hint=hint,
        )
    if abs(facts.step_ns - first.step_ns) > _SAME_STEP * first.step_ns:
        raise ReadError(
            source.path,
            f"has {NS_PER_S / facts.step_ns:.6g} samples a second, "
            f"not {NS_PER_S / first.step_ns:.6g}",
            hint=hint,
        )
    apart = max(
        abs(facts.channels.first - first.channels.first),
        abs(facts.channels.last - first.channels.last),
    )
    if facts.channels.name != first.channels.name or apart > _SAME_PLACE * abs(first.channels.step):
        raise ReadError(source.path, f"has channels elsewhere ({apart:g} m off)", hint=hint)
    if (facts.quantity, facts.unit) != (first.quantity, first.unit):
        raise ReadError(
            source.path,
            f"holds {facts.quantity or 'a quantity not stated'} {facts.unit}, "
            f"not {first.quantity or 'a quantity not stated'} {first.unit}",
            hint=hint,
        )


def _place(ordered: Sequence[RecordSource], step_ns: float) -> tuple[list[Part], list[str]]:
    """Give every file its rows; say where there are gaps and overlaps."""
    parts: list[Part] = []
    gaps: list[str] = []
    overlaps: list[str] = []
    origin_ns = ordered[0].facts.start_ns
    end = 0
    for source in ordered:
        facts = source.facts
        exact = (facts.start_ns - origin_ns) / step_ns
        # Clocks jitter: less than a sample is neither gap nor overlap.
        start = end if abs(exact - end) <= 1 else round(exact)
        if start > end:
            since = iso_utc(origin_ns + round(end * step_ns))
            gaps.append(f"{(start - end) * step_ns / NS_PER_S:.6g} s from {since}")
        skipped = max(0, end - start)
        if skipped:
            overlaps.append(f"{source.path.name} by {skipped * step_ns / NS_PER_S:.6g} s")
        if skipped < facts.n_samples:
            parts.append(Part(source, start + skipped, skipped, facts.n_samples - skipped))
            end = parts[-1].stop
    notes = []
    if gaps:
        notes.append(f"{GAPS}: {listed(gaps)}.")
    if overlaps:
        notes.append(f"Overlaps with the file before, dropped: {listed(overlaps)}.")
    return parts, notes
