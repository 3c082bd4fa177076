"""The state of a run as a checkpoint, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from engine.errors import ModelError
from engine.training.checkpoint import Checkpoint
from engine.training.ema import MovingAverage
from engine.training.random_state import capture_random_state, restore_random_state
from engine.training.records import Progress

_LOSSES = "losses"


@dataclass(slots=True)
class RunState:
    """All that changes while a model is trained.

    Parameters
    ----------
    model : torch.nn.Module
        The model.
    optimizer : torch.optim.Optimizer
        Its rates are not stored: the schedule sets them from the step.
    average : MovingAverage
        Of the weights.
    progress : Progress
        How far the run has come.
    best_weights : dict of str to Tensor
        `changed_state` of the best epoch; empty before one was finished.
    micro_batch : int
        Samples computed at once.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    average: MovingAverage
    progress: Progress = field(default_factory=Progress)
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    micro_batch: int = 1

    def checkpoint(self) -> Checkpoint:
        """Copy the state, with that of the random numbers."""
        random_tensors, random_values = capture_random_state()
        groups: dict[str, Mapping[str, Tensor]] = {
            "model": changed_state(self.model),
            "best": self.best_weights,
            "average": self.average.state(),
            "random": random_tensors,
            "optimizer": {
                f"{index}.{key}": torch.as_tensor(value)
                for index, state in self.optimizer.state_dict()["state"].items()
                for key, value in state.items()
            },
        }
        tensors = {f"{g}.{name}": t for g, group in groups.items() for name, t in group.items()}
        tensors[_LOSSES] = torch.tensor(self.progress.losses, dtype=torch.float64)
        values = {
            "progress": self.progress.to_json(),
            "random": random_values,
            "micro_batch": self.micro_batch,
        }
        return Checkpoint(tensors, values)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take over a state, and that of the random numbers.

        Parameters
        ----------
        checkpoint : Checkpoint
            From `checkpoint` of a run of the same model and settings.

        Raises
        ------
        ModelError
            If it does not fit.
        """
        try:
            self._restore(checkpoint)
        except (KeyError, TypeError, ValueError, RuntimeError, IndexError) as error:
            raise ModelError(
                f"the checkpoint does not fit this run ({error})",
                hint="Train the model anew with --overwrite.",
            ) from error

    def _restore(self, checkpoint: Checkpoint) -> None:
        tensors, values = checkpoint.tensors, checkpoint.values
        changed = _group(tensors, "model")
        expected = changed_state(self.model).keys()
        if changed.keys() != expected:
            raise KeyError(min(changed.keys() ^ expected))
        self.model.load_state_dict(changed, strict=False)
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _group(tensors, "optimizer").items():
            index, key = name.split(".", 1)
            # A copy: the tensors lie in the file, which Windows cannot remove while they do.
            state.setdefault(int(index), {})[key] = tensor.clone()
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        self.average.load(_group(tensors, "average"))
        self.best_weights = {name: t.clone() for name, t in _group(tensors, "best").items()}
        self.progress = Progress.from_json(values["progress"], tensors[_LOSSES].tolist())
        self.micro_batch = int(values["micro_batch"])
        restore_random_state(_group(tensors, "random"), values["random"])


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


def _group(tensors: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    prefix = f"{name}."
    return {key[len(prefix) :]: t for key, t in tensors.items() if key.startswith(prefix)}
