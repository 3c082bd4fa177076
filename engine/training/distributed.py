"""Several processes that train one model together, each on its share of every batch.

Under ``torchrun`` each process starts the same run. Data parallelism comes from
accelerate, which peft brings along; Lightning Fabric would be one more dependency.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from engine.data.batches import Batch


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """What one process computes of a batch.

    Parameters
    ----------
    batch : Batch
        Some of its samples, at least one.
    own : bool
        Whether they are this process's; else they are another's too, and count there.
    """

    batch: Batch
    own: bool


class Processes:
    """The processes of a run; without an accelerator, this one alone.

    Parameters
    ----------
    accelerator : accelerate.Accelerator, optional
        Connects the processes.
    """

    def __init__(self, accelerator: Accelerator | None = None) -> None:
        self._accelerator: Any = accelerator
        self.count: int = accelerator.num_processes if accelerator else 1
        self.rank: int = accelerator.process_index if accelerator else 0

    @property
    def first(self) -> bool:
        """Whether this process is the one that writes files and reports."""
        return self.rank == 0

    def device(self, wanted: torch.device) -> torch.device:
        """Give this process's device; its own GPU of several."""
        device: torch.device = self._accelerator.device if self._accelerator else wanted
        return device

    def wrap(self, network: nn.Module) -> nn.Module:
        """Let gradients be averaged over the processes.

        Parameters
        ----------
        network : torch.nn.Module
            On this process's device, with the same weights in all.

        Returns
        -------
        torch.nn.Module
            Shares the parameters. Batch statistics are those of the whole batch
            on CUDA; the CPU has no such operation, and each process has its own.
        """
        if self._accelerator is None:
            return network
        if self._accelerator.device.type == "cuda":
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
        wrapped: nn.Module = self._accelerator.prepare_model(network)
        return wrapped

    def unsynchronised(self, network: nn.Module) -> AbstractContextManager[None]:
        """Keep gradients to this process, until a backward pass outside of it."""
        if self._accelerator is None:
            return nullcontext()
        context: AbstractContextManager[None] = self._accelerator.no_sync(network)
        return context

    def share(self, batch: Batch) -> Share:
        """Take this process's samples of a batch that all processes have.

        Parameters
        ----------
        batch : Batch
            The same in all processes.

        Returns
        -------
        Share
            A run of samples, in order; shares differ by one sample at most.
        """
        n = len(batch.names)
        start, stop = (n * rank // self.count for rank in (self.rank, self.rank + 1))
        own = stop > start
        part = slice(start, stop) if own else slice(0, 1)
        return Share(batch.part(part), own)

    def total(self, value: Tensor) -> Tensor:
        """Add a number over the processes."""
        if self._accelerator is None:
            return value
        total: Tensor = self._accelerator.reduce(value, reduction="sum")
        return total

    def any(self, fact: bool) -> bool:  # noqa: FBT001 - a vote
        """Tell whether something holds in any process."""
        if self._accelerator is None:
            return fact
        return bool(self.total(torch.tensor(float(fact), device=self._accelerator.device)) > 0)

    def agree(self, values: list[float]) -> list[float]:
        """Give the first process's numbers to all."""
        if self._accelerator is None:
            return values
        device = self._accelerator.device
        own = torch.tensor(values, dtype=torch.float64, device=device)
        first = self.total(own.nan_to_num() if self.first else torch.zeros_like(own))
        missing = self.total(own.isnan().double() if self.first else torch.zeros_like(own))
        return [float(v) if not m else float("nan") for v, m in zip(first, missing, strict=True)]

    def leave(self) -> None:
        """Part from the other processes, at the end."""
        if self._accelerator is not None:
            self._accelerator.end_training()


ALONE = Processes()
"""A run of one process."""


def join_processes(device: torch.device) -> Processes:
    """Connect with the other processes that ``torchrun`` started.

    Parameters
    ----------
    device : torch.device
        Kind of device to compute on.

    Returns
    -------
    Processes
        `ALONE` if this program was started by itself.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return ALONE
    return Processes(Accelerator(cpu=device.type == "cpu"))
