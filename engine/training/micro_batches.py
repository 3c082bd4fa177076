"""The gradient of a batch, computed in parts that fit into the device's memory."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import nullcontext

import torch
from torch import Tensor, nn

from engine.data.batches import Batch
from engine.errors import SettingsError
from engine.models.memory import is_out_of_memory, release_memory
from engine.tasks.loss_totals import LossTotals
from engine.tasks.losses import SegmentationLoss
from engine.training.distributed import Processes, Share

_NAMED = 5


class NonFiniteLossError(Exception):
    """The loss of a batch, or the norm of its gradient, is not finite.

    Parameters
    ----------
    value : float
        The loss or the norm.
    names : sequence of str
        The samples it comes from.
    what : str, default "loss"
        Which of the two it is.
    """

    def __init__(self, value: float, names: tuple[str, ...], *, what: str = "loss") -> None:
        super().__init__(value)
        self.value = value
        self.what = what
        self.files = ", ".join(names[:_NAMED]) + (", ..." * (len(names) > _NAMED))


class MicroBatches:
    """Adds up gradients over parts of a batch.

    Parameters
    ----------
    network : torch.nn.Module
        Takes ``(B, 1, H, W)`` and gives logits.
    loss : SegmentationLoss
        What is made small.
    size : int
        Samples computed at once; halved whenever the device runs out of memory.
    device : torch.device
        Where the network is.
    processes : Processes
        Who computes the rest of the batch.
    note : callable
        Told when the size is halved.

    Notes
    -----
    Every part is divided by the labelled pixels and samples of the whole batch, those
    of other processes included, so that loss and gradient do not depend on the parts
    beyond rounding. What the network itself computes over samples does: batch
    normalisation takes mean and variance of the samples that are computed at once.
    """

    def __init__(
        self,
        network: nn.Module,
        loss: SegmentationLoss,
        *,
        size: int,
        device: torch.device,
        processes: Processes,
        note: Callable[[str], None],
    ) -> None:
        self.size = size
        self._network = network
        self._loss = loss
        self._device = device
        self._processes = processes
        self._note = note

    def backward(self, batch: Batch) -> float:
        """Compute the loss of a batch and its gradients.

        Parameters
        ----------
        batch : Batch
            The samples of one step, the same in all processes. Gradients are
            added to those that are there.

        Returns
        -------
        float
            The loss.

        Raises
        ------
        NonFiniteLossError
            If the loss is not finite.
        SettingsError
            If not even one sample fits into the device's memory.
        """
        share = self._processes.share(batch)
        while True:
            try:
                return self._sum(self._parts(share, self._totals(batch)), batch)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                self._halve(len(share.batch.names), batch, error)
            # Only here is the failed attempt's own memory free.
            self._network.zero_grad(set_to_none=True)
            release_memory(self._device)

    def _sum(self, losses: list[tuple[Tensor, tuple[str, ...]]], batch: Batch) -> float:
        """Add up the parts of all processes; name the samples that are to blame."""
        value = float(self._processes.total(torch.stack([loss for loss, _ in losses]).sum()))
        if not math.isfinite(value):
            bad = [names for loss, names in losses if not math.isfinite(float(loss))]
            raise NonFiniteLossError(value, bad[0] if bad else batch.names)
        return value

    def _totals(self, batch: Batch) -> LossTotals:
        """Add up what the losses are divided by; all processes have the whole batch."""
        return LossTotals.of_parts(
            self._loss.totals(*self._targets(part)) for part in self._cut(batch)
        )

    def _parts(self, share: Share, totals: LossTotals) -> list[tuple[Tensor, tuple[str, ...]]]:
        """Compute part by part; only the last one waits for the other processes."""
        parts = self._cut(share.batch)
        losses = []
        for part in parts:
            last = part is parts[-1]
            with nullcontext() if last else self._processes.unsynchronised(self._network):
                logits = self._network(part.images.to(self._device))
                loss = self._loss(logits, *self._targets(part), totals) * float(share.own)
                (loss * self._processes.count).backward()
            losses.append((loss.detach(), part.names))
        return losses

    def _cut(self, batch: Batch) -> list[Batch]:
        """Cut a batch into what is computed at once."""
        starts = range(0, len(batch.names), self.size)
        return [batch.part(slice(start, start + self.size)) for start in starts]

    def _targets(self, part: Batch) -> tuple[Tensor, Tensor | None]:
        """Give the labels, and the weights if there are any, on the device."""
        weights = None if part.weights is None else part.weights.to(self._device)
        return part.labels.to(self._device), weights

    def _halve(self, n_samples: int, batch: Batch, error: Exception) -> None:
        size = min(self.size, n_samples)
        if size == 1 or self._processes.count > 1:
            rows, cols = batch.images.shape[-2:]
            raise SettingsError(
                f"{self._device.type} is out of memory with {_samples(size)} "
                f"of {rows} x {cols} at once",
                hint="Use a smaller --batch with --accumulate, a smaller --size, or "
                "--checkpoint-activations.",
            ) from error
        self.size = size // 2
        self._note(
            f"{self._device.type} is out of memory with {_samples(size)} at once; "
            f"going on with {self.size} at once and accumulated gradients"
        )


def _samples(n: int) -> str:
    return f"{n} sample{'s' * (n != 1)}"
