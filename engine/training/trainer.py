"""The training loop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from engine.data.batches import Batch
from engine.data.prefetch import prefetch
from engine.errors import DataError, JobCancelledError
from engine.jobs.context import NULL_JOB, JobContext
from engine.tasks.losses import SegmentationLoss
from engine.tasks.metrics import SegmentationMetrics
from engine.tasks.segmentation import forward_logits
from engine.training.parameters import parameter_groups
from engine.training.schedule import LearningRates, WarmupCosine
from engine.training.settings import TrainingSettings


class EpochSource(Protocol):
    """Batches by epoch."""

    def __len__(self) -> int:
        """Give the number of batches in an epoch."""

    def epoch(self, number: int) -> Iterator[Batch]:
        """Make the batches of one epoch, from 0."""


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """What one epoch came to.

    Parameters
    ----------
    epoch : int
        From 1.
    loss : float
        Mean over the batches.
    mean_iou, overall_mean_iou : float
        Validation mIoU per sample, and from one confusion matrix.
    mean_accuracy : float
        Validation mPA per sample.
    seconds : float
        Training and validation together.
    """

    epoch: int
    loss: float
    mean_iou: float
    overall_mean_iou: float
    mean_accuracy: float
    seconds: float

    @property
    def selection(self) -> float:
        """What the best epoch has most of: the mean of both mIoU.

        Where many samples lack a class, a model that never predicts it does
        well by sample; the score from one matrix shows that.
        """
        return (self.mean_iou + self.overall_mean_iou) / 2

    def to_json(self) -> dict[str, Any]:
        """Return all fields under their names; a score that does not exist is None."""
        return {
            key: None if isinstance(value, float) and math.isnan(value) else value
            for key, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """How a run went; the model holds the weights of its best epoch.

    Parameters
    ----------
    history : tuple of EpochRecord
        Every epoch that was finished.
    best : EpochRecord or None
        The epoch with the highest `selection`; None if none was finished.
    losses : tuple of float
        Loss of every step.
    cancelled : bool
        Whether the run was asked to stop.
    problem : str
        Why the run ended early by itself; empty if it did not.
    """

    history: tuple[EpochRecord, ...]
    best: EpochRecord | None
    losses: tuple[float, ...]
    cancelled: bool
    problem: str


class _NonFiniteLossError(Exception):
    """Ends the loop; never leaves this module."""


class Trainer:
    """Trains what requires gradients, and keeps the best weights by validation.

    Parameters
    ----------
    model : torch.nn.Module
        A segmenter, already on `device`.
    batches : EpochSource
        The training batches.
    validate : callable
        Called with the job after each epoch; scores the model.
    settings : TrainingSettings
        Rates, schedule and losses.
    device : torch.device
        Where to compute.

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
    ) -> None:
        self._model = model
        self._batches = batches
        self._validate = validate
        self._settings = settings
        self._device = device
        self._loss = SegmentationLoss(dice=settings.dice, cross_entropy=settings.cross_entropy)
        self._trainable = [p for p in model.parameters() if p.requires_grad]
        self._optimizer = torch.optim.AdamW(
            parameter_groups(model, settings.learning_rate, weight_decay=settings.weight_decay)
        )
        self._n_steps = settings.epochs * len(batches)
        n_warmup = min(self._n_steps, round(settings.warmup_epochs * len(batches)))
        self._rates = LearningRates(self._optimizer, WarmupCosine(self._n_steps, n_warmup))
        self._losses: list[float] = []
        self._history: list[EpochRecord] = []
        self._best: EpochRecord | None = None
        self._best_weights: dict[str, Tensor] = {}

    def run(
        self,
        *,
        on_best: Callable[[EpochRecord], None] = lambda _record: None,
        on_epoch: Callable[[EpochRecord], None] = lambda _record: None,
        job: JobContext = NULL_JOB,
    ) -> TrainingResult:
        """Train all epochs, or until cancelled or the loss is no longer finite.

        Parameters
        ----------
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
            If the loss is not finite before any epoch was finished.
        """
        cancelled, problem = False, ""
        try:
            for epoch in range(self._settings.epochs):
                record = self._one_epoch(epoch, job)
                if record is self._best:
                    on_best(record)
                on_epoch(record)
        except JobCancelledError:
            cancelled = True
        except _NonFiniteLossError as error:
            if self._best is None:
                raise DataError(
                    str(error), hint="Lower the learning rate, or look at those images."
                ) from error
            problem = str(error)
        if self._best is not None:
            self._model.load_state_dict(self._best_weights, strict=False)
        self._model.eval()
        return TrainingResult(
            tuple(self._history), self._best, tuple(self._losses), cancelled, problem
        )

    def _one_epoch(self, epoch: int, job: JobContext) -> EpochRecord:
        """Train and validate once; keep the weights if they are the best."""
        started_s = time.monotonic()
        self._model.train()
        first = len(self._losses)
        with closing(prefetch(self._batches.epoch(epoch))) as batches:
            for batch in batches:
                job.check()
                self._step(batch, epoch)
                mean = sum(self._losses[first:]) / (len(self._losses) - first)
                job.report(len(self._losses), self._n_steps, self._progress(epoch, mean))
        metrics = self._validate(job)
        scores, overall = metrics.per_sample(), metrics.overall()
        record = EpochRecord(
            epoch=epoch + 1,
            loss=sum(self._losses[first:]) / (len(self._losses) - first),
            mean_iou=scores.mean_iou,
            overall_mean_iou=overall.mean_iou,
            mean_accuracy=scores.mean_accuracy,
            seconds=time.monotonic() - started_s,
        )
        self._history.append(record)
        job.report(len(self._losses), self._n_steps, self._progress(epoch, record.loss))
        # Also true for the first epoch and where either score is NaN.
        if self._best is None or not record.selection <= self._best.selection:
            self._best = record
            self._best_weights = changed_state(self._model)
        return record

    def _step(self, batch: Batch, epoch: int) -> None:
        step = len(self._losses)
        self._rates.apply(step)
        logits = forward_logits(self._model, batch.images.to(self._device))
        loss = self._loss(logits, batch.labels.to(self._device))
        value = float(loss.detach())
        if not math.isfinite(value):
            files = ", ".join(batch.names[:5]) + (", ..." * (len(batch.names) > 5))
            raise _NonFiniteLossError(
                f"the loss is {value} at step {step + 1}, epoch {epoch + 1} (images {files})"
            )
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self._trainable, self._settings.clip_gradient)
        self._optimizer.step()
        self._losses.append(value)

    def _progress(self, epoch: int, loss: float) -> str:
        text = f"epoch {epoch + 1}/{self._settings.epochs}, loss {loss:.4f}"
        if self._history:
            text += f", validation mIoU {self._history[-1].mean_iou:.4f}"
        return text


def changed_state(model: nn.Module) -> dict[str, Tensor]:
    """Copy what training can change: trainable parameters and all buffers.

    Parameters
    ----------
    model : torch.nn.Module
        The model.

    Returns
    -------
    dict of str to Tensor
        On the CPU; for ``load_state_dict(..., strict=False)``.
    """
    frozen = {name for name, p in model.named_parameters() if not p.requires_grad}
    return {
        name: tensor.detach().to("cpu", copy=True)
        for name, tensor in model.state_dict().items()
        if name not in frozen
    }
