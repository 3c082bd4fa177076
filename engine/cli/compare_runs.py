"""How ``outcrop compare`` trains and scores one network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from engine.core.class_scheme import ClassScheme
from engine.data.sources import DataSource, LabelledSource
from engine.data.splits import Split, make_split
from engine.errors import DataError
from engine.evaluation.comparison import Run
from engine.evaluation.folder_evaluation import EvaluationOptions, evaluate_samples
from engine.evaluation.parts import Part
from engine.jobs.context import JobContext
from engine.models.parameters import planned_parameters
from engine.models.spec import ModelSpec
from engine.models.weight_store import WeightStore
from engine.store.bundle import Bundle
from engine.store.bundle_store import BundleStore
from engine.training.checkpoint import CheckpointFolder
from engine.training.fine_tune import train_bundle
from engine.training.request import TrainingRequest
from engine.training.settings import CheckpointSettings, TrainingSettings


@dataclass(frozen=True, slots=True)
class ComparedModels:
    """What the networks of a comparison have in common.

    Parameters
    ----------
    task : str
        Name of the task.
    classes : ClassScheme
        What the ids of the labels mean.
    specs : mapping of str to ModelSpec
        Name of a network -> how it is built.
    settings : TrainingSettings
        Of all runs; the seed is replaced by that of the run.
    encoder : str
        Id of the encoder of all but the U-Net; empty where none is needed.
    checkpoints : CheckpointSettings
        How often the state of a run is written.
    feature_memory_gib : float
        Memory for the features of frozen encoders.
    """

    task: str
    classes: ClassScheme
    specs: Mapping[str, ModelSpec]
    settings: TrainingSettings
    encoder: str
    checkpoints: CheckpointSettings
    feature_memory_gib: float


class RunSteps:
    """Trains and scores the runs of one comparison.

    Parameters
    ----------
    models : ComparedModels
        What to train.
    source : DataSource
        Where the samples lie.
    data : LabelledSource
        The same, opened.
    device : torch.device
        Where to compute.
    options : EvaluationOptions
        How the test part is scored.
    """

    def __init__(
        self,
        models: ComparedModels,
        source: DataSource,
        data: LabelledSource,
        *,
        device: torch.device,
        options: EvaluationOptions,
    ) -> None:
        self._models = models
        self._source = source
        self._data = data
        self._device = device
        self._options = options
        self._weights = WeightStore()
        self._scored: dict[tuple[str, tuple[int, ...], tuple[int, ...]], Run] = {}

    def train(self, run: Run, job: JobContext) -> Run:
        """Train the network of a run; `train_bundle` never sees the test part's labels."""
        models = self._models
        request = TrainingRequest(
            task=models.task,
            classes=models.classes,
            source=self._source,
            spec=models.specs[run.network],
            settings=replace(models.settings, seed=run.seed),
            out=Path(run.bundle),
            overwrite=True,
            checkpoints=models.checkpoints,
            feature_memory_gib=models.feature_memory_gib,
        )
        # A run that was stopped goes on where it was; the rest of a model is trained anew.
        if CheckpointFolder(request.out).exists():
            request = replace(request, resume=True)
        report = train_bundle(request, device=self._device, weights=self._weights, job=job)
        job.check()
        if report.result.problem:
            raise DataError(report.result.problem, hint="Lower the learning rate.")
        return replace(run, seconds=sum(record.seconds for record in report.result.history))

    def evaluate(self, run: Run, job: JobContext) -> Run:
        """Score the bundle of a run on the test part of its seed.

        A given bundle is scored once where splits of several seeds are the same, as
        those by position are.
        """
        split = make_split(self._data, self._models.settings.split, run.seed)
        key = (run.bundle, split.training, split.test)
        if key in self._scored:
            return replace(self._scored[key], seed=run.seed)
        scored = self._score(run, split, job)
        if run.given:
            self._scored[key] = scored
        return scored

    def _score(self, run: Run, split: Split, job: JobContext) -> Run:
        bundle = BundleStore(weights=self._weights).find(Path(run.bundle))
        if len(bundle.classes) != len(self._models.classes):
            raise DataError(
                f"{bundle.name} knows {len(bundle.classes)} classes, but the labels are read as "
                f"{len(self._models.classes)}",
                hint="Name the classes of the data with --classes.",
            )
        part = Part(split.test, split.distances, split.unit)
        report = evaluate_samples(
            bundle,
            self._data,
            device=self._device,
            options=replace(self._options, part=part),
            weights=self._weights,
            job=job,
        )
        rows = planned_parameters(bundle.spec)
        parameters = {row.part: (row.total, row.trainable) for row in rows}
        seconds, device = _training_time(bundle)
        return replace(
            run,
            scores=report.to_json(),
            parameters=parameters,
            seconds=seconds if run.seconds is None else run.seconds,
            device=device,
        )


def _training_time(bundle: Bundle) -> tuple[float | None, str]:
    """Return the seconds and the device of a training, as far as the bundle's record has them."""
    seconds, machine = bundle.training.get("seconds"), bundle.training.get("made_with")
    device = machine.get("device", "") if isinstance(machine, Mapping) else ""
    return float(seconds) if isinstance(seconds, int | float) else None, str(device)
