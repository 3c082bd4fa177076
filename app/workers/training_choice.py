"""What is trained, as chosen in the dialog, and what the dialog begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.core.class_scheme import ClassScheme
from engine.core.labels import LabelledSection
from engine.core.volume import Volume
from engine.data.slice_ranges import SliceRanges


@dataclass(frozen=True, slots=True)
class TrainingRecipe:
    """How a model is trained.

    Parameters
    ----------
    decoder : str
        Name of the decoder.
    method : str
        How the encoder is tuned.
    epochs, batch : int
        Length of the run, and samples computed at once.
    encoder_rate, adapter_rate, decoder_rate : float
        Peak learning rates.
    flip : bool
        Whether samples are mirrored left to right.
    gain, noise, stretch : float
        Strength of other random changes; 0 for none.
    """

    decoder: str
    method: str
    epochs: int
    batch: int
    encoder_rate: float
    adapter_rate: float
    decoder_rate: float
    flip: bool = True
    gain: float = 0.0
    noise: float = 0.0
    stretch: float = 0.0


@dataclass(frozen=True, slots=True)
class TrainingDefaults:
    """What a base model suggests.

    Parameters
    ----------
    base : pathlib.Path
        Its bundle.
    recipe : TrainingRecipe
        From the preset of its task.
    decoders : tuple of str
        Decoders that its encoder goes with.
    methods : tuple of str
        Ways to tune it; one only if it was tuned already.
    note : str
        What of the base model cannot be kept; empty if all is.
    """

    base: Path
    recipe: TrainingRecipe
    decoders: tuple[str, ...]
    methods: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """A folder for new models.

    Parameters
    ----------
    path : pathlib.Path
        The folder, there or not.
    taken : frozenset of str
        Names of what lies there already, unfinished trainings included.
    """

    path: Path
    taken: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingChoice:
    """One training of a model on drawn labels.

    Parameters
    ----------
    out : pathlib.Path
        Folder of the new bundle.
    base : pathlib.Path
        Bundle to start from.
    recipe : TrainingRecipe
        How it is trained.
    classes : ClassScheme
        The classes of the labels.
    volume : Volume
        What was labelled.
    reader_options : mapping of str to object
        How it was opened.
    sections : tuple of LabelledSection
        The labels, all of one direction.
    ranges : SliceRanges
        Which of them are for training and for validation.
    device : str
        ``auto``, ``cuda``, ``mps`` or ``cpu``.
    pins : tuple of (str, int)
        Direction and index of the sections that are predicted meanwhile.
    """

    out: Path
    base: Path
    recipe: TrainingRecipe
    classes: ClassScheme
    volume: Volume
    reader_options: Mapping[str, Any]
    sections: tuple[LabelledSection, ...]
    ranges: SliceRanges
    device: str
    pins: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Trained:
    """How a training in the window ended.

    Parameters
    ----------
    path : pathlib.Path
        The bundle.
    summary : str
        The epoch that is kept and its scores; empty before the first.
    complete : bool
        False if it was broken off and can be gone on with.
    problem : str
        Why it ended early by itself; empty if it did not.
    """

    path: Path
    summary: str
    complete: bool
    problem: str = ""
