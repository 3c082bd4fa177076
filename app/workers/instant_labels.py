"""The labels that an instant head learns from, merged on the lane that fits it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.core.labels import LEFT_OUT, LabelledSection
from engine.jobs.context import JobContext
from engine.session.labels import LabelDocument

Place = tuple[str, int]
"""Direction and index of a section."""


class InstantLabels:
    """Merges the labels of all authors, those of a section again only when they changed.

    It is touched on one lane only.
    """

    def __init__(self) -> None:
        self._kept: dict[Place, tuple[int, LabelledSection, frozenset[int]]] = {}

    def merged(
        self, document: LabelDocument, edits: Mapping[Place, int], least: int, job: JobContext
    ) -> tuple[LabelledSection, ...]:
        """Return all labelled sections.

        Parameters
        ----------
        document : LabelDocument
            A copy that nobody changes.
        edits : mapping of (str, int) to int
            Number of the last change of sections that changed.
        least : int
            Number of the change before which nothing that was merged holds.
        job : JobContext
            Checked before each section.

        Returns
        -------
        tuple of LabelledSection
            In order of their places; empty if fewer than two classes are labelled.
        """
        places = sorted({(key.direction, key.index) for key in document.keys()})  # noqa: SIM118 - not a mapping
        found: dict[Place, tuple[int, LabelledSection, frozenset[int]]] = {}
        for place in places:
            job.check()
            number, kept = edits.get(place, least), self._kept.get(place)
            if kept is None or kept[0] != number or kept[0] < least:
                section = document.merged(*place)
                kept = (number, section, _classes(section))
            found[place] = kept
        self._kept = found
        if len(frozenset().union(*(classes for _, _, classes in found.values()))) < 2:
            return ()
        return tuple(section for _, section, _ in found.values() if section.n_labelled)


def _classes(section: LabelledSection) -> frozenset[int]:
    """Return the classes that are labelled in a section."""
    counts = np.bincount(section.classes.ravel(), minlength=256)
    return frozenset(np.flatnonzero(counts[:LEFT_OUT]).tolist())
