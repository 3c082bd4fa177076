"""What a document of labels gives to a training: areas, and sticks drawn as areas."""

from __future__ import annotations

from typing import Final

from engine.core.labels import LabelledSection
from engine.core.painting import polyline
from engine.jobs.context import NULL_JOB, JobContext
from engine.session.edits import Pick
from engine.session.labels import LabelDocument

STICK_RADIUS: Final = 1.5
"""Half the width of a fault stick in training labels, samples: published fault labels
are about three samples wide, and a thinner one would get lost where images shrink."""


def labelled_places(document: LabelDocument) -> dict[str, tuple[int, ...]]:
    """Find the sections with labels or picks.

    Parameters
    ----------
    document : LabelDocument
        By all authors.

    Returns
    -------
    dict of str to tuple of int
        Ascending indices of each direction, the direction with most sections first.
    """
    found: dict[str, set[int]] = {}
    places = [(key.direction, key.index) for key in sorted(document.keys())]
    places += [(pick.direction, pick.index) for pick in document.all_picks()]
    for direction, index in places:
        found.setdefault(direction, set()).add(index)
    return {
        direction: tuple(sorted(indices))
        for direction, indices in sorted(found.items(), key=lambda item: -len(item[1]))
    }


def training_sections(
    document: LabelDocument, direction: str, job: JobContext = NULL_JOB
) -> tuple[LabelledSection, ...]:
    """Copy the labels of one direction as a training takes them.

    Parameters
    ----------
    document : LabelDocument
        By all authors; what they call differently is settled by the document.
    direction : str
        Direction of the sections.
    job : JobContext, default NULL_JOB
        Checked and told after each section.

    Returns
    -------
    tuple of LabelledSection
        Ascending by index. Picks lie over what is painted.
    """
    sections = []
    indices = labelled_places(document).get(direction, ())
    for number, index in enumerate(indices):
        job.check()
        job.report(number, len(indices), "collecting the labels")
        section = document.merged(direction, index)
        for pick in document.picks(direction, index):
            _draw(pick, section)
        sections.append(section)
    return tuple(sections)


def _draw(pick: Pick, section: LabelledSection) -> None:
    stamp = polyline(pick.nodes, (STICK_RADIUS, STICK_RADIUS), section.classes.shape)
    if stamp is not None:
        section.classes[stamp.rows, stamp.cols][stamp.inside] = pick.class_id
        section.certainty[stamp.rows, stamp.cols][stamp.inside] = pick.certainty
