"""Learning rate over a run: linear warm-up, then half a cosine down to zero, or no change."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch.optim import Optimizer

from engine.errors import SettingsError
from engine.tasks.preset import SCHEDULES


@dataclass(frozen=True, slots=True)
class Schedule:
    """Factor of the learning rate at each step; its peak is exactly 1.

    Parameters
    ----------
    n_steps : int
        Optimiser steps of the whole run.
    n_warmup : int, default 0
        Steps of linear warm-up; the last of them runs at the full rate.
    kind : {"cosine", "constant"}, default "cosine"
        What follows: half a cosine down to zero, or the full rate to the end.

    Raises
    ------
    SettingsError
        If there is no step, the warm-up is negative or longer than the run, or the
        kind is unknown.
    """

    n_steps: int
    n_warmup: int = 0
    kind: str = "cosine"

    def __post_init__(self) -> None:
        if self.n_steps < 1 or not 0 <= self.n_warmup <= self.n_steps:
            raise SettingsError(
                f"{self.n_warmup} warm-up steps do not fit a run of {self.n_steps} steps",
                hint="Choose a warm-up that is no longer than the run.",
            )
        if self.kind not in SCHEDULES:
            raise SettingsError(
                f"schedule {self.kind!r} is not known", hint=f"Choose {' or '.join(SCHEDULES)}."
            )

    def factor(self, step: int) -> float:
        """Give the factor of one step.

        Parameters
        ----------
        step : int
            Optimiser step, from 0.

        Returns
        -------
        float
            Above 0 in the warm-up and 1 at its end; then falling towards 0 after the
            last step, or 1 again.
        """
        if step < self.n_warmup:
            return (step + 1) / self.n_warmup
        if self.kind == "constant":
            return 1.0
        done = (step - self.n_warmup) / max(1, self.n_steps - self.n_warmup)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


class LearningRates:
    """Sets the rates of an optimiser's groups from their given rates and a schedule.

    Parameters
    ----------
    optimizer : torch.optim.Optimizer
        Its groups' rates at this moment are the peaks.
    schedule : Schedule
        The factor at each step.
    """

    def __init__(self, optimizer: Optimizer, schedule: Schedule) -> None:
        self._optimizer = optimizer
        self._schedule = schedule
        self._peaks = [float(group["lr"]) for group in optimizer.param_groups]

    def largest(self, step: int) -> float:
        """Give the largest rate of one step, from 0."""
        return max(self._peaks) * self._schedule.factor(step)

    def apply(self, step: int) -> None:
        """Set the rates for one step, before the optimiser takes it.

        Parameters
        ----------
        step : int
            Optimiser step, from 0.
        """
        factor = self._schedule.factor(step)
        for group, peak in zip(self._optimizer.param_groups, self._peaks, strict=True):
            group["lr"] = peak * factor
