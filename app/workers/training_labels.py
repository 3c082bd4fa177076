"""Labels for a training, collected on a lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.workers.training_choice import Trained, TrainingChoice
from engine.core.labels import LabelledSection
from engine.core.volume import Volume
from engine.data.sample_places import SamplePlaces, sample_places
from engine.data.slice_ranges import SliceRanges
from engine.data.split_proposal import propose_ranges
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
    samples : SamplePlaces or None
        Where their samples lie, and what they hold; None without sections.
    proposed : SliceRanges or None
        A split of them; None for fewer than two.
    """

    sections: tuple[LabelledSection, ...]
    samples: SamplePlaces | None = None
    proposed: SliceRanges | None = None

    @classmethod
    def of(
        cls, sections: tuple[LabelledSection, ...], volume: Volume, n_classes: int
    ) -> CollectedLabels:
        """Look for the samples of sections, and propose a split of them.

        Parameters
        ----------
        sections : tuple of LabelledSection
            Of one direction; may be empty.
        volume : Volume
            What is labelled.
        n_classes : int
            Classes of the labels.

        Returns
        -------
        CollectedLabels
            Without sections where no sample belongs to a class.
        """
        samples = sample_places(sections, volume, n_classes) if sections else None
        if samples is None or not samples.places:
            return cls(())
        return cls(sections, samples, propose_ranges(samples))


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
    return CollectedLabels.of(sections, volume, len(document.scheme.classes))


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
