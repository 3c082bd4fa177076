"""One training run, from labelled samples to a model bundle."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import torch

from engine.data.coverage import check_split, class_pixels
from engine.data.sample_fingerprint import fingerprint_samples
from engine.data.sources import LabelledSource, open_source
from engine.data.splits import Split, make_split
from engine.errors import JobCancelledError
from engine.jobs.context import NULL_JOB, JobContext
from engine.models.designs import PATCH
from engine.models.parameters import parameter_table
from engine.models.weight_store import WeightStore
from engine.store.bundle import Bundle
from engine.store.saving import save_model
from engine.tasks.conditions import machine
from engine.training.checkpoint import CheckpointFolder
from engine.training.control import RunControl
from engine.training.distributed import ALONE, Processes
from engine.training.feature_cache import FeatureStore
from engine.training.identity import check_same_run, run_identity
from engine.training.kept import KeptCheckpoints
from engine.training.live import LiveRun
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
from engine.training.run_hints import hint_at_moved_data, hint_at_resuming
from engine.training.run_lock import run_lock
from engine.training.run_parts import RunParts
from engine.training.start import Start, start_network
from engine.training.trainer import Trainer, TrainerOptions

_SILENT = TrainingHooks()


def train_bundle(
    request: TrainingRequest,
    *,
    device: torch.device,
    weights: WeightStore | None = None,
    hooks: TrainingHooks = _SILENT,
    control: RunControl | None = None,
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
    control : RunControl, optional
        Pauses the run or ends it with what it has; a run that it ended is complete
        and leaves no state to go on from.
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
    control = control or RunControl()
    job = control.watched(job)
    with run_lock(request.out) if processes.first else nullcontext():
        if processes.first:
            check_place(request)
        with hint_at_moved_data(request):
            opened = open_source(request.source, len(request.classes), job=job)
        with closing(opened) as source:
            split = make_split(source, request.settings.split, request.settings.seed)
            start = start_network(request, weights or WeightStore())
            run = _Run(request, source, split, start, device)
            run.prepare(processes, job)
            hooks.start()
            return run.train(hooks, control, job)


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
        self._parts = RunParts(request, source, split, start, device)
        self._start = start
        self._device = device
        self._processes = ALONE
        self._fingerprint = ""
        self._notes: list[str] = []

    def prepare(self, processes: Processes, job: JobContext) -> None:
        """Find what an earlier run left; another run's state is refused."""
        self._processes = processes
        self._fingerprint = fingerprint_samples(self._source, job=job)
        self._checkpoints = self._checkpoint_folder()

    def train(self, hooks: TrainingHooks, control: RunControl, job: JobContext) -> TrainingReport:
        """Train, save, report."""
        every = self._request.checkpoints
        kept = KeptCheckpoints(self._request.out, every.keep_every, every.keep_bytes)
        checkpoints, processes = self._checkpoints, self._processes
        names = self._request.classes.names

        def note(text: str) -> None:
            self._notes.append(text)
            hooks.note(text)

        for warning in check_split(self._source, self._split, names, patch=PATCH):
            note(warning)
        store = FeatureStore(int(self._request.feature_memory_gib * 2**30), note)
        network = self._parts.network(store, note)
        trainer = Trainer(
            self._parts.model,
            self._parts.batches(processes.count),
            lambda job: self._parts.validate(network, job),
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
                live=LiveRun(
                    control,
                    hooks.step,
                    lambda step: hooks.preview(step, partial(self._parts.predict, network)),
                    hooks.preview_every,
                    hooks.recall,
                ),
            ),
        )

        # Only now: what would refuse the run has been asked.
        if processes.first and not self._request.resume:
            kept.remove()
            checkpoints.remove()

        def on_best(so_far: TrainingResult) -> None:
            self._save(so_far, progress_report(so_far))

        def on_scored(epoch: TrainingResult) -> None:
            report = progress_report(epoch)
            if processes.first:
                kept.save(len(epoch.history), lambda path: self._save(epoch, report, path))

        with hint_at_resuming(checkpoints):
            with closing(store):
                result = trainer.run(
                    on_scored=on_scored, on_best=on_best, on_epoch=hooks.epoch, job=job
                )
                if result.best is not None and (control.stopped or not result.cancelled):
                    hooks.outcome(result.best.epoch, partial(self._parts.predict, network))
            if not result.losses:
                raise JobCancelledError
            bundle = self._save(result, outcome_report(result))
        if processes.first and (control.stopped or not (result.cancelled or result.problem)):
            checkpoints.remove()
        return TrainingReport(
            bundle, result, parameter_table(self._parts.model), self._split, tuple(self._notes)
        )

    def _checkpoint_folder(self) -> CheckpointFolder:
        """Say where the state goes; another run's is refused."""
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
        return folder

    def _save(
        self, result: TrainingResult, outcome: Mapping[str, Any], path: Path | None = None
    ) -> Bundle:
        """Write the bundle, or one of an epoch beside it; the first process does."""
        request = self._request
        training = {
            "data": {
                **data_report(self._source, self._split),
                "sha256": self._fingerprint,
            },
            "settings": request.settings.to_json(),
            "start": self._start.origin,
            "fit": self._parts.fit.value,
            **outcome,
            "notes": list(self._notes),
            "scores": score_report(result, request.classes.names),
            "made_with": {**machine(self._device), "processes": self._processes.count},
        }
        bundle = Bundle(
            path=path or request.out,
            name=request.out.name if path is None else f"{request.out.name} {path.name}",
            task=request.task,
            spec=request.spec,
            classes=request.classes,
            pipeline=self._parts.pipeline,
            encoder_sha256=self._start.file.sha256,
            image_size=request.settings.size,
            training=training,
        )
        if not self._processes.first:
            return bundle
        return save_model(bundle, self._parts.model, card=training_card(bundle))
