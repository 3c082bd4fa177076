"""What to train, on what, and where to put it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from engine.core.class_scheme import ClassScheme
from engine.data.folder import FolderSource
from engine.errors import ModelError, WriteError
from engine.models.spec import ModelSpec
from engine.models.weight_store import WeightStore
from engine.training.settings import TrainingSettings

PREFERRED_ENCODERS = ("dinov2-vits14", "outcrop-vit-tiny14")
"""Encoders to start from when none is named, best first."""


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """One training run.

    Parameters
    ----------
    task : str
        Name of the task.
    classes : ClassScheme
        What the masks' ids mean.
    source : FolderSource
        Images and masks.
    spec : ModelSpec
        The network and how its encoder is tuned.
    settings : TrainingSettings
        Size, rates, epochs, seed.
    out : pathlib.Path
        Folder of the bundle to write.
    overwrite : bool, default False
        Whether a bundle that is there may be replaced.
    """

    task: str
    classes: ClassScheme
    source: FolderSource
    spec: ModelSpec
    settings: TrainingSettings
    out: Path
    overwrite: bool = False


def check_place(request: TrainingRequest) -> None:
    """Refuse a place for the bundle before any time is spent.

    Parameters
    ----------
    request : TrainingRequest
        Its `out` and `overwrite` are looked at.

    Raises
    ------
    WriteError
        If something is there already, or the folder above cannot be written to.
    """
    out = request.out.absolute()
    if out.exists() and not request.overwrite and not (out.is_dir() and not any(out.iterdir())):
        raise WriteError(
            request.out, "exists already", hint="Choose another name, or add --overwrite."
        )
    parent = next(folder for folder in out.parents if folder.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise WriteError(
            request.out, f"{parent} cannot be written to", hint="Choose another folder."
        )


def default_encoder(weights: WeightStore) -> str:
    """Choose the best encoder whose weights are on this machine.

    Parameters
    ----------
    weights : WeightStore
        Where to look.

    Returns
    -------
    str
        Its id.

    Raises
    ------
    ModelError
        If there is none.
    """
    for name in PREFERRED_ENCODERS:
        try:
            weights.find(name)
        except ModelError:
            continue
        return name
    # Raises, and says how to get the weights.
    return weights.find(PREFERRED_ENCODERS[0]).encoder
