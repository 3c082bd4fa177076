"""Layers computed from a state dict by torch's functions, as the reference describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

State = Mapping[str, Tensor]


class Plain:
    """Functions over the tensors of a module, in evaluation or training mode.

    `norm` is "batch" or "group"; running statistics are never changed.
    """

    def __init__(self, module: nn.Module, *, training: bool = False, norm: str = "batch") -> None:
        self._state = {name: value.clone() for name, value in module.state_dict().items()}
        self._training = training
        self._norm = norm

    def conv(self, x: Tensor, name: str) -> Tensor:
        weight = self._state[f"{name}.weight"]
        return F.conv2d(x, weight, self._state.get(f"{name}.bias"), padding=weight.shape[-1] // 2)

    def norm(self, x: Tensor, name: str) -> Tensor:
        weight, bias = self._state[f"{name}.weight"], self._state[f"{name}.bias"]
        if self._norm == "group":
            return F.group_norm(
                x, next(g for g in (32, 16, 8, 4, 2, 1) if x.shape[1] % g == 0), weight, bias
            )
        mean, var = self._state[f"{name}.running_mean"], self._state[f"{name}.running_var"]
        return F.batch_norm(x, mean.clone(), var.clone(), weight, bias, training=self._training)

    def pair(self, x: Tensor, name: str) -> Tensor:
        """Convolve, normalise and rectify twice; layers 0 1 2 and 3 4 5 of a sequence."""
        for first in (0, 3):
            x = F.relu(self.norm(self.conv(x, f"{name}.{first}"), f"{name}.{first + 1}"))
        return x


def bilinear(x: Tensor, size: Sequence[int]) -> Tensor:
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)


def stir(module: nn.Module, seed: int = 0) -> nn.Module:
    """Give norms and running statistics values that count, and biases too."""
    generator = torch.Generator().manual_seed(seed)

    def uniform(tensor: Tensor, low: float, high: float) -> None:
        tensor.copy_(torch.rand(tensor.shape, generator=generator) * (high - low) + low)

    with torch.no_grad():
        for layer in module.modules():
            if isinstance(layer, nn.BatchNorm2d | nn.GroupNorm):
                uniform(layer.weight, 0.5, 1.5)
                uniform(layer.bias, -0.5, 0.5)
            if isinstance(layer, nn.BatchNorm2d):
                uniform(layer.running_mean, -0.3, 0.3)
                uniform(layer.running_var, 0.2, 2.0)
    return module


def batch_norms(module: nn.Module) -> list[nn.BatchNorm2d]:
    return [layer for layer in module.modules() if isinstance(layer, nn.BatchNorm2d)]


def n_parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def idle_parameters(module: nn.Module, loss: Tensor) -> list[str]:
    """Return the parameters that a loss gives no gradient other than zero."""
    loss.backward()
    return [
        name
        for name, p in module.named_parameters()
        if p.grad is None or not p.grad.isfinite().all() or not p.grad.abs().sum() > 0
    ]
