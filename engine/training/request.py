"""What to train, on what, and where to put it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.core.class_scheme import ClassScheme
from engine.core.writable import try_place
from engine.data.sources import DataSource
from engine.errors import ModelError, SettingsError, WriteError
from engine.models.spec import ModelSpec
from engine.models.weight_store import WeightStore
from engine.store.saving import check_target
from engine.training.checkpoint import CheckpointFolder
from engine.training.settings import CheckpointSettings, TrainingSettings
from engine.training.source_json import source_from_json, source_to_json

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
    source : FolderSource, SurveySource or SnapshotSource
        Where the samples lie.
    spec : ModelSpec
        The network and how its encoder is tuned.
    settings : TrainingSettings
        Size, rates, epochs, seed.
    out : pathlib.Path
        Folder of the bundle to write.
    start : pathlib.Path, optional
        Bundle whose network to start from; without, the decoder is drawn.
    overwrite : bool, default False
        Whether a bundle or an unfinished run that is there may be replaced.
    resume : bool, default False
        Whether to go on with the unfinished run that is there.
    checkpoints : CheckpointSettings, optional
        How often the state is written.
    feature_memory_gib : float, default 4
        Memory for the features of a frozen encoder; more of them go to disk.
    """

    task: str
    classes: ClassScheme
    source: DataSource
    spec: ModelSpec
    settings: TrainingSettings
    out: Path
    start: Path | None = None
    overwrite: bool = False
    resume: bool = False
    checkpoints: CheckpointSettings = field(default_factory=CheckpointSettings)
    feature_memory_gib: float = 4.0

    def __post_init__(self) -> None:
        if not 0 <= self.feature_memory_gib < float("inf"):
            raise SettingsError(
                f"{self.feature_memory_gib:g} GiB of memory for features cannot be",
                hint="Choose 4, or 0 to keep them on the disk.",
            )

    def to_json(self) -> dict[str, Any]:
        """Return what a run that goes on needs to know; paths are absolute."""
        return {
            "task": self.task,
            "classes": self.classes.to_json(),
            "source": source_to_json(self.source),
            "model": self.spec.to_json(),
            "start": None if self.start is None else str(self.start.absolute()),
            "settings": self.settings.to_json(),
        }


def stored_request(out: Path) -> TrainingRequest:
    """Read the request of an unfinished run, to go on with it.

    Parameters
    ----------
    out : pathlib.Path
        Its bundle's folder, whether it is there yet or not.

    Returns
    -------
    TrainingRequest
        With `resume` set.

    Raises
    ------
    ModelError
        If there is no unfinished run, or its checkpoint is damaged.
    SettingsError
        If it was made by a version with other settings.
    """
    header = CheckpointFolder(out).header()
    try:
        return _from_json(header["request"], out)
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{out}: the checkpoint does not tell its run ({error})",
            hint="Train the model anew with --overwrite.",
        ) from error


def check_place(request: TrainingRequest) -> None:
    """Refuse a place for the bundle before any time is spent.

    Parameters
    ----------
    request : TrainingRequest
        Its `out`, `overwrite` and `resume` are looked at.

    Raises
    ------
    WriteError
        If something is there already that may not be replaced, the run starts from
        it, or the folder above cannot be written to.
    """
    out = request.out.absolute()
    if request.start is not None and request.start.absolute() == out:
        raise WriteError(
            request.out, "the training starts from it", hint="Choose another name for the result."
        )
    keeps = not (request.overwrite or request.resume)
    if keeps and out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise WriteError(
            request.out, "exists already", hint="Choose another name, or add --overwrite."
        )
    check_target(request.out)
    if keeps and CheckpointFolder(request.out).exists():
        raise WriteError(
            request.out,
            "an unfinished training of it is there",
            hint=f"Go on with 'outcrop train --resume {request.out}', or add --overwrite.",
        )
    try_place(request.out)


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


def _from_json(values: Mapping[str, Any], out: Path) -> TrainingRequest:
    return TrainingRequest(
        task=str(values["task"]),
        classes=ClassScheme.from_json(values["classes"]),
        source=source_from_json(values["source"]),
        spec=ModelSpec.from_json(values["model"]),
        settings=TrainingSettings.from_json(values["settings"]),
        out=out,
        start=None if values["start"] is None else Path(values["start"]),
        resume=True,
    )
