"""What the window knows of models."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine.core.class_scheme import ClassScheme
from engine.core.volume import Volume, domain_of
from engine.session.scores import ScoreTable


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model bundle as the window lists it.

    Parameters
    ----------
    name : str
        Its name.
    path : pathlib.Path
        Its folder.
    identity : str
        Changes when any of its files changes.
    task : str
        What it segments.
    encoder, decoder : str
        Names of its parts.
    available : bool
        Whether it can be used here.
    reason : str, default ""
        Why not, and what to do.
    classes : ClassScheme, optional
        Known when the bundle could be read.
    pipeline : str, default ""
        Fingerprint of its preprocessing.
    task_title : str, default ""
        The task's name for people.
    facts : tuple of (str, str), default ()
        What it says of itself: names and values, in the order to show them.
    scores : ScoreTable, optional
        What it was scored on, and how it did.
    shipped : bool, default False
        Whether it comes with Outcrop.
    domain : str, default "any"
        What it is for: ``seismic``, ``das``, ``lunar`` or ``any``.
    """

    name: str
    path: Path
    identity: str
    task: str
    encoder: str
    decoder: str
    available: bool
    reason: str = ""
    classes: ClassScheme | None = None
    pipeline: str = ""
    task_title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    scores: ScoreTable = field(default_factory=ScoreTable)
    shipped: bool = False
    domain: str = "any"

    def suits(self, volume: Volume) -> bool:
        """Tell whether it is for such data."""
        return self.domain in {"any", domain_of(volume.kind)}


@dataclass(frozen=True, slots=True)
class InstantModel:
    """A head that is fitted anew with each stroke, in the place of the model.

    Parameters
    ----------
    identity : str
        Another with each fit.
    classes : ClassScheme
        What it tells apart.
    """

    identity: str
    classes: ClassScheme
