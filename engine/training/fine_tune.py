"""One training run, from labelled samples to a model bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.core.place_lock import place_lock
from engine.data.batches import BatchSettings, TrainingBatches
from engine.data.coverage import check_split, class_pixels
from engine.data.fitting import choose_fit, training_zoom
from engine.data.sample_fingerprint import fingerprint_samples
from engine.data.sources import LabelledSource, open_source
from engine.data.splits import Split, make_split
from engine.data.survey import SurveySource
from engine.errors import DataError, JobCancelledError, ReadError, WriteError
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.designs import PATCH
from engine.models.parameters import parameter_table
from engine.models.weight_store import WeightStore
from engine.preprocessing.pipeline import Pipeline
from engine.store.bundle import Bundle
from engine.store.saving import save_model
from engine.tasks.conditions import machine
from engine.tasks.metrics import SegmentationMetrics
from engine.tasks.segmentation import InputSettings, ScoringRequest, score_model
from engine.training.checkpoint import CheckpointFolder
from engine.training.distributed import ALONE, Processes
from engine.training.feature_cache import CachedSegmenter, FeatureStore, reason_not_to_cache
from engine.training.identity import check_same_run, run_identity
from engine.training.records import TrainingHooks, TrainingResult
from engine.training.report import (
    TrainingReport,
    data_report,
    outcome_report,
    progress_report,
    score_report,
    training_card,
)
from engine.training.request import TrainingRequest, check_place
from engine.training.start import Start, start_network
from engine.training.trainer import Trainer, TrainerOptions

_SILENT = TrainingHooks()


def train_bundle(
    request: TrainingRequest,
    *,
    device: torch.device,
    weights: WeightStore | None = None,
    hooks: TrainingHooks = _SILENT,
    processes: Processes = ALONE,
    job: JobContext = NULL_JOB,
) -> TrainingReport:
    """Train a model and write it as a bundle.

    The bundle is written anew after every epoch that is the best so far, so
    that even a killed program leaves one that loads. Beside it, a hidden folder
    holds the state of the run until it is complete.

    Parameters
    ----------
    request : TrainingRequest
        What to train.
    device : torch.device
        Where to compute.
    weights : WeightStore, optional
        Where the encoder's weights lie; the user's store when left out.
    hooks : TrainingHooks, optional
        Told how the run goes.
    processes : Processes, optional
        Who trains together; only the first one writes.
    job : JobContext, optional
        Checked at every step. Once a step was taken, cancelling ends the run
        with a usable bundle, and the run can be gone on with.

    Returns
    -------
    TrainingReport
        The bundle holds the weights of the best epoch by validation; those
        at the moment of cancelling if no epoch was finished.

    Raises
    ------
    DataError
        If the data do not fit together, or the loss is not finite in the first
        epoch.
    ModelError
        If the encoder's weights are not here, or there is no checkpoint to go on
        from.
    SettingsError
        If the checkpoint is of another run, or the device cannot do what is
        wanted.
    WriteError
        If the bundle or a checkpoint cannot be written, or another process trains it.
    JobCancelledError
        If cancelled before the first step.
    """
    with _own_place(request.out) if processes.first else nullcontext():
        if processes.first:
            check_place(request)
        with _hint_at_moved_data(request):
            opened = open_source(request.source, len(request.classes), job=job)
        with closing(opened) as source:
            split = make_split(source, request.settings.split, request.settings.seed)
            start = start_network(request, weights or WeightStore())
            run = _Run(request, source, split, start, device)
            run.prepare(processes, job)
            hooks.start()
            return run.train(hooks, job)


class _Run:
    """The pieces of one run, put together."""

    def __init__(
        self,
        request: TrainingRequest,
        source: LabelledSource,
        split: Split,
        start: Start,
        device: torch.device,
    ) -> None:
        self._request = request
        self._source = source
        self._split = split
        self._model = start.model.to(device)
        self._start = start
        self._device = device
        size = request.settings.size
        self._fit = choose_fit(request.settings.fit, source.shapes, size, patch=PATCH)
        self._pipeline = Pipeline(
            fitted=source.statistics, zoom=training_zoom(self._fit, source.shapes, size)
        )
        self._normaliser = self._pipeline.normaliser(source.statistics)
        self._processes = ALONE
        self._fingerprint = ""
        self._notes: list[str] = []

    def prepare(self, processes: Processes, job: JobContext) -> None:
        """Find what an earlier run left; another run's state is refused."""
        self._processes = processes
        self._fingerprint = fingerprint_samples(self._source, job=job)
        self._checkpoints = self._checkpoint_folder()

    def train(self, hooks: TrainingHooks, job: JobContext) -> TrainingReport:
        """Train, save, report."""
        checkpoints, processes = self._checkpoints, self._processes
        names = self._request.classes.names

        def note(text: str) -> None:
            self._notes.append(text)
            hooks.note(text)

        for warning in check_split(self._source, self._split, names, patch=PATCH):
            note(warning)
        store = FeatureStore(int(self._request.feature_memory_gib * 2**30), note)
        network = self._network(store, note)
        trainer = Trainer(
            self._model,
            self._batches(),
            lambda job: self._validate(network, job),
            self._request.settings,
            self._device,
            TrainerOptions(
                network=network,
                class_pixels=class_pixels(self._source, self._split.training),
                checkpoints=checkpoints,
                every=self._request.checkpoints,
                resume=self._request.resume,
                processes=processes,
                note=note,
            ),
        )

        def on_best(so_far: TrainingResult) -> None:
            self._save(so_far, progress_report(so_far))

        with _hint_at_resuming(checkpoints):
            with closing(store):
                result = trainer.run(on_best=on_best, on_epoch=hooks.epoch, job=job)
            if not result.losses:
                raise JobCancelledError
            bundle = self._save(result, outcome_report(result))
        if processes.first and not (result.cancelled or result.problem):
            checkpoints.remove()
        return TrainingReport(
            bundle, result, parameter_table(self._model), self._split, tuple(self._notes)
        )

    def _checkpoint_folder(self) -> CheckpointFolder:
        """Say where the state goes; another run's is refused, or removed to start anew."""
        request = self._request
        identity = run_identity(
            request,
            encoder_sha256=self._start.file.sha256,
            origin=self._start.origin,
            n_samples=len(self._source),
            data=self._fingerprint,
            processes=self._processes.count,
        )
        folder = CheckpointFolder(request.out, {"identity": identity, "request": request.to_json()})
        if request.resume:
            check_same_run(request.out, folder.header()["identity"], identity)
        if self._processes.first:
            folder.remove_leftovers()
            if not request.resume:
                folder.remove()
        return folder

    def _batches(self) -> TrainingBatches:
        """Make the samples of each step, of all processes together."""
        settings = self._request.settings
        return TrainingBatches(
            self._source,
            self._split.training,
            self._normaliser,
            BatchSettings(
                settings.size,
                self._fit,
                settings.batch * settings.accumulate * self._processes.count,
                settings.augmentation,
                settings.seed,
            ),
        )

    def _network(self, store: FeatureStore, note: Callable[[str], None]) -> nn.Module:
        """Give the model, or one whose frozen encoder sees each input once."""
        settings = self._request.settings
        if self._request.spec.tuning.method != "frozen" or not settings.cache_features:
            return self._model
        reason = reason_not_to_cache(self._fit, settings.augmentation)
        if reason:
            note(f"features of the frozen encoder are not cached: {reason}")
            return self._model
        return CachedSegmenter(self._model, store)

    def _validate(self, network: nn.Module, job: JobContext) -> SegmentationMetrics:
        settings = self._request.settings
        return score_model(
            network,
            ScoringRequest(
                self._source,
                self._split.validation,
                self._normaliser,
                len(self._request.classes),
                InputSettings(settings.size, self._fit, settings.batch),
            ),
            self._device,
            job=job,
        )

    def _save(self, result: TrainingResult, outcome: Mapping[str, Any]) -> Bundle:
        """Write the bundle; the first process does."""
        request = self._request
        training = {
            "data": {
                **data_report(self._source, self._split),
                "sha256": self._fingerprint,
            },
            "settings": request.settings.to_json(),
            "start": self._start.origin,
            "fit": self._fit.value,
            **outcome,
            "notes": list(self._notes),
            "scores": score_report(result, request.classes.names),
            "made_with": {**machine(self._device), "processes": self._processes.count},
        }
        bundle = Bundle(
            path=request.out,
            name=request.out.name,
            task=request.task,
            spec=request.spec,
            classes=request.classes,
            pipeline=self._pipeline,
            encoder_sha256=self._start.file.sha256,
            image_size=request.settings.size,
            training=training,
        )
        if not self._processes.first:
            return bundle
        return save_model(bundle, self._model, card=training_card(bundle))


def _own_place(out: Path) -> AbstractContextManager[None]:
    """Keep other trainings away from a bundle's place."""
    hint = "Wait until it has ended, or choose another name for the result."
    return place_lock(out, taken="is being trained by another process", hint=hint)


@contextmanager
def _hint_at_moved_data(request: TrainingRequest) -> Iterator[None]:
    """Add to an error about the data of a resumed run how to say where they are now."""
    try:
        yield
    except (DataError, ReadError) as error:
        if request.resume:
            survey = isinstance(request.source, SurveySource)
            options = "--volume and --labels" if survey else "--images and --masks"
            error.hint = f"{error.hint} If the data moved, add {options} with the new place."
        raise


@contextmanager
def _hint_at_resuming(checkpoints: CheckpointFolder) -> Iterator[None]:
    """Add to an error about files that the run can be gone on with once they are mended."""
    try:
        yield
    except (ReadError, WriteError) as error:
        if checkpoints.is_whole() and "--resume" not in error.hint:
            go_on = f"Then go on with 'outcrop train --resume {checkpoints.out}'."
            error.hint = f"{error.hint} {go_on}".lstrip()
        raise
