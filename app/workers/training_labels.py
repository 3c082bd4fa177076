"""Labels for a training, collected on a lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.workers.training_choice import Trained, TrainingChoice
from engine.core.axes import Axis
from engine.core.labels import LabelledSection
from engine.core.volume import Volume
from engine.data.label_snapshot import sample_places
from engine.jobs.context import JobContext
from engine.session.labels import LabelDocument
from engine.session.training_labels import training_sections


@dataclass(frozen=True, slots=True, eq=False)
class CollectedLabels:
    """The labels of one direction.

    Parameters
    ----------
    sections : tuple of LabelledSection
        As `training_sections` returns them.
    places : tuple of float
        Where their samples lie; see `sample_places`.
    axis : Axis or None
        What places are indices of; None without sections.
    """

    sections: tuple[LabelledSection, ...]
    places: tuple[float, ...] = ()
    axis: Axis | None = None


def collect_labels(
    document: LabelDocument, direction: str, volume: Volume, job: JobContext
) -> CollectedLabels:
    """Collect what a training on one direction would learn from.

    Parameters
    ----------
    document : LabelDocument
        A copy that nobody changes.
    direction : str
        Direction of the sections.
    volume : Volume
        What is labelled.
    job : JobContext
        Checked and told after each section.

    Returns
    -------
    CollectedLabels
        Without sections where nothing is labelled.
    """
    sections = training_sections(document, direction, job)
    if not sections:
        return CollectedLabels(())
    return CollectedLabels(sections, *sample_places(sections, volume))


def train_as_labelled(
    document: LabelDocument,
    choice: TrainingChoice,
    train: Callable[[TrainingChoice, JobContext], Trained],
    job: JobContext,
) -> Trained:
    """Train on the labels of a document in place of those that were collected before.

    Parameters
    ----------
    document : LabelDocument
        A copy that nobody changes.
    choice : TrainingChoice
        What is trained.
    train : callable
        Trains it.
    job : JobContext
        Passed on.

    Returns
    -------
    Trained
        What `train` returned.
    """
    sections = training_sections(document, choice.sections[0].direction, job)
    return train(replace(choice, sections=sections), job)
