"""Moving average of the weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class MovingAverage:
    """Exponential moving average of what training changes.

    Parameters
    ----------
    model : torch.nn.Module
        Its parameters that require gradients are averaged, and its buffers, such as
        batch statistics: those of the last few batches belong to other weights.
    decay : float
        Share that the average keeps at each step, from 0 to below 1; 0 for no
        averaging.

    Notes
    -----
    In the first steps the decay is smaller, ``(1 + t) / (10 + t)`` after t steps,
    so that the start values are soon forgotten.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._decay = decay
        self._live: dict[str, Tensor] = dict(_averaged(model)) if decay else {}
        self._average = {name: p.detach().clone() for name, p in self._live.items()}

    def update(self, n_steps: int) -> None:
        """Take in the weights after a step.

        Parameters
        ----------
        n_steps : int
            Steps taken so far, from 1.
        """
        keep = min(self._decay, (1 + n_steps) / (10 + n_steps))
        for name, average in self._average.items():
            average.lerp_(self._live[name].detach(), 1 - keep)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Put the averages into the model for a while.

        Yields
        ------
        None
            While the model holds them; it gets its own weights back.
        """
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def state(self) -> dict[str, Tensor]:
        """Copy the averages to the CPU, by the names of the parameters."""
        return {name: average.to("cpu", copy=True) for name, average in self._average.items()}

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Take over averages that `state` returned."""
        for name, average in self._average.items():
            average.copy_(state[name])

    @torch.no_grad()
    def _swap(self) -> None:
        for name, average in self._average.items():
            live = self._live[name]
            kept = live.detach().clone()
            live.copy_(average)
            average.copy_(kept)


def _averaged(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Give what is averaged, by name."""
    yield from ((name, p) for name, p in model.named_parameters() if p.requires_grad)
    yield from ((name, b) for name, b in model.named_buffers() if b.is_floating_point())
