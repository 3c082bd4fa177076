"""What a run keeps of its epochs, and what it leaves behind."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """What one epoch came to.

    Parameters
    ----------
    epoch : int
        From 1.
    loss : float
        Mean over the optimiser's steps.
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

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> EpochRecord:
        """Build it from `to_json`'s values."""
        scores = {key: math.nan if value is None else float(value) for key, value in values.items()}
        return cls(epoch=int(scores.pop("epoch")), **scores)


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What one step came to.

    Parameters
    ----------
    step, n_steps : int
        Its number from 1, and how many there are in all epochs.
    epoch, n_epochs : int
        The epoch it is in, from 1, and how many there are.
    loss : float
        Of its batch.
    rate : float
        Largest learning rate of its optimiser's groups.
    """

    step: int
    n_steps: int
    epoch: int
    n_epochs: int
    loss: float
    rate: float


Predict = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Amplitudes ``(rows, cols)`` to class probabilities ``(K, rows, cols)``."""


def _ignore(*_event: object) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class TrainingHooks:
    """What is told while a run goes on, on the thread that trains.

    Parameters
    ----------
    start : callable, optional
        Called once when data, place and network are found fit to train.
    epoch : callable, optional
        Called after every epoch.
    note : callable, optional
        Called with what the user should know, a line each.
    recall : callable, optional
        Called where a run is gone on with, and at its end: with `StepRecord`s of the steps
        that were taken, a thousand at most, and with every `EpochRecord` so far.
    step : callable, optional
        Called after steps, ten times a second at most.
    preview : callable, optional
        Called with the number of a step and a function that predicts a section with
        the weights of that moment; the function is good during the call alone.
    preview_every : int, default 0
        Steps from one preview to the next, fewer in short runs, first and last step
        besides; 0 for none.
    outcome : callable, optional
        Called at the end of a run that is not broken off, with the number of the epoch
        that is kept and a function that predicts with its weights, as for `preview`.
    """

    start: Callable[[], None] = _ignore
    epoch: Callable[[EpochRecord], None] = _ignore
    note: Callable[[str], None] = _ignore
    recall: Callable[[tuple[StepRecord, ...], tuple[EpochRecord, ...]], None] = _ignore
    step: Callable[[StepRecord], None] = _ignore
    preview: Callable[[int, Predict], None] = _ignore
    preview_every: int = 0
    outcome: Callable[[int, Predict], None] = _ignore


@dataclass(slots=True)
class Progress:
    """How far a run has come; changed by the trainer alone.

    Parameters
    ----------
    epoch : int, default 0
        Epochs finished.
    step : int, default 0
        Steps taken in the epoch under way.
    seconds : float, default 0
        Time spent on the epoch under way.
    losses : list of float
        Loss of every step of the run.
    history : list of EpochRecord
        Every epoch that was finished.
    best : EpochRecord or None
        The epoch with the highest `selection`, the first of equals; the last one
        where validation lacks a class.
    best_scores : mapping or None
        Its validation scores, ``per_sample`` and ``global``.
    """

    epoch: int = 0
    step: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)
    history: list[EpochRecord] = field(default_factory=list)
    best: EpochRecord | None = None
    best_scores: Mapping[str, Any] | None = None

    @property
    def stale(self) -> int:
        """Epochs since the best one."""
        return 0 if self.best is None else len(self.history) - self.best.epoch

    def to_json(self) -> dict[str, Any]:
        """Return all but the losses, which are many."""
        return {
            "epoch": self.epoch,
            "step": self.step,
            "seconds": self.seconds,
            "history": [record.to_json() for record in self.history],
            "best": self.best.epoch if self.best else None,
            "best_scores": self.best_scores,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any], losses: list[float]) -> Progress:
        """Build it from `to_json`'s values and the losses."""
        history = [EpochRecord.from_json(record) for record in values["history"]]
        best = values["best"]
        return cls(
            epoch=int(values["epoch"]),
            step=int(values["step"]),
            seconds=float(values["seconds"]),
            losses=losses,
            history=history,
            best=None if best is None else history[int(best) - 1],
            best_scores=values["best_scores"],
        )


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """How a run went; the model holds the weights of its best epoch.

    Parameters
    ----------
    history : tuple of EpochRecord
        Every epoch that was finished.
    best : EpochRecord or None
        The epoch with the highest `selection`, or the last one where classes are
        `unseen`; None if none was finished.
    best_scores : mapping or None
        Its validation scores, ``per_sample`` and ``global``.
    losses : tuple of float
        Loss of every step.
    cancelled : bool
        Whether the run was asked to stop.
    problem : str
        Why the run ended early by itself; empty if it did not.
    stopped_early : bool
        Whether validation had not become better for as long as the settings say.
    unseen : tuple of int
        Classes of the training part that no validation label has; where there are
        any, the best epoch is the last one.
    """

    history: tuple[EpochRecord, ...]
    best: EpochRecord | None
    best_scores: Mapping[str, Any] | None
    losses: tuple[float, ...]
    cancelled: bool
    problem: str
    stopped_early: bool = False
    unseen: tuple[int, ...] = ()


def unseen_classes(class_pixels: Sequence[int], recalls: Sequence[float | None]) -> tuple[int, ...]:
    """Find the classes that are in training and in no validation label.

    Parameters
    ----------
    class_pixels : sequence of int
        Pixels of each class in the training part; empty if nobody counted them.
    recalls : sequence of float or None
        Validation recall of each class; NaN or None where no label has it.

    Returns
    -------
    tuple of int
        Their numbers.
    """
    return tuple(
        k
        for k, (n, recall) in enumerate(zip(class_pixels, recalls, strict=False))
        if n and (recall is None or math.isnan(recall))
    )
