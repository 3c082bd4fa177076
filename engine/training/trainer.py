"""The training loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

import torch
from torch import nn

from engine.data.batches import Batch, EpochSource
from engine.data.prefetch import prefetch
from engine.errors import DataError, JobCancelledError
from engine.jobs.context import NULL_JOB, JobContext
from engine.tasks.losses import SegmentationLoss
from engine.tasks.metrics import SegmentationMetrics
from engine.training.checkpoint import CheckpointFolder
from engine.training.checkpoint_clock import CheckpointClock
from engine.training.distributed import ALONE, Processes
from engine.training.ema import MovingAverage
from engine.training.live import LiveRun
from engine.training.micro_batches import MicroBatches, NonFiniteLossError
from engine.training.network import prepare_network
from engine.training.parameters import parameter_groups
from engine.training.random_state import own_random_numbers
from engine.training.records import (
    EpochRecord,
    Progress,
    StepRecord,
    TrainingResult,
    unseen_classes,
)
from engine.training.schedule import LearningRates, Schedule
from engine.training.settings import CheckpointSettings, TrainingSettings
from engine.training.snapshot import RunState, changed_state

_Told = Callable[[TrainingResult], None]


@dataclass(frozen=True, slots=True)
class TrainerOptions:
    """What surrounds a run.

    Parameters
    ----------
    network : torch.nn.Module, optional
        Computes what the model computes, on its parameters; the model itself when
        left out.
    class_pixels : sequence of int, optional
        Pixels of each class in the training part: for balanced class weights, and
        to see that validation lacks none of them.
    checkpoints : CheckpointFolder, optional
        Where checkpoints go; none are written without it.
    every : CheckpointSettings, optional
        How often, besides once an epoch.
    resume : bool, default False
        Whether to go on from the checkpoint.
    processes : Processes, optional
        Who trains together.
    note : callable, optional
        Told what happens on the way that the user should know.
    live : LiveRun, optional
        Told of steps; asked for previews and pauses.
    """

    network: nn.Module | None = None
    class_pixels: Sequence[int] | None = None
    checkpoints: CheckpointFolder | None = None
    every: CheckpointSettings = field(default_factory=CheckpointSettings)
    resume: bool = False
    processes: Processes = ALONE
    note: Callable[[str], None] = lambda _text: None
    live: LiveRun = field(default_factory=LiveRun)


class Trainer:
    """Trains what requires gradients, and keeps the best weights by validation.

    Where validation lacks a class of the training part, the last weights are
    kept: a model that never finds the class would score best.

    Parameters
    ----------
    model : torch.nn.Module
        A segmenter, already on `device`.
    batches : EpochSource
        The batches of each step, for all processes together; a step computes at
        most ``settings.batch`` samples at once and adds up their gradients.
    validate : callable
        Called with the job after each epoch; scores the model.
    settings : TrainingSettings
        Rates, schedule and losses.
    device : torch.device
        Where to compute.
    options : TrainerOptions, optional
        Checkpoints, processes.

    Notes
    -----
    The model is put into training mode at the start of **every** epoch:
    validation leaves it in evaluation mode, and batch statistics would stand
    still from the second epoch on.
    """

    def __init__(
        self,
        model: nn.Module,
        batches: EpochSource,
        validate: Callable[[JobContext], SegmentationMetrics],
        settings: TrainingSettings,
        device: torch.device,
        options: TrainerOptions | None = None,
    ) -> None:
        self._model = model
        self._batches = batches
        self._validate = validate
        self._settings = settings
        self._options = options or TrainerOptions()
        self._trainable = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(
            parameter_groups(model, settings.learning_rate, weight_decay=settings.weight_decay)
        )
        self._n_steps = settings.epochs * len(batches)
        n_warmup = min(self._n_steps, round(settings.warmup_epochs * len(batches)))
        self._rates = LearningRates(optimizer, Schedule(self._n_steps, n_warmup, settings.schedule))
        self._state = RunState(model, optimizer, MovingAverage(model, settings.ema))
        processes = self._options.processes
        self._gradients = MicroBatches(
            processes.wrap(prepare_network(self._options.network or model, settings, device)),
            SegmentationLoss(settings.loss, self._options.class_pixels),
            size=settings.batch,
            device=device,
            processes=processes,
            note=self._options.note,
        )
        self._clock = CheckpointClock(self._options.every)
        self._unseen = partial(unseen_classes, self._options.class_pixels or ())

    def run(
        self,
        *,
        on_scored: Callable[[TrainingResult], None] = lambda _result: None,
        on_best: Callable[[TrainingResult], None] = lambda _result: None,
        on_epoch: Callable[[EpochRecord], None] = lambda _record: None,
        job: JobContext = NULL_JOB,
    ) -> TrainingResult:
        """Train all epochs, or until cancelled or loss or gradient are no longer finite.

        Parameters
        ----------
        on_scored : callable, optional
            Called after each epoch with that epoch as the best one; the model then
            holds the weights that were scored.
        on_best : callable, optional
            Called after each epoch that is the best so far; the model then
            holds its weights.
        on_epoch : callable, optional
            Called after every epoch.
        job : JobContext, optional
            Checked at every step. Cancelling ends the run, not the program: the
            result says so.

        Returns
        -------
        TrainingResult
            The model is in evaluation mode with its best weights; with its
            last ones if it was cancelled before any epoch was finished.

        Raises
        ------
        DataError
            If loss or gradient are not finite before any epoch was finished.
        ModelError
            If the checkpoint does not fit.
        SettingsError
            If one sample does not fit into the device's memory.
        WriteError
            If a checkpoint cannot be written.
        """
        cancelled, problem = False, ""
        with own_random_numbers(self._settings.seed):
            progress = self._restore()
            try:
                while progress.epoch < self._settings.epochs and not self._stale():
                    record = self._one_epoch(on_scored, on_best, job)
                    self._save()
                    on_epoch(record)
            except JobCancelledError:
                cancelled = True
                if progress.losses:
                    self._save()
            except NonFiniteLossError as error:
                problem = (
                    f"the {error.what} is {error.value} at step {len(progress.losses) + 1}, "
                    f"epoch {progress.epoch + 1} (images {error.files})"
                )
                if progress.best is None:
                    raise DataError(
                        problem, hint="Lower the learning rate, or look at those images."
                    ) from error
        if progress.best is not None:
            self._model.load_state_dict(self._state.best_weights, strict=False)
        self._model.eval()
        self._options.live.recall(progress, self._step_record)  # fast steps were not all told
        return self._result(cancelled=cancelled, problem=problem)

    def _restore(self) -> Progress:
        """Go on from the checkpoint if that is wanted."""
        options = self._options
        self._state.micro_batch = self._gradients.size
        if options.checkpoints is not None and options.resume:
            self._state.restore(options.checkpoints.load())
            self._gradients.size = self._state.micro_batch
            options.live.recall(self._state.progress, self._step_record)
        return self._state.progress

    def _one_epoch(self, on_scored: _Told, on_best: _Told, job: JobContext) -> EpochRecord:
        """Train the rest of an epoch and validate; keep the weights if they are the best."""
        progress = self._state.progress
        epoch, first = progress.epoch, len(progress.losses) - progress.step
        before_s, started_s = progress.seconds, time.monotonic()
        self._model.train()
        with closing(prefetch(islice(self._batches.epoch(epoch), progress.step, None))) as batches:
            for batch in batches:
                self._check(job)
                self._step(batch)
                progress.seconds = before_s + time.monotonic() - started_s
                mean = sum(progress.losses[first:]) / progress.step
                job.report(len(progress.losses), self._n_steps, self._text(epoch, mean))
                self._tell()
                if self._clock.due():
                    self._save()
                started_s += self._options.live.pause(self._save, job)
        with self._state.average.applied():
            metrics = self._validate(job if self._options.processes.count == 1 else NULL_JOB)
            scores, overall = metrics.per_sample(), metrics.overall()
            mean_iou, overall_mean_iou, mean_accuracy = self._options.processes.agree(
                [scores.mean_iou, overall.mean_iou, scores.mean_accuracy]
            )
            record = EpochRecord(
                epoch=epoch + 1,
                loss=sum(progress.losses[first:]) / progress.step,
                mean_iou=mean_iou,
                overall_mean_iou=overall_mean_iou,
                mean_accuracy=mean_accuracy,
                seconds=before_s + time.monotonic() - started_s,
            )
            self._finish(record)
            both = {"per_sample": scores.to_json(), "global": overall.to_json()}
            so_far = self._result(cancelled=False, problem="")
            on_scored(replace(so_far, best=record, best_scores=both))
            if self._is_best(record, overall.class_recall):
                progress.best = record
                progress.best_scores = both
                self._state.best_weights = changed_state(self._model)
                on_best(self._result(cancelled=False, problem=""))
        job.report(len(progress.losses), self._n_steps, self._text(epoch, record.loss))
        return record

    def _step_record(self, step: int) -> StepRecord:
        return StepRecord(
            step=step,
            n_steps=self._n_steps,
            epoch=(step - 1) // len(self._batches) + 1,
            n_epochs=self._settings.epochs,
            loss=self._state.progress.losses[step - 1],
            rate=self._rates.largest(step - 1),
        )

    def _tell(self) -> None:
        """Tell of the step that was just taken; show what the weights can do now and then."""
        live = self._options.live
        record = self._step_record(len(self._state.progress.losses))
        live.tell(record)
        if live.preview_due(record):
            with self._state.average.applied():
                self._model.eval()
                live.preview(record.step)
            self._model.train()

    def _is_best(self, record: EpochRecord, recalls: Sequence[float]) -> bool:
        """Compare an epoch with the best; true where validation cannot tell."""
        best = self._state.progress.best
        # Also true where either score is NaN.
        return best is None or bool(self._unseen(recalls)) or not record.selection <= best.selection

    def _finish(self, record: EpochRecord) -> None:
        progress = self._state.progress
        progress.history.append(record)
        progress.epoch, progress.step, progress.seconds = record.epoch, 0, 0.0

    def _step(self, batch: Batch) -> None:
        progress, optimizer = self._state.progress, self._state.optimizer
        self._rates.apply(len(progress.losses))
        optimizer.zero_grad(set_to_none=True)
        value = self._gradients.backward(batch)
        norm = nn.utils.clip_grad_norm_(self._trainable, self._settings.clip_gradient)
        if not torch.isfinite(norm):
            raise NonFiniteLossError(float(norm), batch.names, what="gradient")
        optimizer.step()
        progress.losses.append(value)
        progress.step += 1
        self._state.average.update(len(progress.losses))

    def _check(self, job: JobContext) -> None:
        """Stop if asked to; all processes at the same step."""
        asked = False
        try:
            job.check()
        except JobCancelledError:
            asked = True
        if self._options.processes.any(asked):
            raise JobCancelledError

    def _stale(self) -> bool:
        patience = self._settings.patience
        return bool(patience) and self._state.progress.stale >= patience

    def _save(self) -> None:
        """Write a checkpoint; after every step the state is whole."""
        options = self._options
        if options.checkpoints is not None and options.processes.first:
            self._state.micro_batch = self._gradients.size
            options.checkpoints.save(self._state.checkpoint())
        self._clock.reset()

    def _result(self, *, cancelled: bool, problem: str) -> TrainingResult:
        progress = self._state.progress
        scores = progress.best_scores or {"global": {"class_recall": ()}}
        return TrainingResult(
            history=tuple(progress.history),
            best=progress.best,
            best_scores=progress.best_scores,
            losses=tuple(progress.losses),
            cancelled=cancelled,
            problem=problem,
            stopped_early=progress.epoch < self._settings.epochs and self._stale(),
            unseen=self._unseen(scores["global"]["class_recall"]),
        )

    def _text(self, epoch: int, loss: float) -> str:
        text = f"epoch {epoch + 1}/{self._settings.epochs}, loss {loss:.4f}"
        history = self._state.progress.history
        if history:
            text += f", validation mIoU {history[-1].mean_iou:.4f}"
        return text
