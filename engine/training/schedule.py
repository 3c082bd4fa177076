"""Learning rate over a run: linear warm-up, then half a cosine down to zero."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch.optim import Optimizer

from engine.errors import SettingsError


@dataclass(frozen=True, slots=True)
class WarmupCosine:
    """Factor of the learning rate at each step; its peak is exactly 1.

    Parameters
    ----------
    n_steps : int
        Optimiser steps of the whole run.
    n_warmup : int, default 0
        Steps of linear warm-up; the last of them runs at the full rate.

    Raises
    ------
    SettingsError
        If there is no step, or the warm-up is negative or longer than the run.
    """

    n_steps: int
    n_warmup: int = 0

    def __post_init__(self) -> None:
        if self.n_steps < 1 or not 0 <= self.n_warmup <= self.n_steps:
            raise SettingsError(
                f"{self.n_warmup} warm-up steps do not fit a run of {self.n_steps} steps",
                hint="Choose a warm-up that is no longer than the run.",
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
            Above 0 in the warm-up, 1 at its end, falling towards 0 after the last step.
        """
        if step < self.n_warmup:
            return (step + 1) / self.n_warmup
        done = (step - self.n_warmup) / max(1, self.n_steps - self.n_warmup)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


class LearningRates:
    """Sets the rates of an optimiser's groups from their given rates and a schedule.

    Parameters
    ----------
    optimizer : torch.optim.Optimizer
        Its groups' rates at this moment are the peaks.
    schedule : WarmupCosine
        The factor at each step.
    """

    def __init__(self, optimizer: Optimizer, schedule: WarmupCosine) -> None:
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
